#!/usr/bin/python3
"""kill -9 at 200 system calls spread over deliveries.

    M13_KILLS=1000 M13_SEED=today tests/run soak
"""
import os
import unittest

from alert_kills import DeliveryKills

KILLS = int(os.environ.get("M13_KILLS", "200"))
SEED = os.environ.get("M13_SEED", "1")


class Kills(unittest.TestCase):
    def test_every_message_comes_at_least_once_and_what_is_repeated_keeps_its_id(self):
        kills = DeliveryKills()
        self.addCleanup(kills.close)
        kills.tell_all(KILLS, SEED)
        print(f"seed {SEED}: {kills.report()}", flush=True)
        self.assertEqual(kills.problems, [])
        self.assertGreaterEqual(kills.kills, KILLS)
        self.assertLessEqual({"waiting", "delivered"}, kills.states.keys())


if __name__ == "__main__":
    unittest.main()
