#!/usr/bin/python3
"""The matcher's index against comparing with every firm, at full size: 6,000 spellings among 3,000 firms, in
Chinese, English and Cyrillic, and all that these may be read as."""
import os
import pathlib
import re
import subprocess
import unittest

SPELLINGS = 6000


class Brute(unittest.TestCase):
    def test_thousands_of_spellings_match_as_if_compared_with_every_firm(self):
        program = pathlib.Path(os.environ["M13_BUILD"]) / "tests" / "match_brute_test"
        done = subprocess.run([program], env={**os.environ, "M13_BRUTE_SPELLINGS": str(SPELLINGS)}, capture_output=True,
                              text=True, timeout=1700)
        told = done.stdout + done.stderr
        self.assertEqual(done.returncode, 0, told)
        spellings, automatic, reviewed, missed = map(int, re.search(
            r"(\d+) spellings: (\d+) automatic, (\d+) for review, of these (\d+) not reached", told).groups())
        self.assertEqual(spellings, SPELLINGS)
        self.assertGreater(automatic, SPELLINGS // 10)
        self.assertLessEqual(missed * 1000, reviewed * 5)  # 0.5 %: matching-evidence.md


if __name__ == "__main__":
    unittest.main(verbosity=2)
