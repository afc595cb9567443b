#!/usr/bin/python3
"""Forms on their way out and back: empty ones, filled-in ones, and the roster of makers that nobody has claimed."""
import json
import re
import subprocess
import unittest
import xml.etree.ElementTree as ElementTree
import zipfile

from house import BUILD, DEMO, FEED_510K, House, Register, read_rows, write_rows
from demo_records import uscc

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
ElementTree.register_namespace("", MAIN)
FIRM = uscc("110108", "MA0FARM1")
# Columns for which no general example can be given, or not this one beside the others.
OWN = {"address": "desk@example.invalid", "value": "eligible", "reason": "已核对原件", "officer": "甲", "facts_hash": 64 * "0",
       "original_seen_by": "甲", "parent_uscc": "", "successor_uscc": ""}


def cells_of(file, sheet=1):
    """{"A1": text} of a sheet as libxlsxwriter writes it."""
    with zipfile.ZipFile(file) as archive:
        strings = ["".join(item.itertext()) for item in ElementTree.fromstring(archive.read("xl/sharedStrings.xml"))]
        root = ElementTree.fromstring(archive.read(f"xl/worksheets/sheet{sheet}.xml"))
    return {cell.get("r"): strings[int(cell.findtext(f"{{{MAIN}}}v"))] for cell in root.iter(f"{{{MAIN}}}c")
            if cell.get("t") == "s"}


def column_of(cells, header):
    return next(re.match("[A-Z]+", place).group() for place, text in cells.items()
                if re.fullmatch("[A-Z]+1", place) and text.rstrip("*") == header)


def fill_in(file, values):
    """Types texts into cells of the first sheet, {"A2": text}, in rows that are there."""
    with zipfile.ZipFile(file) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    root = ElementTree.fromstring(parts["xl/worksheets/sheet1.xml"])
    for place, text in values.items():
        row = next(row for row in root.iter(f"{{{MAIN}}}row") if row.get("r") == re.search(r"\d+", place).group())
        for cell in [cell for cell in row if cell.get("r") == place]:
            row.remove(cell)
        cell = ElementTree.SubElement(row, f"{{{MAIN}}}c", r=place, t="inlineStr")
        ElementTree.SubElement(ElementTree.SubElement(cell, f"{{{MAIN}}}is"), f"{{{MAIN}}}t").text = text
        row[:] = sorted(row, key=lambda one: (len(one.get("r")), one.get("r")))
    parts["xl/worksheets/sheet1.xml"] = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)


def write_form(file, *sheets):
    """The product's own form, filled in: each sheet is (kind, rows)."""
    subprocess.run([BUILD / "tests" / "support" / "form_writer", file], check=True, text=True,
                   input=json.dumps([{"kind": kind, "rows": rows} for kind, rows in sheets]))


class Templates(unittest.TestCase):
    def setUp(self):
        self.house = House(feeds=())
        self.addCleanup(self.house.__exit__)
        self.house.once()
        self.kinds = {kind["kind"]: kind for kind in self.house.ctl("template")}

    def test_every_kind_has_a_form_and_an_empty_one_brings_nothing(self):
        for kind in self.kinds:
            file = self.house.folder / f"{kind}.xlsx"
            self.house.ctl("template", kind, "-o", str(file))
            with self.subTest(kind=kind):
                [answer] = self.house.ctl("import", str(file), check=65)
                self.assertEqual((answer["rows"], answer["added"]), (0, 0))
                self.assertIn("没有", answer["problem"])
        self.assertEqual(self.house.rows("SELECT count(*) FROM local_record"), [(0,)])

    def test_form_filled_in_with_its_own_examples_is_taken_without_a_word(self):
        for kind in self.kinds:
            columns = self.kinds[kind]["columns"]
            row = {column["column"]: column["example"] or (column["choices"] or [""])[0] for column in columns}
            row.update({column: text for column, text in OWN.items() if column in row and not (text and row[column])})
            row.update({column: row[column].replace("%", "").replace("；", "|") for column in ("share", "shares") if column in row})
            file = self.house.folder / f"{kind}.xlsx"
            write_form(file, (kind, [row]))
            with self.subTest(kind=kind):
                [answer] = self.house.ctl("import", str(file), check=None)
                self.assertEqual((answer["kind"], answer["problem"], answer["rejected"], answer["added"], answer["warnings"]),
                                 (kind, "", 0, 1, 0), self.house.ctl("imports", str(answer["id"])))

    def test_every_choice_that_a_form_offers_is_understood(self):
        districts = next(column["choices"] for column in self.kinds["firms"]["columns"] if column["column"] == "district")
        rows = [{"uscc": uscc("110108", f"MA0CH{number:03d}"), "name_zh": f"北京选项{number}有限公司", "district": district}
                for number, district in enumerate(districts)]
        write_form(self.house.folder / "firms.xlsx", ("firms", rows))
        [answer] = self.house.ctl("import", str(self.house.folder / "firms.xlsx"))
        self.assertEqual(answer["added"], len(districts))
        known = {record["fields"]["district"] for record in self.house.ctl("records", "firms")}
        self.assertEqual(known, set(districts))

    def test_one_workbook_of_all_kinds_has_a_sheet_for_each_but_contacts(self):
        file = self.house.folder / "all.xlsx"
        self.house.ctl("template", "all", "-o", str(file))
        with zipfile.ZipFile(file) as archive:
            book = ElementTree.fromstring(archive.read("xl/workbook.xml"))
        names = [sheet.get("name") for sheet in book.iter(f"{{{MAIN}}}sheet") if sheet.get("state") != "hidden"]
        self.assertEqual(names, [kind["zh"] for kind in self.kinds.values() if kind["kind"] != "contacts"] + ["填写说明"])

    def test_the_same_form_is_the_same_bytes(self):
        files = [self.house.folder / name for name in ("1.xlsx", "2.xlsx")]
        for file in files:
            self.house.ctl("template", "sales", "-o", str(file))
        self.assertEqual(files[0].read_bytes(), files[1].read_bytes())

    def test_kind_that_does_not_exist_is_wrong_usage_and_no_file(self):
        file = self.house.folder / "none.xlsx"
        self.house.ctl("template", "firmz", "-o", str(file), check=64)
        self.assertFalse(file.exists())


