#!/usr/bin/python3
"""kill -9 at a few system calls spread over deliveries (tests/system/soak has many)."""
import unittest

from alert_kills import DeliveryKills

KILLS = 6


class Kill(unittest.TestCase):
    def test_every_message_comes_at_least_once_and_what_is_repeated_keeps_its_id(self):
        kills = DeliveryKills()
        self.addCleanup(kills.close)
        kills.tell_all(KILLS, "some")
        print(kills.report(), flush=True)
        self.assertEqual(kills.problems, [])
        self.assertEqual(kills.kills, KILLS)


if __name__ == "__main__":
    unittest.main()
