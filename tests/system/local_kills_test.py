#!/usr/bin/python3
"""kill -9 at the Nth system call while local records come in: all good rows of a file or none, whatever its form, and the
file is still where it will be taken again (tests/system/soak kills more often)."""
import collections
import unittest

from kills import Killer, Reference
from local_chapters import chapters
from story import World

KILLS = 8


class Kills(unittest.TestCase):
    def tell_killed(self, form):
        world = World()
        self.addCleanup(world.close)
        reference = Reference(world, chapters(form))
        self.assert_told_well(reference.outcome["database"])
        killer = Killer(world, reference, "local")
        killer.tell_all(KILLS)
        print(killer.report(), flush=True)
        self.assertEqual(killer.problems, [])
        self.assertGreaterEqual(killer.kills, KILLS * 0.8)

    def assert_told_well(self, tables):
        """A story in which nothing happens proves nothing."""
        current = [row for row in tables["local_record"] if row["seq_to"] is None]
        kinds = collections.Counter(row["kind"] for row in current if not row["withdrawn"])
        self.assertEqual(kinds, {"firms": 152, "products": 134, "sales": 858, "declarations": 20})
        self.assertEqual(sum(row["unlisted"] for row in current), 4)
        self.assertEqual({row["state"] for row in tables["local_file"]}, {"applied"})
        self.assertEqual({row["assurance"] for row in current if row["kind"] == "sales"}, {"claimed", "documented"})

    def test_in_mid_import_of_csv(self):
        self.tell_killed("csv")

    def test_in_mid_import_of_workbooks(self):
        self.tell_killed("xlsx")


if __name__ == "__main__":
    unittest.main()
