#!/usr/bin/python3
"""kill -9 at the Nth system call while local records come in: all good rows of a file or none, whatever its form, and the
file is still where it will be taken again (tests/system/soak kills more often)."""
import collections
import unittest

from kills import FactsReference, Killer, Reference
from local_chapters import CONTACTS, chapters
from story import World

KILLS = 6


class Kills(unittest.TestCase):
    def setUp(self):
        self.world = World()
        self.addCleanup(self.world.close)

    def tell_killed(self, reference):
        killer = Killer(self.world, reference, "local")
        killer.tell_all(KILLS)
        print(killer.report(), flush=True)
        self.assertEqual(killer.problems, [])
        self.assertGreaterEqual(killer.kills, KILLS)

    def tell_form_killed(self, form):
        reference = Reference(self.world, chapters(form))
        self.assert_told_well(reference.outcome["database"])
        self.tell_killed(reference)

    def assert_told_well(self, tables):
        """A story in which nothing happens proves nothing."""
        current = [row for row in tables["local_record"] if row["seq_to"] is None]
        kinds = collections.Counter(row["kind"] for row in current if not row["withdrawn"])
        self.assertEqual(kinds, {"firms": 152, "products": 134, "sales": 858, "declarations": 20})
        self.assertEqual(sum(row["unlisted"] for row in current), 4)
        self.assertEqual({row["state"] for row in tables["local_file"]}, {"applied"})
        self.assertEqual({row["assurance"] for row in current if row["kind"] == "sales"}, {"claimed", "documented"})

    def test_in_mid_import_of_csv(self):
        self.tell_form_killed("csv")

    def test_in_mid_import_of_workbooks(self):
        self.tell_form_killed("xlsx")

    def test_in_mid_import_of_contacts(self):
        reference = FactsReference(self.world, CONTACTS)
        self.assertEqual([len(rows) for rows in reference.outcome["contacts"].values() if rows], [30])
        self.tell_killed(reference)


if __name__ == "__main__":
    unittest.main()
