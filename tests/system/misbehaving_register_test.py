#!/usr/bin/python3
"""A register that misbehaves: each fault has its own word, nothing false is applied, and the feed recovers by itself."""
import json
import shutil
import unittest

from house import FEED_510K, NOW_SECONDS, House, Register, moment, write_rows
from demo_records import clearance

PATH = "/device/510k.json"
DAY = 24 * 3600
PAGE_ROWS = 4
FAULTY_TURN = NOW_SECONDS + 2 * DAY  # a regular turn: of the window, some time after its hour

# What people decide by. Left out: when and how often was asked (poll, payload, feed_state, request_budget, evidence), the
# journal of it, and words and definitions that each start rewrites.
KNOWLEDGE = ("approval", "approval_version", "listing", "maker", "match", "case_file", "case_version", "case_event", "outbox",
             "delivery", "local_record", "staged", "work")


def rows_of_the_register(count=12):
    return [clearance(f"K26{1000 + n}", f"Northwind Instruments {n} LLC", "Boston", "US", "02110", f"2026-07-{n + 1:02}",
                      "2026-01-05", f"Northwind Probe {n}", "DSH", state="MA") for n in range(count)]


class Fault(unittest.TestCase):
    """A register of three pages, loaded once; each test hears news of it through a fault."""

    page_rows, more = PAGE_ROWS, ()

    @classmethod
    def setUpClass(cls):
        cls.house = House(feeds=(FEED_510K,))
        cls.addClassCleanup(cls.house.__exit__)
        write_rows(cls.house.folder / "rows.ndjson", rows_of_the_register())
        cls.register = Register(cls.house.folder, {PATH: cls.house.folder / "rows.ndjson"})
        cls.addClassCleanup(lambda: cls.register.close())
        cls.house.configure(cls.register.url, (FEED_510K,))
        cls.house.amend(FEED_510K, ("limit=1000", f"limit={cls.page_rows}"), *cls.more)
        cls.house.once(now=moment(NOW_SECONDS))
        cls.loaded = cls.house.folder / "loaded"
        shutil.copytree(cls.house.state, cls.loaded)

    def setUp(self):
        shutil.rmtree(self.house.state)
        shutil.copytree(self.loaded, self.house.state)
        self.rows = rows_of_the_register()
        self.register.scenario.write_text("[]")
        self.register.serve(PATH, self.rows)
        self.before = self.knowledge()

    def knowledge(self):
        return {table: self.house.rows(f"SELECT * FROM {table}") for table in KNOWLEDGE}

    def news(self):
        """One approval more, and one that has changed: what a false application would show."""
        fresh = clearance("K262222", "Beijing Northwind Co., Ltd.", "Beijing", "CN", "100094", "2026-08-20", "2026-02-02",
                          "Northwind Scope", "DSH")
        self.rows[3] = dict(self.rows[3], device_name="Northwind Probe, renamed")
        self.register.serve(PATH, self.rows + [fresh])

    def suffer(self, *faults, check=3, turn=FAULTY_TURN):
        """One turn under these faults: what m13ctl feeds says of it."""
        self.register.misbehave(list(faults))
        self.house.once(now=moment(turn), check=check)
        return self.house.feed()

    def published_word(self):
        database = self.house.database("published/m13.db")
        [(word,)] = database.execute("SELECT outcome FROM bi_feed")
        database.close()
        return word

    def recover(self, outcome="changed", rows=13):
        """The fault has ended: the turn that the feed has set itself takes the news."""
        turn = self.house.feed()["next_turn_ts"]
        self.register.misbehave([])
        self.house.once(now=moment(turn + 1))
        feed = self.house.feed()
        self.assertEqual((feed["outcome"], feed["rows"], feed["failures"]), (outcome, rows, 0))
        [(device,)] = self.house.rows("SELECT device FROM approval_version JOIN approval a ON a.id = approval "
                                      "WHERE number = 'K261003' AND seq_to IS NULL")
        self.assertEqual(device, "Northwind Probe, renamed")

    def bears(self, word, *faults, within=2 * 3600, says=""):
        """The whole life of a fault: its word, nothing applied, back by itself within so many seconds."""
        self.news()
        feed = self.suffer(*faults)
        self.assertEqual(feed["outcome"], word, feed["detail"])
        self.assertIn(says, feed["detail"])
        self.assertEqual(feed["failures"], 1)
        self.assertEqual(self.knowledge(), self.before)
        self.assertEqual(self.published_word(), word)
        self.assertGreater(feed["next_turn_ts"], FAULTY_TURN)
        self.assertLessEqual(feed["next_turn_ts"], FAULTY_TURN + within)
        self.recover()
        return feed