class Roster(unittest.TestCase):
    """Mingrui stands in FDA's list, Lanxi in EUDAMED's; nobody knows yet which firms of Beijing they are."""

    MINGRUI, LANXI = "Mingrui Robotics Technology Co., Ltd.", "Lanxi Medtech (Beijing) Co., Ltd."
    SRN = "CN-MF-000099901"

    def setUp(self):
        self.house = House(feeds=(FEED_510K,))
        self.addCleanup(self.house.__exit__)
        rows = [row for row in read_rows(DEMO / "openfda-510k.ndjson") if row["applicant"] in (self.MINGRUI, "Nordlys Medical AB")]
        write_rows(self.house.folder / "510k.ndjson", rows)
        register = Register(self.house.folder, {"/device/510k.json": self.house.folder / "510k.ndjson"})
        self.addCleanup(register.close)
        self.house.configure(register.url, feeds=(FEED_510K,))
        self.house.put("candidates.csv", f'srn,name_en,city,aliases\n{self.SRN},"{self.LANXI}",Beijing,Lanxi\n'
                                         'CN-MF-000099902,"Beijing Lanxi (Tangshan) Co., Ltd.",Tangshan,\n')
        self.house.once("--feed", FEED_510K)
        self.file = self.house.folder / "roster.xlsx"

    def roster(self):
        return {row["name"]: row for row in self.house.ctl("roster")}

    def sheet(self):
        """The sheet as it is written, and where each maker stands in it."""
        self.house.ctl("roster", "-o", str(self.file))
        cells = cells_of(self.file)
        names = column_of(cells, "英文名称")
        return cells, {text: place[len(names):] for place, text in cells.items() if place.startswith(names)}

    def test_roster_names_makers_and_candidates_with_city_srn_and_what_they_have(self):
        roster = self.roster()
        self.assertEqual(set(roster), {self.MINGRUI, self.LANXI})
        self.assertEqual((roster[self.MINGRUI]["authorities"], roster[self.MINGRUI]["approvals"]), ("FDA", 2))
        self.assertEqual((roster[self.LANXI]["city"], roster[self.LANXI]["srn"]), ("Beijing", self.SRN))

    def test_sheet_that_comes_back_as_it_went_changes_nothing(self):
        self.sheet()
        before = self.house.rows("SELECT * FROM local_record")
        self.house.ctl("import", str(self.file), check=None)
        self.assertEqual(self.house.rows("SELECT * FROM local_record"), before)
        self.assertEqual(self.house.rows("SELECT * FROM local_reject"), [])
        self.assertEqual(set(self.roster()), {self.MINGRUI, self.LANXI})

    def test_filled_in_rows_become_firms_and_the_others_stay(self):
        cells, rows = self.sheet()
        code, name = column_of(cells, "统一社会信用代码"), column_of(cells, "企业名称")
        fill_in(self.file, {code + rows[self.MINGRUI]: FIRM, name + rows[self.MINGRUI]: "北京明锐机器人技术有限公司"})
        [answer] = self.house.ctl("import", str(self.file))
        self.assertEqual((answer["added"], answer["rejected"]), (1, 0))
        self.house.once()
        self.assertEqual(set(self.roster()), {self.LANXI})
        self.assertEqual({case["number"] for case in self.house.ctl("cases", "--firm", FIRM)}, {"K260777", "K260778"})

    def test_candidate_becomes_the_firm_and_keeps_what_only_it_knew(self):
        cells, rows = self.sheet()
        code, name = column_of(cells, "统一社会信用代码"), column_of(cells, "企业名称")
        fill_in(self.file, {code + rows[self.LANXI]: FIRM, name + rows[self.LANXI]: "北京岚溪医疗科技有限公司"})
        [answer] = self.house.ctl("import", str(self.file))
        self.assertEqual(answer["rejected"], 0)
        [firm] = self.house.ctl("records", "firms", "--firm", FIRM)
        self.assertEqual((firm["fields"]["srn"], firm["fields"]["name_en"], firm["fields"]["aliases"]),
                         (self.SRN, self.LANXI, "Lanxi"))
        self.assertEqual(self.house.ctl("records", "firms", "--firm", f"SRN:{self.SRN}"), [])
        self.assertEqual(set(self.roster()), {self.MINGRUI})


if __name__ == "__main__":
    unittest.main(verbosity=2)
