"""Every register at its real size: EUDAMED 4,700 certificates, ARTG 97,000 entries, ANVISA 180,000 registrations, CDSCO 105,000 and
PMDA 26,000 rows. Those whose form another one has at full size are small: for the time."""
import pathlib
import sys
import unittest

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1]))
from registers_test import Registers  # noqa: E402


class WholeRegisters(Registers):
    scale = 1.0
    sizes = {"roszdravnadzor-elk": 4000, "kemenkes-akl": 2000, "fda-510k-weekly": 5000}


del Registers  # its own file runs it

if __name__ == "__main__":
    unittest.main()
