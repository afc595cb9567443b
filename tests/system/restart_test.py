#!/usr/bin/python3
"""The daemon stopped, killed, doubled, reloaded and asked: what stands on disk goes on, and each exit has its code."""
import json
import os
import shutil
import signal
import subprocess
import time
import unittest

from house import BUILD, DEMO, FEED_510K, FEED_PMA, NOW, House, Register, wait_for, write_rows
from demo_records import CODE, clearance

PATH = "/device/510k.json"
BUDGET = (("a-minute = 60", "a-minute = 6000"), ("a-day = 500", "a-day = 50000"))
FIRMS = f'uscc,name_zh,name_en,district\n{CODE["CHEN"]},北京晨岚医疗科技有限公司,"Beijing Chenlan Medical Technology Co., Ltd.",海淀区\n'


def rows_of_the_register(count):
    return [clearance(f"K26{1000 + n}", f"Northwind Instruments {n % 7} LLC", "Boston", "US", "02110",
                      f"2026-{n % 8 + 1:02}-{n % 28 + 1:02}", "2026-01-05", f"Northwind Probe {n}", "DSH", state="MA")
            for n in range(count)]


class Running(unittest.TestCase):
    def house_with(self, count, page_rows=5, scenario=None):
        house = House(feeds=(FEED_510K,))
        self.addCleanup(house.__exit__)
        write_rows(house.folder / "rows.ndjson", rows_of_the_register(count))
        register = Register(house.folder, {PATH: house.folder / "rows.ndjson"}, scenario=scenario)
        self.addCleanup(register.close)
        house.configure(register.url, (FEED_510K,))
        house.amend(FEED_510K, ("limit=1000", f"limit={page_rows}"), *BUDGET)
        return house, register

    def start(self, house):
        process = house.start()
        self.addCleanup(lambda: process.poll() is None and (process.kill(), process.wait()))
        return process

    def stop(self, process, number=signal.SIGTERM):
        process.send_signal(number)
        return process.wait(20)


def applied(house, rows, seconds=20):
    wait_for(lambda: house.rows("SELECT sum(added) FROM poll WHERE state = 'applied'") == [(rows,)], seconds, f"{rows} rows")


