#!/usr/bin/python3
"""A disk that is full: m13d ends with its reason, what was committed stays, and with more room it goes on from there."""
import pathlib
import subprocess
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from house import FEED_510K, House, Register, write_rows  # noqa: E402
from demo_records import clearance  # noqa: E402

PATH = "/device/510k.json"
ROOM = ("300k", "500k", "800k", "1200k", "1800k", "2500k", "4m", "5m", "7m", "16m")


def mount(*arguments):
    return subprocess.run(["mount", *arguments], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode == 0


class FullDisk(unittest.TestCase):
    def setUp(self):
        self.house = House(feeds=(FEED_510K,))
        self.addCleanup(self.house.__exit__)
        if not mount("-t", "tmpfs", "-o", f"size={ROOM[0]}", "tmpfs", str(self.house.state)):
            self.skipTest("no right to mount a file system")
        self.addCleanup(subprocess.run, ["umount", str(self.house.state)])
        (self.house.state / "inbox").mkdir()
        rows = [clearance(f"K26{1000 + n}", f"Northwind Instruments {n % 40} LLC", "Boston", "US", "02110", "2026-07-01", "2026-01-05",
                          f"Northwind Probe {n}", "DSH", state="MA") for n in range(1500)]
        write_rows(self.house.folder / "rows.ndjson", rows)
        self.register = Register(self.house.folder, {PATH: self.house.folder / "rows.ndjson"})
        self.addCleanup(self.register.close)
        self.house.configure(self.register.url, (FEED_510K,))
        self.house.amend(FEED_510K, ("limit=1000", "limit=250"))

    def test_it_stops_with_a_reason_and_goes_on_with_more_room(self):
        codes = []
        for room in ROOM:
            self.assertTrue(mount("-o", f"remount,size={room}", str(self.house.state)))
            done = self.house.once(check=(0, 74))
            codes.append(done.returncode)
            if done.returncode == 74:
                self.assertRegex(done.stdout, "full|No space left")
        self.assertEqual((codes[0], codes[-1]), (74, 0))
        self.assertGreater(codes.count(74), 3)
        self.assertEqual(self.house.rows("SELECT count(*) FROM approval_version"), [(1500,)])
        self.assertEqual(self.house.rows("SELECT state, rows, added FROM poll"), [("applied", 1500, 1500)])
        self.assertEqual(list((self.house.state / "evidence" / "tmp").iterdir()), [])
        self.assertTrue(all(row["good"] for row in self.house.ctl("verify")))
        pages = [request["page"] for request in self.register.requests()]
        self.assertEqual(sorted(set(pages)), list(range(1, 8)))  # the seventh says: none


if __name__ == "__main__":
    unittest.main(verbosity=2)