class FaultOfAnAnswer(Fault):
    def test_429_without_a_word_on_when(self):
        self.bears("rate-limited", {"do": "status", "status": 429})

    def test_429_with_retry_after_is_honoured_to_the_second(self):
        feed = self.bears("retry-after", {"do": "status", "status": 429, "headers": {"Retry-After": "1800"}})
        self.assertGreaterEqual(feed["next_turn_ts"], FAULTY_TURN + 1800)

    def test_503_with_retry_after_as_a_date(self):
        feed = self.bears("retry-after", {"do": "status", "status": 503,
                                          "headers": {"Retry-After": "Thu, 03 Sep 2026 01:00:00 GMT"}})
        self.assertGreaterEqual(feed["next_turn_ts"], NOW_SECONDS + 2 * DAY + 3600)

    def test_retry_after_of_a_year_is_cut_to_a_day(self):
        feed = self.bears("retry-after", {"do": "status", "status": 429, "headers": {"Retry-After": "31536000"}}, within=DAY)
        self.assertGreater(feed["next_turn_ts"], FAULTY_TURN + DAY - 60)

    def test_500(self):
        self.bears("server-error", {"do": "status", "status": 500}, says="HTTP 500")

    def test_403(self):
        self.bears("refused", {"do": "status", "status": 403, "body": "<p>Access denied</p>"}, says="Access denied")

    def test_redirect_is_not_followed(self):
        self.bears("moved", {"do": "status", "status": 302, "headers": {"Location": "http://127.0.0.1:1/elsewhere"}})
        self.assertFalse([request for request in self.register.requests() if request["path"] == "/elsewhere"])

    def test_404_that_does_not_say_none(self):
        self.bears("refused", {"do": "status", "status": 404, "body": "no such page"})

    def test_html_with_200(self):
        self.bears("wrong-type", {"do": "html"}, says="Scheduled maintenance")

    def test_304_that_was_not_asked_for(self):
        self.bears("wrong-type", {"do": "not-modified"})

    def test_wrong_json(self):
        self.bears("malformed", {"do": "wrong-json"})

    def test_json_cut_in_the_middle(self):
        self.bears("malformed", {"do": "truncate"})

    def test_last_page_cut_in_the_middle(self):
        self.bears("malformed", {"do": "truncate", "page": 4})


class FaultOfTheConnection(Fault):
    def test_reset_in_mid_body(self):
        self.bears("reset", {"do": "reset"})

    def test_closed_without_an_answer(self):
        self.bears("reset", {"do": "close"})

    def test_closed_in_mid_body(self):
        self.bears("reset", {"do": "close", "after": 900})

    def test_endless_body(self):
        self.bears("too-large", {"do": "endless"})
        self.assertFalse(list((self.house.state / "evidence" / "tmp").iterdir()))

    def test_endless_headers(self):
        self.bears("too-large", {"do": "flood"})

    def test_gzip_bomb(self):
        self.bears("bomb", {"do": "bomb"})

    def test_nobody_listens(self):
        self.news()
        port = self.register.url.rsplit(":", 1)[1]
        self.register.close()
        self.house.once(now=moment(FAULTY_TURN), check=3)
        self.assertEqual(self.house.feed()["outcome"], "unreachable")
        self.assertEqual(self.knowledge(), self.before)
        type(self).register = Register(self.house.folder, self.register.datasets, extra=("--port", port))
        self.recover()


