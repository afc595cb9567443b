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
    # Lists take weeks at this size.
    exact = tuple(feed for feed in Registers.exact if feed != "eudamed-devices")
    # What changes from day to day is told a fiftieth as large.
    test_2_details_are_asked_for_every_chinese_certificate_and_fill_its_scope = None
    test_4_the_same_week_again_writes_no_approval_and_costs_one_cheap_look_each = None
    test_5_the_second_day_is_taken_row_by_row = None
    test_6_what_two_complete_lists_do_not_show_is_gone_and_not_withdrawn = None


del Registers  # its own file runs it

if __name__ == "__main__":
    unittest.main()
