#!/usr/bin/python3
"""kill -9 at the Nth system call, N spread over the whole of the story, with restarts: as if it had not happened.

    M13_KILLS=1000 M13_SEED=today tests/run soak
"""
import os
import unittest

from kills import CrowdedReference, Killer, Reference
from story import CROWDED, World

KILLS = int(os.environ.get("M13_KILLS", "200"))
SEED = os.environ.get("M13_SEED", "1")
# Stages that so many kills cannot miss.
STAGES = {"inbox: files wait", "feed: fetching, after a page", "feed: staging", "feed: sealed", "work left: apply",
          "work left: match", "work left: decide", "nothing left but to publish and leave"}


class KillAtTheNthSystemCall(unittest.TestCase):
    def tell_killed(self, make_reference, count, signal="KILL", only_around_messages=False):
        world = World()
        self.addCleanup(world.close)
        reference = make_reference(world)
        killer = Killer(world, reference, SEED, signal)
        killer.tell_all(count, reference.around_messages if only_around_messages else None)
        print(killer.report(), flush=True)
        self.assertEqual(killer.problems, [])
        self.assertGreaterEqual(killer.kills, count * 0.9)
        return killer

    def test_whatever_is_killed_ends_as_the_undisturbed_run(self):
        killer = self.tell_killed(Reference, KILLS)
        if KILLS >= 200:  # fewer may leave out a stage
            self.assertLessEqual(STAGES, killer.stages.keys())

    def test_with_two_registers_at_once_the_same_facts_come_out(self):
        self.tell_killed(lambda world: CrowdedReference(world, CROWDED), KILLS // 4)

    def test_killed_around_a_message_it_comes_and_comes_under_one_id(self):
        self.tell_killed(Reference, KILLS // 4, only_around_messages=True)

    def test_told_to_stop_anywhere_it_goes_on_in_the_same_way(self):
        self.tell_killed(Reference, KILLS // 4, signal="TERM")


if __name__ == "__main__":
    unittest.main()