class FaultOfTheChain(Fault):
    def test_chain_that_breaks_half_way_goes_on_from_the_missing_page(self):
        self.news()
        asked = len(self.register.requests())
        feed = self.suffer({"do": "status", "status": 500, "page": 3})
        self.assertEqual(feed["outcome"], "chain-broken")
        self.assertEqual(self.knowledge(), self.before)
        self.recover()
        pages = [(request["page"], request["status"]) for request in self.register.requests()[asked:]]
        self.assertEqual(pages, [(1, 200), (2, 200), (3, 500), (3, 200), (4, 200)])

    def test_chain_that_is_reset_half_way(self):
        self.bears("chain-broken", {"do": "reset", "page": 2}, says="page 2")

    def test_link_to_a_foreign_host_is_not_followed(self):
        self.bears("moved", {"do": "link", "link": '<http://127.0.0.2:9/device/510k.json?limit=4>; rel="next"'})

    def test_link_to_a_foreign_host_half_way(self):
        self.bears("chain-broken", {"do": "link", "page": 2, "link": '<http://127.0.0.2:9/next>; rel="next"'}, says="127.0.0.2")

    def test_link_that_leads_nowhere_new(self):
        first = self.register.requests()[-1]["target"].split("&search_after")[0]
        self.bears("chain-broken", {"do": "link", "page": 2, "link": f'<{self.register.url}{first}>; rel="next"'},
                   says="circle")

    def test_missing_links_leave_the_register_incomplete(self):
        self.bears("incomplete", {"do": "link", "link": ""}, says="4 rows came")

    def test_total_that_disagrees(self):
        self.bears("incomplete", {"do": "total", "total": 14})

    def test_total_that_falls_from_page_to_page(self):
        self.bears("incomplete", {"do": "total", "total": 99, "page": 1})


class Trouble(Fault):
    """Back-off, over several turns."""

    def test_back_off_grows_and_never_ends_for_good(self):
        self.news()
        turn, pauses = FAULTY_TURN, []
        for failures in range(1, 15):
            feed = self.suffer({"do": "status", "status": 500}, turn=turn)
            self.assertEqual(feed["failures"], failures)
            pauses.append(feed["next_turn_ts"] - turn)
            turn = feed["next_turn_ts"] + 1
        self.assertLessEqual(pauses[0], 60)
        self.assertEqual(pauses[:8], sorted(pauses[:8]))
        self.assertLessEqual(max(pauses), DAY)
        self.assertGreater(pauses[-1], DAY / 2)
        self.recover()

    def test_nothing_is_asked_before_its_turn(self):
        self.suffer({"do": "status", "status": 500})
        asked = len(self.register.requests())
        self.house.once(now=moment(FAULTY_TURN + 10), check=3)
        self.assertEqual(len(self.register.requests()), asked)

    def test_what_a_host_asked_for_holds_even_when_a_person_asks(self):
        self.suffer({"do": "status", "status": 429, "headers": {"Retry-After": "3600"}})
        self.register.misbehave([])
        asked = len(self.register.requests())
        self.house.once("--all", now=moment(FAULTY_TURN + 60), check=3)
        self.assertEqual(len(self.register.requests()), asked)
        self.assertEqual(self.house.feed()["outcome"], "retry-after")
        self.news()
        self.recover()


