#!/usr/bin/python3
"""The properties of the money, and the second implementation, over a million random firms."""
import os
import pathlib
import subprocess
import unittest

BUILD = pathlib.Path(os.environ["M13_BUILD"])
CLAIMS = 8  # of the program; each has its own firms
PARTS = 2   # at a time
FIRMS = int(os.environ.get("M13_RANDOM_FIRMS", 1000000)) // CLAIMS // PARTS


class Million(unittest.TestCase):
    def test_every_property_holds_and_the_second_implementation_agrees(self):
        """The seeds are fixed: what fails fails again."""
        first = int(os.environ.get("M13_RANDOM_SEED", "20260101"))
        runs = [subprocess.Popen([BUILD / "tests" / "measure13_property_test"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                                 env={**os.environ, "M13_RANDOM_FIRMS": str(FIRMS), "M13_RANDOM_SEED": str(first + part)})
                for part in range(PARTS)]
        for part, run in enumerate(runs):
            told, _ = run.communicate()
            self.assertEqual(run.returncode, 0, f"seed {first + part}\n{told[-4000:]}")


if __name__ == "__main__":
    unittest.main(verbosity=2)
