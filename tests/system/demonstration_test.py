#!/usr/bin/python3
"""The recorded feeds and local records of the demonstration, through the whole length of m13d."""
import subprocess
import unittest

from house import BUILD, DEMO, House, Register, demo_inbox


class Demonstration(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.house = House()
        cls.register = Register(cls.house.folder, {"/device/510k.json": DEMO / "openfda-510k.ndjson",
                                                   "/device/pma.json": DEMO / "openfda-pma.ndjson"})
        cls.house.configure(cls.register.url)
        for name, content in demo_inbox().items():
            cls.house.put(name, content)
        cls.first_run = cls.house.once("--all")
        cls.cases = {case["number"]: case for case in cls.house.ctl("cases")}

    @classmethod
    def tearDownClass(cls):
        cls.register.close()
        cls.house.__exit__()

    def trace(self, number):
        case = self.house.ctl("explain", self.cases[number]["case_id"])[0]
        return {line["rule"]: line for line in case["trace"]}

    def test_product_with_approval_declaration_and_sale_is_eligible(self):
        self.assertEqual(self.cases["K253101"]["verdict"], "eligible")

    def test_new_approval_without_papers_is_pending_and_names_what_is_missing(self):
        case = self.cases["K260310"]
        self.assertEqual(case["verdict"], "pending")
        self.assertIn("declaration", case["missing"])
        self.assertIn("sale", case["missing"])

    def test_decision_before_the_policy_but_in_the_watch_band_goes_to_a_person(self):
        self.assertEqual(self.cases["K251220"]["verdict"], "review")
        self.assertEqual(self.trace("K251220")["R02"]["outcome"], "review")

    def test_decision_of_2019_is_out_of_the_window(self):
        self.assertEqual(self.cases["K191234"]["verdict"], "out_of_window")

    def test_special_510k_goes_to_a_person(self):
        self.assertEqual(self.trace("K253544")["R05"]["outcome"], "review")

    def test_earlier_approval_with_the_same_product_code_is_a_candidate_predecessor(self):
        line = self.trace("K260077")["R06"]
        self.assertEqual(line["outcome"], "review")
        self.assertIn("K181111", line["en"])

    def test_us_subsidiary_is_found_although_it_files_as_us(self):
        self.assertEqual(self.cases["K260601"]["verdict"], "review")
        self.assertEqual(self.cases["K260601"]["review_kind"], "identity")

    def test_process_notice_of_a_pma_is_no_new_approval(self):
        self.assertEqual(self.cases["P250021/S001"]["verdict"], "excluded")
        self.assertNotEqual(self.cases["P250021"]["verdict"], "excluded")

    def test_namesake_in_another_city_is_never_taken_without_a_person(self):
        self.assertEqual((self.cases["K253888"]["verdict"], self.cases["K253888"]["review_kind"]), ("review", "identity"))
        self.assertEqual(self.cases["K253888"]["match_band"], "review")
        self.assertNotIn("K260333", self.cases)

    def test_beijing_maker_that_nobody_claims_is_published_as_unclaimed(self):
        database = self.house.database("published/m13.db")
        rows = database.execute("SELECT name, approvals FROM bi_unclaimed").fetchall()
        database.close()
        self.assertEqual({row[0] for row in rows}, {"Mingrui Robotics Technology Co., Ltd."})

    def test_workbooks_and_csv_in_two_charsets_are_taken_side_by_side(self):
        files = {(file["file"], file["sheet"]): (file["kind"], file["added"], file["rejected"]) for file in self.house.ctl("imports")}
        self.assertEqual(files, {
            ("1-firms-and-products.xlsx", "企业"): ("firms", 6, 0), ("1-firms-and-products.xlsx", "产品"): ("products", 4, 0),
            ("2-scopes.csv", ""): ("scopes", 4, 0), ("3-declarations.csv", ""): ("declarations", 2, 0),
            ("4-sales.csv", ""): ("sales", 2, 0), ("5-sales-with-mistakes.csv", ""): ("sales", 2, 5),
            ("6-costs.xlsx", "费用"): ("costs", 3, 0), ("6-costs.xlsx", "汇率"): ("fx", 2, 0)})

    def test_each_mistake_goes_back_with_its_row_column_and_what_would_be_right(self):
        [file] = [file for file in self.house.ctl("imports") if file["rejected"]]
        rejects = [row for row in self.house.ctl("imports", str(file["id"])) if "reason" in row]
        self.assertEqual({(row["row"], row["column"]) for row in rejects}, {
            (3, "最终目的国"), (4, "日期"), (5, "金额"), (6, "统一社会信用代码"), (7, "报关单号"), (7, "金额")})
        errors = (self.house.state / "inbox" / "rejected" / "5-sales-with-mistakes.csv.errors.csv").read_text("utf-8-sig")
        for row in rejects:
            self.assertIn(f'"{row["row"]}","{row["column"]}","{row["reason"]}","{row["expected"]}"', errors)

    def test_record_is_documented_when_its_file_has_come(self):
        claimed, documented = self.house.ctl("records", "sales", "--history", "S-2026-001")
        self.assertEqual((claimed["assurance"], documented["assurance"]), ("claimed", "documented"))
        self.assertEqual([row["assurance"] for row in self.house.ctl("records", "sales", "--history", "S-2026-002")], ["claimed"])

    def test_checklist_of_a_case_tells_which_papers_have_come(self):
        [case] = self.house.ctl("explain", self.cases["K253101"]["case_id"])
        there = {(slot["slot"], slot["file"]) for slot in case["documents"] if slot["state"] == "there"}
        self.assertLessEqual({("certificate", "K253101-letter.pdf"), ("customs", "customs-0516.pdf"),
                              ("commitment", "commitment-CHEN-P1.pdf"), ("cost", "FDA-K253101.pdf")}, there)
        self.assertIn("audit", {slot["slot"] for slot in case["documents"] if slot["state"] == "missing"})

    def test_what_waits_is_named(self):
        self.assertEqual({(row["key"], row["missing"], row["name"]) for row in self.house.ctl("records", "--waiting")},
                         {("S-2026-002", "document", "invoice-0602.pdf"), ("S-2026-009", "product", "CHEN-P9")})

    def test_roster_has_the_unclaimed_maker_and_the_candidate(self):
        self.assertEqual({(row["name"], row["srn"], row["approvals"]) for row in self.house.ctl("roster")},
                         {("Mingrui Robotics Technology Co., Ltd.", "", 2),
                          ("Lanxi Medtech (Beijing) Co., Ltd.", "CN-MF-000099901", 0)})

    def test_coverage_says_how_many_makers_in_beijing_are_claimed(self):
        status = self.house.ctl("status")[0]
        database = self.house.database("published/m13.db")
        published = dict(database.execute("SELECT name, value FROM bi_meta WHERE name LIKE 'beijing%'").fetchall())
        by_authority = database.execute("SELECT sum(beijing_claimed), sum(beijing_makers) FROM bi_authority").fetchone()
        database.close()
        self.assertEqual(published, {name: str(status[name]) for name in ("beijing_makers", "beijing_claimed")})
        self.assertEqual(by_authority, (status["beijing_claimed"], status["beijing_makers"]))
        line = f'{status["beijing_makers"]} makers whom registers put in Beijing {status["beijing_claimed"]} are claimed'
        for verb in ("status", "roster"):
            shown = subprocess.run([str(BUILD / "m13ctl"), "-c", str(self.house.config), "--lang", "en", verb], text=True,
                                   capture_output=True, check=True).stdout
            self.assertIn(line, shown)
            self.assertIn(f'FDA {status["beijing_claimed"]}/{status["beijing_makers"]}', shown)
        self.assertTrue(shown.rstrip().endswith(str(status["beijing_makers"])), shown)

    def test_windows_1252_byte_is_repaired(self):
        self.assertIn("CardioWave™", self.cases["K253101"]["device"])

    def test_row_that_cannot_be_read_is_one_reject_and_the_rest_stands(self):
        feed = self.house.feed()
        self.assertEqual(feed["outcome"], "rows-rejected")
        self.assertEqual(feed["rows"], 23)
        [(field, excerpt)] = self.house.rows("SELECT field, excerpt FROM reject")
        self.assertEqual(field, "decision_date")
        self.assertIn("13/45/2026", excerpt)

    def test_explanation_leads_to_the_bytes_that_the_regulator_served(self):
        case = self.house.ctl("explain", self.cases["K253101"]["case_id"])[0]
        sha256 = case["source"]["payload_sha256"]
        self.assertTrue((self.house.state / "evidence" / sha256[:2] / f"{sha256}.zst").exists())
        self.assertEqual(case["source"]["record"]["number"], "K253101")

    def test_everything_verifies(self):
        self.assertTrue(all(row["good"] for row in self.house.ctl("verify")))

    def test_second_run_changes_nothing(self):
        before = self.house.rows("SELECT * FROM approval_version"), self.house.rows("SELECT * FROM case_version")
        self.house.once("--all")
        after = self.house.rows("SELECT * FROM approval_version"), self.house.rows("SELECT * FROM case_version")
        self.assertEqual(before, after)

    def test_maker_can_be_asked_for_by_name_and_by_number(self):
        self.assertEqual({row["number"] for row in self.house.ctl("seen", "mingrui*")}, {"K260777", "K260778"})
        self.assertEqual(self.house.ctl("seen", "k260777")[0]["manufacturer"], "Mingrui Robotics Technology Co., Ltd.")
        self.house.ctl("seen", "K999999", check=65)


if __name__ == "__main__":
    unittest.main(verbosity=2)
