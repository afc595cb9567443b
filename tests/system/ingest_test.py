#!/usr/bin/python3
"""Payloads that an officer fetched by hand: they count like those of a poll, with a daemon and without one."""
import datetime
import io
import json
import subprocess
import unittest

from house import BUILD, FEED_510K, House
from demo_records import clearance
from openfda_json import write_envelope

ROWS = [clearance(f"K26{1000 + n}", f"Northwind Instruments {n} LLC", "Boston", "US", "02110", f"2026-07-{n + 1:02}",
                  "2026-01-05", f"Northwind Probe {n}", "DSH", state="MA") for n in range(12)]
NOWHERE = "http://127.0.0.1:9"


def hours_ago(hours):
    return (datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(hours=hours)).strftime("%Y-%m-%dT%H:%M:%SZ")


class Ingest(unittest.TestCase):
    """The register is out of reach: nothing but files by hand brings anything."""

    def setUp(self):
        self.house = House(url=NOWHERE, feeds=(FEED_510K,))
        self.addCleanup(self.house.__exit__)

    def both_ways(self, story):
        with self.subTest("without a daemon"):
            story()
        self.setUp()
        with self.subTest("with a daemon"), self.house.daemon():
            story()

    def page(self, name, rows, total=None):
        out = io.StringIO()
        write_envelope(rows, total, "2026-07-20", out)
        file = self.house.folder / name
        file.write_text(out.getvalue(), encoding="utf-8")
        return str(file)

    def ingest(self, *files, hours=1, check=0, feed=FEED_510K):
        return self.house.ctl("ingest", feed, *files, "--fetched-at", hours_ago(hours), check=check)

    def test_files_are_pages_of_one_poll_and_count_when_the_verb_has_answered(self):
        def story():
            [answer] = self.ingest(self.page("1.json", ROWS[:7], 12), self.page("2.json", ROWS[7:], 12))
            self.assertEqual({key: answer[key] for key in ("feed", "rows", "added", "changed", "rejected", "good")},
                             {"feed": FEED_510K, "rows": 12, "added": 12, "changed": 0, "rejected": 0, "good": True})
            self.assertEqual(self.house.rows("SELECT count(*) FROM approval"), [(12,)])
            self.assertEqual(self.house.rows("SELECT kind, state, pages FROM poll WHERE kind = 'manual'"),
                             [("manual", "applied", 2)])
            self.assertEqual(self.house.rows("SELECT url, status FROM payload ORDER BY page"),
                             [("file:1.json", 0), ("file:2.json", 0)])
            self.assertEqual(self.house.ctl("seen", "K261003")[0]["number"], "K261003")
        self.both_ways(story)

    def test_journal_names_who_brought_it_and_the_chain_holds(self):
        self.ingest(self.page("1.json", ROWS))
        user = subprocess.run(["id", "-un"], text=True, capture_output=True, check=True).stdout.strip()
        self.assertEqual(self.house.rows("SELECT actor, subject FROM journal WHERE kind = 'ingest'"), [(user, FEED_510K)])
        self.house.ctl("verify")

    def test_same_file_again_brings_nothing_new(self):
        def story():
            page = self.page("1.json", ROWS)
            self.ingest(page, hours=2)
            [answer] = self.ingest(page)
            self.assertEqual((answer["rows"], answer["added"], answer["changed"]), (12, 0, 0))
            self.assertEqual(self.house.rows("SELECT max(version) FROM approval_version"), [(1,)])
        self.both_ways(story)

    def test_changed_row_is_a_version_that_names_its_file(self):
        self.ingest(self.page("1.json", ROWS), hours=2)
        [answer] = self.ingest(self.page("2.json", [dict(ROWS[3], device_name="Northwind Probe, improved")]))
        self.assertEqual((answer["added"], answer["changed"]), (0, 1))
        self.assertEqual(self.house.rows(
            "SELECT a.number, p.url FROM approval_version v JOIN approval a ON a.id = v.approval "
            "JOIN payload p ON p.id = v.payload WHERE v.version = 2"), [("K261003", "file:2.json")])

    def test_what_a_window_by_hand_lacks_is_not_gone(self):
        self.ingest(self.page("1.json", ROWS), hours=9)
        for hours in (8, 7, 6):
            self.ingest(self.page("few.json", ROWS[:6]), hours=hours)
        self.assertEqual(self.house.rows("SELECT sum(vanished) FROM poll"), [(0,)])

    def test_what_a_whole_register_by_hand_lacks_twice_is_no_longer_listed(self):
        self.house.amend(FEED_510K, ('completeness   = "window"', 'completeness   = "register"'),
                         ("    history =", "#   history ="), ("    dates   =", "#   dates   ="), ("    overlap ", "#   overlap "),
                         ("    full-every", "#   full-every"), ("largest-shrink = 2;", "largest-shrink = 50;"),
                         ("search=decision_date:%5B{since}+TO+{today}%5D&limit=1000", "limit=1000"))
        self.house.configure(NOWHERE, (FEED_510K,), minimum_rows=6)
        gone = "SELECT count(*) FROM approval WHERE gone_at IS NOT NULL"
        self.ingest(self.page("1.json", ROWS), hours=9)
        for hours in (8, 7):
            self.ingest(self.page("few.json", ROWS[:3]), hours=hours)  # fewer than the least: some of it only
        self.assertEqual(self.house.rows(gone), [(0,)])
        for hours in (6, 5):
            self.ingest(self.page("most.json", ROWS[:11]), hours=hours)
        self.assertEqual(self.house.rows(gone.replace("count(*)", "group_concat(number)")), [("K261011",)])

    def test_rejected_rows_are_told_one_by_one(self):
        def story():
            bad = dict(ROWS[0], k_number="", applicant="Nobody LLC")
            *rejects, answer = self.ingest(self.page("1.json", ROWS + [bad]), check=3)
            self.assertEqual((answer["rows"], answer["rejected"]), (12, 1))
            self.assertEqual([(reject["file"], reject["row"], reject["field"]) for reject in rejects],
                             [("1.json", 13, "number")])
            self.assertTrue(rejects[0]["reason"])
        self.both_ways(story)

    def test_what_cannot_be_read_changes_nothing_and_says_why(self):
        def story():
            cut = self.page("1.json", ROWS)
            with open(cut, "r+", encoding="utf-8") as file:
                file.truncate(3000)
            [answer] = self.ingest(cut, check=65)
            self.assertEqual((answer["good"], answer["outcome"]), (False, "malformed"))
            self.assertEqual(self.house.rows("SELECT count(*) FROM approval"), [(0,)])
        self.both_ways(story)

    def refused(self, *arguments, check):
        done = subprocess.run([str(BUILD / "m13ctl"), "-c", str(self.house.config), "--lang", "en", "ingest", *arguments],
                              text=True, capture_output=True, timeout=60, check=False)
        self.assertEqual(done.returncode, check, done.stderr)
        return done.stderr

    def test_a_maintenance_page_saved_as_json_is_refused(self):
        def story():
            file = self.house.folder / "page.json"
            file.write_text("<!DOCTYPE html><title>Access denied</title>")
            said = self.refused(FEED_510K, str(file), "--fetched-at", hours_ago(1), check=65)
            self.assertIn("is no JSON: Access denied", said)
            self.assertEqual(self.house.rows("SELECT count(*) FROM poll WHERE kind = 'manual'"), [(0,)])
        self.both_ways(story)

    def test_time_must_be_told_and_plausible(self):
        def story():
            page = self.page("1.json", ROWS)
            self.assertIn("--fetched-at", self.refused(FEED_510K, page, check=64))
            self.assertIn("RFC 3339", self.refused(FEED_510K, page, "--fetched-at", "yesterday", check=64))
            self.assertIn("lies in the future", self.refused(FEED_510K, page, "--fetched-at", hours_ago(-1), check=65))
            self.ingest(page, hours=2)
            self.assertIn("old facts over new ones", self.refused(FEED_510K, page, "--fetched-at", hours_ago(3), check=65))
            self.assertIn("no such feed", self.refused("nobody", page, "--fetched-at", hours_ago(1), check=64))
            self.refused(FEED_510K, str(self.house.folder), "--fetched-at", hours_ago(1), check=65)
            self.refused(FEED_510K, str(self.house.folder / "none.json"), "--fetched-at", hours_ago(1), check=74)
        self.both_ways(story)

    def test_first_files_by_hand_are_a_first_load_and_the_next_are_news(self):
        self.ingest(self.page("1.json", ROWS[:6]), hours=2)
        self.ingest(self.page("2.json", ROWS))
        self.assertEqual(self.house.rows("SELECT first_by_hand, added FROM poll ORDER BY id"), [(1, 6), (0, 6)])

    def test_answer_for_people_is_one_line_and_where_to_look(self):
        page = self.page("1.json", ROWS)
        done = subprocess.run([str(BUILD / "m13ctl"), "-c", str(self.house.config), "ingest", FEED_510K, page,
                               "--fetched-at", hours_ago(1)], text=True, capture_output=True, timeout=60, check=True)
        self.assertIn("12 条新批准", done.stdout)
        self.assertIn("m13ctl seen", done.stdout)


if __name__ == "__main__":
    unittest.main()
