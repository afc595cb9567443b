#!/usr/bin/python3
"""As tests/system/full/match_brute_test.py, with 20,000 spellings among 10,000 firms: a quarter of an hour."""
import unittest

from brute import compare_with_every_firm


class Brute(unittest.TestCase):
    def test_twenty_thousand_spellings_among_ten_thousand_firms_match_as_if_compared_with_each(self):
        compare_with_every_firm(self, spellings=20000, firms=10000, seconds=1700)


if __name__ == "__main__":
    unittest.main(verbosity=2)
