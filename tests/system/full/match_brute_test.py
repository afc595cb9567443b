#!/usr/bin/python3
"""The matcher's index against comparing with every firm, in Chinese, English and Cyrillic, and all that these may be read
as. At ten thousand firms: tests/system/soak/match_brute_test.py."""
import unittest

from brute import compare_with_every_firm


class Brute(unittest.TestCase):
    def test_thousands_of_spellings_match_as_if_compared_with_every_firm(self):
        compare_with_every_firm(self, spellings=6000, firms=3000, seconds=1700)


if __name__ == "__main__":
    unittest.main(verbosity=2)
