#!/usr/bin/python3
"""m13ctl ask: a firm's form for one case, as it goes with its messages; filled in, it comes in without a word."""
import re
import unittest
import zipfile

from casework_test import FIRM, NEW, Casework
from forms_test import cells_of, column_of, fill_in, write_form

FORM = "ask.xlsx"


def sheet_names(file):
    with zipfile.ZipFile(file) as archive:
        return re.findall(r'<sheet name="([^"]+)"[^/]*/>', archive.read("xl/workbook.xml").decode())


class Ask(Casework):
    rows = [NEW]

    def ask(self):
        file = self.house.folder / FORM
        self.house.ctl("ask", self.case()["case_id"], "-o", str(file))
        return file

    def row(self, file, name):
        """The first data row of a sheet, by header."""
        cells = cells_of(file, sheet_names(file).index(name) + 1)
        return {text.rstrip("*"): cells.get(place[:-1] + "2", "") for place, text in cells.items() if place[1:] == "1"}

    def test_it_holds_the_keys_of_what_is_missing_and_what_the_row_is_about(self):
        case = self.case()
        file = self.ask()
        self.assertIn("企业答复", sheet_names(file))
        self.assertIn("填写说明", sheet_names(file))
        answer = self.row(file, "企业答复")
        self.assertEqual(answer["线索编号"], case["case_id"])
        self.assertEqual(answer["参考批准编号"], "K261001")
        self.assertEqual(answer["参考登记名称"], "LY Recorder II")
        self.assertEqual(answer["答复"], "")

    def test_what_the_firm_has_told_before_is_filled_in_and_comes_back_as_unchanged(self):
        self.house.put("scopes.csv", "authority,number,product_id,in_scope_from\nFDA,K261001,P-1,2026-02-11\n")
        self.house.put("declarations.csv", "uscc,product_id,authority,first_approval,signed_on\n"
                       f"{FIRM},P-1,FDA,是,2026-04-01\n")
        self.take("sales.csv", "sale_id,uscc,product_id,country,date,amount,currency\n"
                  f"S-1,{FIRM},P-1,US,2026-05-04,12000.00,USD\nS-2,{FIRM},P-2,US,2026-05-05,7.00,USD\n")
        file = self.ask()
        self.assertEqual(self.row(file, "首次获批承诺")["签署日期"], "2026-04-01")
        self.assertEqual(self.row(file, "首次获批承诺")["参考产品名称"], "心电记录仪")
        before = self.house.rows("SELECT count(*) FROM local_record WHERE kind <> 'answers'")
        first = cells_of(file, 1)
        fill_in(file, {f"{column_of(first, '答复')}2": "补件", f"{column_of(first, '答复日期')}2": "2026-09-01"})
        [answer] = self.house.ctl("import", str(file), check=None)
        self.assertEqual((answer["rejected"], answer["problem"], answer["changed"], answer["added"]), (0, "", 0, 1),
                         self.house.ctl("imports", str(answer["id"])))
        self.assertEqual(self.house.rows("SELECT count(*) FROM local_record WHERE kind <> 'answers'"), before)

    def test_rows_that_the_firm_completes_come_in_without_rejects(self):
        file = self.ask()
        added = 0
        rows = []
        for name, kind, filled in (("企业答复", "answers", {"answer": "supply", "date": "2026-09-01"}),
                                   ("首次获批承诺", "declarations", {"first_approval": "yes", "signed_on": "2026-08-30", "product_id": "P-1"}),
                                   ("境外销售", "sales", {"date": "2026-05-02", "amount": "48000", "currency": "USD", "country": "US",
                                                      "product_id": "P-1"})):
            if name in sheet_names(file):
                shown = self.row(file, name)
                keys = {column["header"]: column["column"] for one in self.house.ctl("template") if one["kind"] == kind
                        for column in one["columns"]}
                rows.append((kind, [{**{keys[header]: value for header, value in shown.items() if header in keys and value}, **filled}]))
                added += 1
        self.assertGreaterEqual(added, 2, sheet_names(file))
        write_form(self.house.folder / "back.xlsx", *rows)
        [answer] = self.house.ctl("import", str(self.house.folder / "back.xlsx"), check=None)
        self.assertEqual((answer["rejected"], answer["problem"], answer["added"]), (0, "", added),
                         self.house.ctl("imports", str(answer["id"])))

    def test_the_same_form_is_the_same_bytes(self):
        self.assertEqual(self.ask().read_bytes(), self.ask().read_bytes())

    def test_case_that_does_not_exist_is_wrong_usage_and_no_file(self):
        file = self.house.folder / "none.xlsx"
        self.house.ctl("ask", "M13-2026-99999", "-o", str(file), check=64)
        self.assertFalse(file.exists())


del Casework

if __name__ == "__main__":
    unittest.main()
