#!/usr/bin/python3
"""kill -9 at the Nth system call, N spread over the whole of the story, with restarts: as if it had not happened.

    M13_KILLS=1000 M13_SEED=today tests/run soak
"""
import os
import unittest

from kills import FactsReference, Killer
from story import CHAPTERS, CROWDED, World

KILLS = int(os.environ.get("M13_KILLS", "200"))
SEED = os.environ.get("M13_SEED", "1")
# Stages that so many kills cannot miss.
STAGES = {"inbox: files wait", "feed: fetching, after a page", "feed: staging", "feed: sealed", "work left: apply",
          "work left: match", "work left: decide", "nothing left but to publish and leave"}

# Facts in which no time of ours stands.
TIMELESS = {"approvals", "matches", "cases", "told", "local records", "rejects", "left over"}


class KillAtTheNthSystemCall(unittest.TestCase):
    def setUp(self):
        self.world = World()
        self.addCleanup(self.world.close)

    def tell_killed(self, reference, count, only_around_messages=False, **how):
        killer = Killer(self.world, reference, SEED, **how)
        killer.tell_all(count, reference.around_messages if only_around_messages else None)
        print(killer.report(), flush=True)
        self.assertEqual(killer.problems, [])
        self.assertGreaterEqual(killer.kills, count)
        return killer

    def test_whatever_is_killed_ends_as_the_undisturbed_run(self):
        killer = self.tell_killed(FactsReference(self.world, CHAPTERS), KILLS)
        if KILLS >= 200:  # fewer may leave out a stage
            self.assertLessEqual(STAGES, killer.stages.keys())

    def test_with_two_registers_at_once_the_same_facts_come_out(self):
        # Which of them answers first is chance, with or without a kill, and numbers follow from it.
        self.tell_killed(FactsReference(self.world, CROWDED), KILLS // 4)

    def test_restarted_an_hour_later_it_knows_and_decides_the_same(self):
        self.tell_killed(FactsReference(self.world, CROWDED, TIMELESS), KILLS // 4, later=1)

    def test_killed_around_a_message_it_comes_and_comes_under_one_id(self):
        self.tell_killed(FactsReference(self.world, CHAPTERS), KILLS // 4, only_around_messages=True)

    def test_told_to_stop_anywhere_it_goes_on_in_the_same_way(self):
        self.tell_killed(FactsReference(self.world, CHAPTERS), KILLS // 4, signal="TERM")


if __name__ == "__main__":
    unittest.main()
