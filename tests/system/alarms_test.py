#!/usr/bin/python3
"""The operator hears of a register that fails, of one that is well again, and of a journal that was touched: once each."""
import json
import sqlite3
import unittest

from house import FEED_510K, NOW_SECONDS, House, Register, moment, wait_for, write_rows
from demo_records import clearance

PATH = "/device/510k.json"
DAY = 24 * 3600

ALERTS = """alerts = {
    mode = "draft";
    desk = { name = "医药健康产业处"; phone = "010-5555-0100"; mail = "desk@example.cn"; address = "通州区"; };
    channels = { duty = { kind = "file"; path = "duty.ndjson"; to = ["operator"]; }; };
    alarms = { disk-free = "1M"; };
};
"""


class Alarms(unittest.TestCase):
    def setUp(self):
        self.house = House(feeds=(FEED_510K,))
        self.addCleanup(self.house.__exit__)
        write_rows(self.house.folder / "rows.ndjson",
                   [clearance("K260200", "Nordlys Medical AB", "Uppsala", "SE", "75320", "2026-06-02", "2026-01-02", "Warmer", "FMZ")])
        self.register = Register(self.house.folder, {PATH: self.house.folder / "rows.ndjson"})
        self.addCleanup(self.register.close)
        self.house.configure(self.register.url, (FEED_510K,), alerts=ALERTS)
        self.now = NOW_SECONDS

    def later(self, seconds, ends=(0, 3)):
        self.now += seconds
        self.house.once("--all", now=moment(self.now), check=ends)

    def told(self, kind="m13.alarm"):
        """What the duty room has: (raised, standing, healed) of each message, as kinds."""
        file = self.house.folder / "duty.ndjson"
        lines = [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []
        return [tuple([alarm["kind"] for alarm in line.get(part, [])] for part in ("raised", "standing", "healed"))
                for line in lines if line["type"] == kind]

    def status(self):
        return self.house.ctl("status")[0]

    def test_a_failing_register_is_told_once_and_its_recovery_once_in_draft_too(self):
        self.later(0)
        self.register.misbehave([{"do": "status", "status": 500}])
        for _ in range(4):
            self.later(3600)
        self.assertEqual(self.told(), [(["feed-failing"], [], [])])
        self.assertEqual([alarm["kind"] for alarm in self.status()["alarms"]], ["feed-failing"])
        self.register.misbehave([])
        self.later(3600)
        self.later(4 * DAY)
        self.assertEqual(self.told()[1:], [([], [], ["feed-failing"])])
        self.assertEqual(self.status()["alarms"], [])

    def test_a_message_tells_the_journal_and_so_does_the_sign_of_life(self):
        self.later(0)
        self.later(7 * DAY)
        self.assertEqual(len(self.told("m13.health")), 2)
        last = json.loads((self.house.folder / "duty.ndjson").read_text().splitlines()[-1])
        (found,), = self.house.rows("SELECT hash FROM journal WHERE seq = ?", last["journal"]["seq"])
        self.assertEqual(found, last["journal"]["hash"])
        self.assertEqual([line["feed"] for line in last["feeds"]], [FEED_510K])

    def test_a_journal_whose_end_was_cut_is_told_at_once(self):
        self.later(0)
        database = sqlite3.connect(self.house.state / "m13d.db")
        database.executescript("DROP TRIGGER journal_is_append_only_delete; "
                               "DELETE FROM journal WHERE seq = (SELECT max(seq) FROM journal);")
        database.close()
        self.later(60)
        self.assertEqual(self.told(), [(["journal-broken"], [], [])])

    def test_deliveries_are_published_without_an_address(self):
        self.later(0)
        self.later(7 * DAY)
        published = sqlite3.connect(f"file:{self.house.state}/published/m13.db?mode=ro", uri=True)
        self.addCleanup(published.close)
        rows = published.execute("SELECT kind, audience, channel, channel_kind, state FROM bi_alert").fetchall()
        self.assertEqual(set(rows), {("health", "operator", "duty", "file", "delivered")})
        self.assertIn("运维周报", [row[0] for row in published.execute("SELECT 类别 FROM 提醒记录")])

    def test_the_daemon_looks_by_itself(self):
        self.house.configure(self.register.url, (FEED_510K,), alerts=ALERTS.replace("1M", "900000G"))
        with self.house.daemon():
            wait_for(self.told, 60, "the disk is low")
        self.assertEqual(self.told(), [(["disk-low"], [], [])])


if __name__ == "__main__":
    unittest.main()
