#!/usr/bin/python3
"""kill -9 and SIGTERM at the Nth system call, N spread over the import of local records.

    M13_KILLS=1000 M13_SEED=today tests/run soak
"""
import os
import unittest

from kills import FactsReference, Killer, Reference
from local_chapters import CONTACTS, chapters
from story import World

KILLS = int(os.environ.get("M13_KILLS", "200"))
SEED = os.environ.get("M13_SEED", "1")
STAGES = {"inbox: files wait", "local file: staging", "local file: sealed", "work left: apply-local", "inbox: taken and not yet moved"}


class Kills(unittest.TestCase):
    def setUp(self):
        self.world = World()
        self.addCleanup(self.world.close)

    def tell_killed(self, reference, count, **how):
        killer = Killer(self.world, reference, SEED, **how)
        killer.tell_all(count)
        print(killer.report(), flush=True)
        self.assertEqual(killer.problems, [])
        self.assertGreaterEqual(killer.kills, count)
        return killer

    def tell_form_killed(self, form):
        killer = self.tell_killed(Reference(self.world, chapters(form)), KILLS // 2)
        if KILLS >= 200:  # fewer may leave out a stage
            self.assertLessEqual(STAGES, killer.stages.keys())

    def test_csv(self):
        self.tell_form_killed("csv")

    def test_workbooks(self):
        self.tell_form_killed("xlsx")

    def test_contacts(self):
        self.tell_killed(FactsReference(self.world, CONTACTS), KILLS // 4)

    def test_told_to_stop_anywhere(self):
        self.tell_killed(Reference(self.world, chapters("xlsx")), KILLS // 4, signal="TERM")


if __name__ == "__main__":
    unittest.main()