class DailyBudget(Fault):
    more = (("a-day = 500", "a-day = 5"),)

    def test_our_own_budget_ends_the_day_and_the_next_goes_on_from_there(self):
        self.register.serve(PATH, rows_of_the_register(30))
        feed = self.suffer(turn=FAULTY_TURN + DAY // 2)
        self.assertEqual((feed["outcome"], feed["requests_today"], feed["rows"]), ("budget", 5, 12))
        self.assertEqual(self.knowledge(), self.before)
        asked = len(self.register.requests())
        self.house.once(now=moment(feed["next_turn_ts"] + 1))
        self.assertEqual([request["page"] for request in self.register.requests()[asked:]], [6, 7, 8])
        self.assertEqual(self.house.feed()["rows"], 30)


class GoodNewsOfASort(Fault):
    """Turns that end well, and still have something to tell."""

    page_rows = 1000

    def turn(self, rows, turn=FAULTY_TURN, check=0):
        self.register.serve(PATH, rows)
        self.house.once(now=moment(turn), check=check)
        return self.house.feed()

    def test_same_bytes_as_last_time_are_not_read_again(self):
        turn = self.turn(self.rows)["next_turn_ts"] + 1  # the first window; the next has another address
        before = self.knowledge()
        self.assertEqual(self.turn(self.rows, turn=turn)["outcome"], "unchanged")
        self.assertEqual(self.knowledge(), before)

    def knowledge_but_listing(self):
        return {table: rows for table, rows in self.knowledge().items() if table != "listing"}

    def test_one_bad_row_among_good(self):
        bad = clearance("K263333", "", "Boston", "US", "02110", "2026-08-19", "", "Thing", "DSH")
        feed = self.turn(self.rows + [bad])
        self.assertEqual((feed["outcome"], feed["rows"]), ("rows-rejected", 12))
        self.assertEqual(self.house.rows("SELECT field FROM reject"), [("manufacturer",)])
        self.assertEqual(self.knowledge_but_listing(), {k: v for k, v in self.before.items() if k != "listing"})
        feed = self.turn(self.rows + [dict(bad, applicant="Good Row LLC")], turn=feed["next_turn_ts"] + 1)
        self.assertEqual((feed["outcome"], feed["rows"]), ("applied", 13))

    def test_register_full_of_bad_rows_is_not_believed(self):
        feed = self.turn([dict(row, applicant="") for row in self.rows], check=3)
        self.assertEqual(feed["outcome"], "malformed")
        self.assertEqual(self.knowledge(), self.before)
        self.news()
        self.recover()

    def test_record_that_changes_is_a_new_version(self):
        self.rows[5] = dict(self.rows[5], decision_code="RE")
        self.assertEqual(self.turn(self.rows)["outcome"], "changed")
        versions = self.house.rows("SELECT version, status FROM approval_version JOIN approval a ON a.id = approval "
                                   "WHERE number = 'K261005' ORDER BY version")
        self.assertEqual(versions, [(1, "active"), (2, "withdrawn")])

    def test_record_that_vanishes_is_gone_when_it_was_missed_twice(self):
        missing = self.rows.pop(2)
        feed = self.turn(self.rows)
        self.assertEqual((feed["outcome"], feed["rows"]), ("vanished", 12))
        gone = "SELECT number FROM approval WHERE gone_at IS NOT NULL"
        self.assertEqual(self.house.rows(gone), [])
        feed = self.turn(self.rows, turn=feed["next_turn_ts"] + 1)
        self.assertEqual((feed["outcome"], self.house.rows(gone)), ("vanished", [("K261002",)]))
        feed = self.turn(self.rows, turn=feed["next_turn_ts"] + 1)
        self.assertIn(feed["outcome"], ("applied", "unchanged"))
        self.turn(self.rows + [missing], turn=feed["next_turn_ts"] + 1)
        self.assertEqual(self.house.rows(gone), [])
        self.assertEqual(len(self.house.rows("SELECT 1 FROM approval_version WHERE seq_to IS NULL")), 12)

    def test_value_that_no_rule_knows_is_drift(self):
        self.rows.append(dict(clearance("K264444", "Newword Inc.", "Boston", "US", "02110", "2026-08-18", "", "Thing", "DSH"),
                              clearance_type="Quantum"))
        feed = self.turn(self.rows)
        self.assertEqual((feed["outcome"], feed["rows"]), ("drift", 13))
        self.assertEqual(self.house.rows("SELECT route FROM approval_version JOIN approval a ON a.id = approval "
                                         "WHERE number = 'K264444'"), [("unknown",)])

    def test_window_that_empties_step_by_step_is_none_in_the_end(self):
        words, turn = [], FAULTY_TURN
        for left in (3, 3, 0, 0, 0):  # each absence must be seen twice
            rows = [row if i < left else dict(row, decision_date="2019-05-05") for i, row in enumerate(self.rows)]
            feed = self.turn(rows, turn=turn)
            words.append((feed["outcome"], feed["failures"]))
            turn = feed["next_turn_ts"] + 1
        self.assertEqual(words, [("vanished", 0)] * 4 + [("none", 0)])

    def test_window_that_is_suddenly_empty_is_not_believed(self):
        before = self.knowledge()
        turn = FAULTY_TURN
        for _ in range(3):  # a register that says "none" for days is broken, not empty
            feed = self.turn([dict(row, decision_date="2019-05-05") for row in self.rows], turn=turn, check=3)
            self.assertEqual(feed["outcome"], "shrunk")
            self.assertEqual(self.knowledge(), before)
            turn = feed["next_turn_ts"] + 1
        self.assertEqual(self.turn(self.rows, turn=turn)["outcome"], "applied")


class WholeRegister(Fault):
    """Full re-reads: what the register as a whole must look like."""

    page_rows = 1000
    more = (('full-every = "30d"', 'full-every = "1d"'),)

    def test_304(self):
        self.house.once(now=moment(FAULTY_TURN))
        self.assertEqual(self.house.feed()["outcome"], "unchanged")
        request = self.register.requests()[-1]
        self.assertTrue(request["if_none_match"])
        self.assertEqual(request["status"], 304)
        self.assertEqual(self.knowledge(), self.before)
        self.news()
        self.recover()

    def test_register_that_shrinks_is_not_believed(self):
        self.register.serve(PATH, self.rows[:6])
        self.house.once(now=moment(FAULTY_TURN), check=3)
        self.assertEqual(self.house.feed()["outcome"], "shrunk")
        self.assertEqual(self.knowledge(), self.before)
        self.news()
        self.recover()

    def test_register_with_fewer_rows_than_ever_is_not_believed(self):
        self.house.configure(self.register.url, (FEED_510K,), minimum_rows=13)
        self.addCleanup(self.house.configure, self.register.url, (FEED_510K,))
        self.register.serve(PATH, [dict(row, city="Salem") for row in self.rows])
        self.house.once(now=moment(FAULTY_TURN), check=3)
        feed = self.house.feed()
        self.assertEqual(feed["outcome"], "incomplete")
        self.assertIn("at least 13", feed["detail"])
        self.assertEqual(self.knowledge(), self.before)
        self.news()
        self.recover()


class FirstLoad(unittest.TestCase):
    def test_first_load_that_fails_leaves_nothing_and_comes_later(self):
        for fault, word in (({"do": "wrong-json"}, "malformed"), ({"do": "total", "total": 500}, "incomplete"),
                            ({"do": "html"}, "wrong-type"), ({"do": "reset"}, "reset")):
            with self.subTest(fault=json.dumps(fault)), House(feeds=(FEED_510K,)) as house:
                write_rows(house.folder / "rows.ndjson", rows_of_the_register())
                register = Register(house.folder, {PATH: house.folder / "rows.ndjson"}, scenario=[fault])
                house.configure(register.url, (FEED_510K,))
                house.once(check=3)
                feed = house.feed()
                self.assertEqual((feed["outcome"], feed["rows"], feed["last_success"]), (word, 0, None))
                register.misbehave([])
                house.once(now=moment(feed["next_turn_ts"] + 1))
                self.assertEqual(house.feed()["rows"], 12)
                self.assertEqual(house.rows("SELECT kind FROM poll WHERE state = 'applied'"), [("history",)])
                register.close()


if __name__ == "__main__":
    unittest.main(verbosity=2)
