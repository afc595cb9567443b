#!/usr/bin/python3
"""Faults that only time shows: a register that drips, one that is silent, and a daemon that waits for its next turn.

These take the product's own patience (include/m13/limits.h): minutes of real time, side by side.
"""
import pathlib
import sys
import threading
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from house import FEED_510K, NOW_SECONDS, House, Register, moment, wait_for, write_rows  # noqa: E402
from demo_records import clearance  # noqa: E402

PATH = "/device/510k.json"


def rows_of_the_register(count):
    return [clearance(f"K26{1000 + n}", f"Northwind Instruments {n} LLC", "Boston", "US", "02110", f"2026-07-{n + 1:02}",
                      "2026-01-05", f"Northwind Probe {n}", "DSH", state="MA") for n in range(count)]


class Patience(unittest.TestCase):
    """Each fault in a house of its own, all at once: the tests wait together."""

    @classmethod
    def setUpClass(cls):
        cls.ended = {}
        scenes = {
            "drip": ([{"do": "drip", "bytes": 5, "every_ms": 200}], cls.once),
            "silence": ([{"do": "silence"}], cls.once),
            "drip-half-way": ([{"do": "drip", "page": 2, "bytes": 5, "every_ms": 200}], cls.once),
            "daemon-500": ([{"do": "status", "status": 500, "request": 1}], cls.run_until_loaded),
            "daemon-retry-after": ([{"do": "status", "status": 429, "headers": {"Retry-After": "3"}, "request": 1}],
                                   cls.run_until_loaded),
            "daemon-reset": ([{"do": "reset", "page": 2, "request": 1}], cls.run_until_loaded),
        }
        threads = [threading.Thread(target=cls.play, args=(name, *scene)) for name, scene in scenes.items()]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    @classmethod
    def play(cls, name, faults, act):
        with House(feeds=(FEED_510K,)) as house:
            write_rows(house.folder / "rows.ndjson", rows_of_the_register(12))
            register = Register(house.folder, {PATH: house.folder / "rows.ndjson"}, scenario=faults)
            house.configure(register.url, (FEED_510K,))
            house.amend(FEED_510K, ("limit=1000", "limit=5"))
            begun = time.monotonic()
            cls.ended[name] = act(house, register) | {"seconds": time.monotonic() - begun}
            register.close()

    @staticmethod
    def once(house, register):
        house.once(now=moment(NOW_SECONDS), check=3)
        feed = house.feed()
        held = house.rows("SELECT count(*) FROM approval")[0][0]
        register.misbehave([])
        house.once(now=moment(feed["next_turn_ts"] + 1))
        return {"feed": feed, "held": held, "rows": house.feed()["rows"]}

    @staticmethod
    def run_until_loaded(house, register):
        with house.daemon():
            wait_for(lambda: house.rows("SELECT 1 FROM feed_state WHERE failures > 0"), 10, "the fault is told")
            feed = house.feed()
            held = house.rows("SELECT count(*) FROM approval")[0][0]
            wait_for(lambda: house.rows("SELECT 1 FROM poll WHERE state = 'applied'"), 100, "the feed recovers by itself")
        return {"feed": feed, "held": held, "rows": house.feed()["rows"]}

    def check(self, name, word, most_seconds):
        end = self.ended[name]
        self.assertEqual((end["feed"]["outcome"], end["held"], end["rows"]), (word, 0, 12))
        self.assertLess(end["seconds"], most_seconds)

    def test_slow_drip(self):
        self.check("drip", "too-slow", 100)

    def test_slow_drip_half_way_breaks_the_chain(self):
        self.check("drip-half-way", "chain-broken", 100)

    def test_silence(self):
        self.check("silence", "too-slow", 100)

    def test_running_daemon_recovers_from_an_error(self):
        self.check("daemon-500", "server-error", 75)

    def test_running_daemon_comes_back_when_it_was_told_to(self):
        self.check("daemon-retry-after", "retry-after", 75)

    def test_running_daemon_goes_on_with_a_broken_chain(self):
        self.check("daemon-reset", "chain-broken", 75)


if __name__ == "__main__":
    unittest.main(verbosity=2)
