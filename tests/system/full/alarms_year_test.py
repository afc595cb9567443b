#!/usr/bin/python3
"""A year with registers that flap: each message to the operator tells of an outage that there was, none is missed, few repeat.

The outages are told to the register server, and the messages are held against them. One run a day: m13d asks what is due.
"""
import datetime
import json
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from house import FEED_510K, FEED_PMA, NOW_SECONDS, House, Register, moment, write_rows  # noqa: E402
from demo_records import clearance  # noqa: E402

DAY = 24 * 3600
DAYS = 365
PATHS = {FEED_510K: "/device/510k.json", FEED_PMA: "/device/pma.json"}
ALERTS = """alerts = {
    mode = "draft";
    desk = { name = "医药健康产业处"; phone = "010-5555-0100"; mail = "desk@example.cn"; address = "通州区"; };
    channels = { duty = { kind = "file"; path = "duty.ndjson"; to = ["operator"]; }; };
    alarms = { disk-free = "1M"; feed-failures = 1; };
};
"""
# One outage of three weeks, and one of a single day; the other register is away every other day for three months.
OUTAGES = {
    FEED_510K: [range(20, 41), range(200, 201)],
    FEED_PMA: [range(day, day + 1) for day in range(60, 150, 2)],
}
QUIET_DAYS = 3  # an alarm is over when it has been gone so long
WAITS = (1, 3, 7, 14, 30)


def episodes(outages):
    """First and last day of what is one alarm: outages with no more than the quiet time in between."""
    found = []
    for outage in outages:
        if found and outage.start - found[-1][1] <= QUIET_DAYS:
            found[-1][1] = outage.stop - 1
        else:
            found.append([outage.start, outage.stop - 1])
    return found


def most_tellings(days):
    """So often at most an alarm of so many days is told, by the intervals."""
    told, day = 1, 0
    while (day := day + WAITS[min(told, len(WAITS)) - 1]) <= days:
        told += 1
    return told


class Year(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        with House(feeds=tuple(PATHS)) as house:
            rows = [clearance("K260200", "Nordlys Medical AB", "Uppsala", "SE", "75320", "2026-06-02", "2026-01-02", "Warmer", "FMZ")]
            datasets = {}
            for feed, path in PATHS.items():
                datasets[path] = house.folder / f"{feed}.ndjson"
                write_rows(datasets[path], rows if feed == FEED_510K else [])
            register = Register(house.folder, datasets)
            house.configure(register.url, tuple(PATHS), alerts=ALERTS)
            try:
                cls.live(house, register)
            finally:
                register.close()
            cls.messages = [json.loads(line) for line in (house.folder / "duty.ndjson").read_text().splitlines()]

    @staticmethod
    def live(house, register):
        before = None
        for day in range(DAYS):
            away = [PATHS[feed] for feed, outages in OUTAGES.items() if any(day in outage for outage in outages)]
            if away != before:
                register.misbehave([{"path": path, "do": "status", "status": 503} for path in away])
            before = away
            house.once("--all", now=moment(NOW_SECONDS + day * DAY), check=(0, 3))

    @staticmethod
    def day_of(message):
        at = datetime.datetime.fromisoformat(message["timestamp"].replace("Z", "+00:00"))
        return int(at.timestamp() - NOW_SECONDS) // DAY

    def told(self, part, feed):
        return [self.day_of(message) for message in self.messages if message["type"] == "m13.alarm"
                for alarm in message[part] if alarm["subject"] == feed]

    def test_each_outage_is_raised_on_its_day_and_no_other_day_is(self):
        for feed, outages in OUTAGES.items():
            self.assertEqual(self.told("raised", feed), [first for first, _ in episodes(outages)], feed)

    def test_each_is_cleared_once_when_it_is_over_for_good(self):
        for feed, outages in OUTAGES.items():
            self.assertEqual(self.told("healed", feed), [last + 1 + QUIET_DAYS for _, last in episodes(outages)], feed)

    def test_repetitions_keep_to_their_intervals_and_to_days_of_the_outage(self):
        for feed, outages in OUTAGES.items():
            for first, last in episodes(outages):
                days = [day for day in self.told("raised", feed) + self.told("standing", feed) if first <= day <= last]
                self.assertTrue(all(any(day in outage for outage in outages) for day in days), (feed, days))
                self.assertLessEqual(len(days), most_tellings(last - first), (feed, days))
                if last - first >= WAITS[0] + WAITS[1]:
                    self.assertGreater(len(days), 1, "a long outage is told again")

    def test_every_message_was_worth_sending(self):
        alarms = [message for message in self.messages if message["type"] == "m13.alarm"]
        all_of_them = [episode for outages in OUTAGES.values() for episode in episodes(outages)]
        self.assertLessEqual(len(alarms), sum(most_tellings(last - first) + 1 for first, last in all_of_them))
        for message in alarms:
            self.assertTrue(message["raised"] or message["standing"] or message["healed"], message)
        print(f"\n{len(alarms)} alarms in a year for {sum(len(outages) for outages in OUTAGES.values())} outages", file=sys.stderr)

    def test_each_week_has_one_sign_of_life(self):
        weeks = [(self.day_of(message) + 1) // 7 for message in self.messages if message["type"] == "m13.health"]
        self.assertEqual(weeks, list(range(weeks[0], weeks[0] + len(weeks))))
        self.assertGreaterEqual(len(weeks), DAYS // 7)


if __name__ == "__main__":
    unittest.main()
