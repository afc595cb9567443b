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

    def test_every_code_of_what_happened_has_its_words(self):
        case_id = self.case()["case_id"]
        self.house.ctl("case", case_id, "--stage", "notified", "--note", "已电话告知赵某")
        self.house.ctl("assign", case_id, "li", "--note", "分工")
        self.take("answers.csv", f"case,answer,about,by,date\n{case_id},异议,金额,赵某,2026-09-20\n")
        self.complete()
        self.house.ctl("batch", "open", "2027-1", "--cut-off", "2026-12-31")
        self.house.once("--all")
        with self.house.database("published/m13.db") as database:
            for table, column, kind in (("bi_event", "event", "event"), ("bi_event", "actor_role", "actor-role"),
                                        ("bi_batch", "state", "batch-state")):
                codes = {code for (code,) in database.execute(f"SELECT {column} FROM {table}")}
                self.assertTrue(codes)
                self.assertLessEqual(codes, self.words(database, kind))
            causes = {code for (all_of_them,) in database.execute("SELECT cause FROM bi_event") for code in all_of_them.split(",")}
            self.assertLessEqual({"officer", "answer", "sales"}, causes)
            self.assertLessEqual(causes, self.words(database, "cause"))
            told = database.execute("SELECT group_concat(原因 || 办理人员 || 新值) FROM 线索变动").fetchone()[0]
        self.assertIn("企业答复企业有异议", told)
        self.assertNotIn("赵某", told)

    def words(self, database, kind):
        return {code for (code,) in database.execute("SELECT code FROM bi_label WHERE kind = ?", (kind,))}


if __name__ == "__main__":
    unittest.main()