class Stopping(Running):
    def interrupted_chain(self, number):
        """Twelve pages, each a little late; stopped in the middle; each page is asked for once."""
        house, register = self.house_with(58, scenario=[{"do": "delay", "delay_ms": 40}])
        process = self.start(house)
        wait_for(lambda: len(register.requests()) >= 5, 10, "five pages")
        code = self.stop(process, number)
        self.assertEqual(house.rows("SELECT count(*) FROM approval"), [(0,)])
        before = len(register.requests())
        self.assertLess(before, 12)
        process = self.start(house)
        applied(house, 58)
        pages = [request["page"] for request in register.requests()]
        self.assertLessEqual(len(pages), 13)  # the page that was under way is asked for again
        self.assertEqual(sorted(set(pages)), list(range(1, 13)))
        self.assertEqual(house.rows("SELECT count(*) FROM poll"), [(1,)])
        self.assertEqual(house.rows("SELECT count(*) FROM payload"), [(12,)])
        self.assertTrue(all(row["good"] for row in house.ctl("verify")))
        self.assertEqual(self.stop(process), 0)
        return code

    def test_history_that_sigterm_interrupts_goes_on_at_the_missing_page(self):
        self.assertEqual(self.interrupted_chain(signal.SIGTERM), 0)

    def test_history_that_a_kill_interrupts_goes_on_at_the_missing_page(self):
        self.assertEqual(self.interrupted_chain(signal.SIGKILL), -signal.SIGKILL)

    def test_killed_at_several_moments_the_outcome_is_as_if_undisturbed(self):
        calm, _ = self.house_with(118)
        calm.once()
        wanted = self.outcome(calm)
        house, _ = self.house_with(118)
        for milliseconds in (60, 110, 160, 210, 260, 310, 400):
            process = subprocess.Popen([str(BUILD / "m13d"), "-c", str(house.config), "once", "--now", NOW],
                                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            time.sleep(milliseconds / 1000)
            process.kill()
            process.wait()
        house.once(check=0)
        self.assertEqual(self.outcome(house), wanted)
        self.assertTrue(all(row["good"] for row in house.ctl("verify")))
        self.assertEqual(list((house.state / "evidence" / "tmp").iterdir()), [])

    @staticmethod
    def outcome(house):
        return house.rows("SELECT a.number, v.version, v.content, v.row FROM approval_version v JOIN approval a ON "
                          "a.id = v.approval ORDER BY 1, 2"), house.rows("SELECT state, rows, added FROM poll")

    def test_nothing_is_asked_again_after_a_restart_before_its_turn(self):
        house, register = self.house_with(10)
        process = self.start(house)
        applied(house, 10)
        self.stop(process)
        asked = len(register.requests())
        process = self.start(house)
        house.ctl("status")
        time.sleep(0.3)
        self.assertEqual(len(register.requests()), asked)
        self.assertEqual(self.stop(process), 0)


class OneAtATime(Running):
    def test_whoever_comes_second_is_told_to_try_later(self):
        house, register = self.house_with(5)
        with house.daemon():
            applied(house, 5)
            self.assertEqual(house.m13d("run", timeout=10).returncode, 75)
            self.assertEqual(house.m13d("once", timeout=10).returncode, 75)
        self.assertEqual(house.m13d("once", timeout=20).returncode, 0)

    def test_clock_is_not_overridden_where_real_time_has_been(self):
        house, register = self.house_with(5)
        with house.daemon():
            applied(house, 5)
        asked, before = len(register.requests()), house.rows("SELECT * FROM feed_state")
        refused = house.m13d("once", "--now", "2027-01-01T00:00:00Z", timeout=10)
        self.assertEqual(refused.returncode, 64)
        self.assertIn("--now is refused", refused.stdout)
        self.assertEqual((len(register.requests()), house.rows("SELECT * FROM feed_state")), (asked, before))

    def test_lock_of_a_killed_daemon_is_free(self):
        house, _ = self.house_with(5)
        process = self.start(house)
        self.stop(process, signal.SIGKILL)
        self.assertTrue((house.state / "control").exists())
        with house.daemon():
            applied(house, 5)


class Reloading(Running):
    def test_good_configuration_is_taken_and_a_bad_one_is_not(self):
        house, register = self.house_with(5)
        with house.daemon() as process:
            applied(house, 5)
            good = house.config.read_text()
            house.config.write_text(good + 'nonsense = 1;\n')
            process.send_signal(signal.SIGHUP)
            wait_for(lambda: "stays as it was" in house.daemon_log(), 10, "the refusal")
            self.assertIn("m13d.conf:", house.daemon_log())
            house.config.write_text(good)
            shutil.copy(DEMO.parents[1] / "conf" / "feeds.d" / f"{FEED_PMA}.conf", house.definitions)
            register.datasets["/device/pma.json"] = house.folder / "pma.ndjson"
            house.amend(FEED_PMA, *BUDGET)  # one with the other feed of its host
            house.configure(register.url)
            process.send_signal(signal.SIGHUP)
            wait_for(lambda: "configuration reloaded" in house.daemon_log(), 10, "the reload")
            names = {row["feed"] for row in house.ctl("feeds")}
            self.assertEqual(names, {FEED_510K, FEED_PMA})
            wait_for(lambda: [r for r in register.requests() if r["path"] == "/device/pma.json"], 10, "the new feed is asked")
            self.assertIsNone(process.poll())

    def test_state_folder_cannot_change_while_it_runs(self):
        house, register = self.house_with(5)
        with house.daemon() as process:
            applied(house, 5)
            good = house.config.read_text()
            house.config.write_text(good.replace(str(house.state), str(house.folder / "other")))
            process.send_signal(signal.SIGHUP)
            wait_for(lambda: "cannot change while m13d runs" in house.daemon_log(), 10, "the refusal")
            house.config.write_text(good)
            self.assertEqual(house.ctl("status", check=None) != [], True)
            self.assertFalse((house.folder / "other").exists())


class Asked(Running):
    """m13ctl with the daemon at the other end of the socket, and without."""

    def test_poll_and_import_reach_the_running_daemon(self):
        house, register = self.house_with(5)
        with house.daemon():
            applied(house, 5)
            asked = len(register.requests())
            house.ctl("poll", FEED_510K)
            wait_for(lambda: len(register.requests()) > asked, 10, "the register is asked")
            (house.folder / "firms.csv").write_text(FIRMS, encoding="utf-8")
            [result] = house.ctl("import", str(house.folder / "firms.csv"))
            self.assertEqual((result["kind"], result["added"], result["rejected"], result["known"]), ("firms", 1, 0, False))
            [again] = house.ctl("import", str(house.folder / "firms.csv"))
            self.assertTrue(again["known"])
            [(by,)] = house.rows("SELECT delivered_by FROM local_file")
            self.assertEqual(by, os.environ.get("USER") or subprocess.check_output(["id", "-un"], text=True).strip())
            house.ctl("poll", "no-such-feed", check=64)

    def test_import_without_a_daemon_takes_the_lock_itself(self):
        house, register = self.house_with(5)
        house.m13d("once", check=0)
        (house.folder / "firms.csv").write_text(FIRMS, encoding="utf-8")
        [result] = house.ctl("import", str(house.folder / "firms.csv"))
        self.assertEqual((result["kind"], result["added"]), ("firms", 1))
        self.assertEqual(house.rows("SELECT key FROM local_record"), [(CODE["CHEN"],)])

    def test_bad_rows_of_an_import_are_told(self):
        house, register = self.house_with(5)
        house.m13d("once", check=0)
        (house.folder / "firms.csv").write_text(FIRMS + "12345,坏码公司,Bad Code Co,海淀区\n", encoding="utf-8")
        [result] = house.ctl("import", str(house.folder / "firms.csv"), check=3)
        self.assertEqual((result["added"], result["rejected"]), (1, 1))

    def test_status_with_and_without_a_daemon(self):
        house, register = self.house_with(5)
        with house.daemon() as process:
            applied(house, 5)
            text = json.dumps(house.ctl("status"))
            self.assertIn(str(process.pid), text)
        self.assertNotIn(str(process.pid), json.dumps(house.ctl("status", check=None)))

    def test_reading_verbs_without_a_database_say_so(self):
        house = House(feeds=())
        self.addCleanup(house.__exit__)
        for verb in (("feeds",), ("cases",), ("explain", "M13-2026-00001"), ("seen", "K123456"), ("verify",)):
            house.ctl(*verb, check=69)


class Checking(unittest.TestCase):
    def setUp(self):
        self.house = House("http://127.0.0.1:9")
        self.addCleanup(self.house.__exit__)

    def test_good_configuration(self):
        done = self.house.m13d("check", check=0)
        self.assertIn("2 feeds", done.stdout)

    def test_all_mistakes_at_once_with_file_and_line(self):
        self.house.config.write_text(self.house.config.read_text() + 'languag = "en";\npublish-every = "soon";\n')
        self.house.amend(FEED_510K, ('paging = "link"', 'paging = "magic"'))
        (self.house.folder / "alerts.conf").write_text('alerts = { mode = "loud"; };\n')
        told = self.house.m13d("check", check=78).stdout
        for words in ("m13d.conf:", "languag", "fda-510k.conf:", "magic", "alerts.conf:1:", "loud"):
            self.assertIn(words, told)
        for verb in ("run", "once"):
            self.assertEqual(self.house.m13d(verb).returncode, 78)
        self.assertFalse((self.house.state / "m13d.db").exists())

    def test_missing_configuration(self):
        self.house.config.unlink()
        self.house.m13d("check", check=78)

    def test_words_that_nobody_knows_are_usage(self):
        for words in (("chek",), ("check", "twice"), ("once", "--tomorrow"), ("once", "--now", "yesterday"), ("decode",),
                      ("run", "now")):
            self.house.m13d(*words, check=64)
        self.house.m13d("once", "--feed", "no-such-feed", "--now", NOW, check=64)


class Decoding(unittest.TestCase):
    """m13d decode: records on the one stream, rejects on the other."""

    @classmethod
    def setUpClass(cls):
        cls.house = House("http://127.0.0.1:9")
        cls.addClassCleanup(cls.house.__exit__)

    def decode(self, payload, *arguments, feed=FEED_510K):
        return subprocess.run([str(BUILD / "m13d"), "-c", str(self.house.config), "decode", feed, *arguments],
                              input=payload, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=60)

    @staticmethod
    def envelope(rows):
        return json.dumps({"meta": {"last_updated": "2026-08-31", "results": {"skip": 0, "limit": 1000, "total": len(rows)}},
                           "results": rows})

    def test_all_rows_good(self):
        done = self.decode(self.envelope(rows_of_the_register(3)))
        self.assertEqual(done.returncode, 0, done.stderr)
        records = [json.loads(line) for line in done.stdout.splitlines()]
        self.assertEqual([record["number"] for record in records], ["K261000", "K261001", "K261002"])
        self.assertEqual(records[0]["route"], "510k")

    def test_file_instead_of_standard_input(self):
        file = self.house.folder / "page.json"
        file.write_text(self.envelope(rows_of_the_register(2)))
        done = self.decode("", str(file))
        self.assertEqual((done.returncode, len(done.stdout.splitlines())), (0, 2))

    def test_some_rows_rejected(self):
        rows = rows_of_the_register(3)
        rows[1]["decision_date"] = "soon"
        done = self.decode(self.envelope(rows))
        self.assertEqual((done.returncode, len(done.stdout.splitlines())), (3, 2))
        self.assertIn("decision_date", done.stderr)
        self.assertIn("2", done.stderr)

    def test_nothing_usable(self):
        for payload in ("<html>maintenance</html>", "", '{"other":[1,2]}', self.envelope(rows_of_the_register(3))[:-40]):
            with self.subTest(payload[:20]):
                done = self.decode(payload)
                self.assertEqual(done.returncode, 65, done.stderr)
                self.assertTrue(done.stderr.strip())

    def test_unknown_feed_and_missing_file(self):
        self.assertEqual(self.decode("", feed="no-such-feed").returncode, 64)
        self.assertEqual(self.decode("", str(self.house.folder / "missing.json")).returncode, 74)


if __name__ == "__main__":
    unittest.main(verbosity=2)
