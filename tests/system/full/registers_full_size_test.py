"""Every register at its real size: EUDAMED 4,700 certificates, ARTG 97,000 entries, ANVISA 180,000 registrations, CDSCO 105,000 rows ..."""
import pathlib
import sys
import unittest

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1]))
from registers_test import Registers  # noqa: E402


class WholeRegisters(Registers):
    scale = 1.0


del Registers  # its own file runs it

if __name__ == "__main__":
    unittest.main()
