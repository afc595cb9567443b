#!/usr/bin/python3
"""m13ctl verify: whatever was touched behind m13d's back is found and named."""
import shutil
import sqlite3
import unittest

from house import DEMO, House, Register, demo_inbox


class Tampering(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.house = House()
        cls.addClassCleanup(cls.house.__exit__)
        register = Register(cls.house.folder, {"/device/510k.json": DEMO / "openfda-510k.ndjson",
                                               "/device/pma.json": DEMO / "openfda-pma.ndjson"})
        cls.addClassCleanup(register.close)
        cls.house.configure(register.url)
        for name, content in demo_inbox().items():
            cls.house.put(name, content)
        cls.house.once("--all")
        shutil.copytree(cls.house.state, cls.house.folder / "whole")

    def setUp(self):
        shutil.rmtree(self.house.state)
        shutil.copytree(self.house.folder / "whole", self.house.state)

    def change(self, sql, *parameters):
        with sqlite3.connect(self.house.state / "m13d.db") as database:
            for trigger in ("update", "delete"):  # whoever can write the file can do that, too
                database.execute(f"DROP TRIGGER journal_is_append_only_{trigger}")
            self.assertEqual(database.execute(sql, parameters).rowcount, 1)
        database.close()

    def found(self):
        """What is not good any more: name of the check -> its words."""
        rows = self.house.ctl("verify", check=None)
        return {next(iter(row.values())): row for row in rows if not row["good"]}

    def is_found(self):
        found = self.found()
        self.assertTrue(found)
        self.house.ctl("verify", check=65)
        return str(found)

    def test_untouched_house_is_good(self):
        self.assertEqual(self.found(), {})
        self.house.ctl("verify", check=0)

    def test_evidence_that_was_changed(self):
        file = next((self.house.state / "evidence").glob("??/*.zst"))
        data = bytearray(file.read_bytes())
        data[len(data) // 2] ^= 1
        file.chmod(0o600)
        file.write_bytes(data)
        self.assertIn(file.stem[:16], self.is_found())

    def test_evidence_that_is_missing(self):
        file = next((self.house.state / "evidence").glob("??/*.zst"))
        file.unlink()
        self.assertIn(file.stem[:16], self.is_found())

    def test_journal_entry_that_was_rewritten(self):
        self.change("UPDATE journal SET body = replace(body, '\"rows\"', '\"rowz\"') WHERE seq = "
                    "(SELECT min(seq) FROM journal WHERE body LIKE '%\"rows\"%')")
        self.is_found()

    def test_journal_entry_that_was_taken_out(self):
        self.change("DELETE FROM journal WHERE seq = 2")
        self.is_found()

    def test_end_of_the_journal_that_was_cut(self):
        self.change("DELETE FROM journal WHERE seq = (SELECT max(seq) FROM journal)")
        self.is_found()

    def test_verdict_that_was_improved(self):
        self.change("UPDATE case_version SET verdict = 'eligible' WHERE seq_to IS NULL AND case_file = "
                    "(SELECT min(case_file) FROM case_version WHERE verdict = 'out_of_window' AND seq_to IS NULL)")
        self.is_found()

    def test_facts_that_were_changed(self):
        self.change("UPDATE case_version SET facts = replace(facts, '2026', '2025') WHERE case_file = "
                    "(SELECT max(case_file) FROM case_version) AND seq_to IS NULL")
        self.is_found()

    def test_award_that_was_raised(self):
        self.change("UPDATE case_version SET award = award + 100 WHERE seq_to IS NULL AND case_file = "
                    "(SELECT min(case_file) FROM case_version WHERE verdict = 'eligible' AND seq_to IS NULL)")
        self.is_found()

    def test_approval_that_was_dated_differently(self):
        self.change("UPDATE approval_version SET record = replace(record, '2019-08-30', '2026-08-30') WHERE approval = "
                    "(SELECT id FROM approval WHERE number = 'K191234')")
        self.is_found()


if __name__ == "__main__":
    unittest.main(verbosity=2)
