"""The matcher's index against comparing every spelling with every firm (tests/unit/match/match_brute_test.c)."""
import os
import pathlib
import re
import subprocess

PROGRAM = pathlib.Path(os.environ["M13_BUILD"]) / "tests" / "match_brute_test"


def compare_with_every_firm(test, spellings, firms, seconds):
    """So many spellings of so many invented firms: the same automatic matches, and of those for review nearly all."""
    done = subprocess.run([PROGRAM], env={**os.environ, "M13_BRUTE_SPELLINGS": str(spellings), "M13_BRUTE_FIRMS": str(firms)},
                          capture_output=True, text=True, timeout=seconds)
    told = done.stdout + done.stderr
    test.assertEqual(done.returncode, 0, told)
    asked, automatic, reviewed, missed = map(int, re.search(
        r"(\d+) spellings: (\d+) automatic, (\d+) for review, of these (\d+) not reached", told).groups())
    test.assertEqual(asked, spellings)
    test.assertGreater(automatic, spellings // 10)
    test.assertLessEqual(missed * 1000, reviewed * 5)  # 0.5 %: matching-evidence.md
    return told
