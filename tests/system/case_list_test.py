#!/usr/bin/python3
"""m13ctl cases as people read it: dates no more exact than they are known, and a name for every firm."""
import subprocess
import unittest

from casework_test import FIRM, NAME, Casework
from house import BUILD
from demo_records import clearance

SRN = "CN-MF-000099991"
CANDIDATE = "Beijing Qingshan Instruments Co., Ltd."


class CaseList(Casework):
    rows = [clearance("K261001", NAME, "Beijing", "CN", "100094", "2026-02-11", "2025-09-22", "LY Recorder", "DSH"),
            clearance("K261002", CANDIDATE, "Beijing", "CN", "100094", "2026-02-12", "2025-09-22", "QS Recorder", "DSH")]

    def printed(self, *arguments):
        """The lines of the list by their approval's number."""
        done = subprocess.run([str(BUILD / "m13ctl"), "-c", str(self.house.config), *arguments, "cases"], text=True,
                              capture_output=True, check=True)
        return {word: line for line in done.stdout.splitlines() for word in line.split() if word.startswith("K26")}

    def test_a_date_is_as_exact_as_it_is_known(self):
        row = f"FDA,{{}},510(k),{FIRM},\"{NAME}\",{{}},\n"
        self.take("approvals.csv", "authority,number,route,uscc,manufacturer,decision_date,document\n"
                  + row.format("K262001", "2026") + row.format("K262002", "2026-03"))
        lines = self.printed()
        for number, date in (("K261001", "2026-02-11"), ("K262001", "2026"), ("K262002", "2026-03")):
            self.assertIn(date, lines[number].split(), lines[number])

    def test_a_candidate_goes_by_its_foreign_name(self):
        self.take("firms.csv", f'srn,name_en,beijing_from\n{SRN},"{CANDIDATE}",2020\n')
        self.assertIn(CANDIDATE, self.printed()["K261002"])
        with self.house.database("published/m13.db") as database:
            [[name]] = database.execute("SELECT 企业名称 FROM 初判线索 WHERE 批准编号 = 'K261002'")
        self.assertEqual(name, CANDIDATE)


if __name__ == "__main__":
    unittest.main()
