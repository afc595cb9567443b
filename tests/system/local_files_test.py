#!/usr/bin/python3
"""Files of local records: what each program writes gives the same rows, and what cannot be read is refused in words."""
import dataclasses
import datetime
import decimal
import json
import subprocess
import unittest

from desk import COLUMN, REASON, ROW, Desk, book, many_firms, table
from house import BUILD, NOW
from demo_records import CODE
from workbook import EXCEL, MACINTOSH, OPEN_XML_SDK, WPS, Error, Formula, Sheet, fill_in, read

FIRMS = [["统一社会信用代码", "企业名称", "英文名称", "所属区", "成立日期"],
         [CODE["CHEN"], "北京晨岚医疗科技有限公司", "Beijing Chenlan Medical Technology Co., Ltd.", "海淀区", datetime.date(2014, 5, 20)],
         [CODE["SIZH"], " 北京思卓影像设备股份有限公司 ", "Sizhuo & Sons <Imaging>", "昌平", datetime.date(2004, 2, 29)]]
SALES = [["sale_id", "uscc", "product_id", "country", "date", "amount", "currency", "invoice_no", "related"],
         ["S-1", CODE["CHEN"], "CHEN-P1", "美国", datetime.date(2026, 5, 20), decimal.Decimal("48000.10"), "USD", "00071", "是"],
         ["S-2", CODE["CHEN"], "CHEN-P1", "DEU", datetime.date(2026, 12, 31), 125, "欧元", "00072", None],
         ["S-3", CODE["CHEN"], "CHEN-P1", "巴西", datetime.date(2026, 1, 1), decimal.Decimal("-3.5"), "BRL", "7300000000001", "否"]]
ALL_MANNERS = {
    "Excel": EXCEL, "WPS": WPS, "Macintosh": MACINTOSH, "Open XML SDK": OPEN_XML_SDK,
    "dates in Chinese": dataclasses.replace(EXCEL, dates="chinese date"), "ISO dates": dataclasses.replace(EXCEL, dates="iso"),
    "strings first": dataclasses.replace(EXCEL, strings_first=True),
    "a Macintosh's inline": dataclasses.replace(WPS, dates="date", epoch_1904=True, numbers_as_text=False),
}


class Writers(unittest.TestCase):
    """One house that is told the same by each program: after the first, nothing is news."""

    def setUp(self):
        self.desk = Desk(feeds=())
        self.addCleanup(self.desk.__exit__)

    def test_the_same_rows_come_from_each_writer(self):
        first, *others = ALL_MANNERS.items()
        sheets = (("企业", FIRMS), ("销售", SALES))
        files = self.desk.deliver(f"{first[0]}.xlsx", book(*sheets, manner=first[1]), NOW)
        self.assertEqual([(file["kind"], file["added"], file["rejected"]) for file in files], [("firms", 2, 0), ("sales", 3, 0)],
                         self.desk.errors(f"{first[0]}.xlsx"))
        self.assertEqual(self.desk.fields("firms", CODE["SIZH"]), {
            "uscc": CODE["SIZH"], "name_zh": "北京思卓影像设备股份有限公司", "name_en": "Sizhuo & Sons <Imaging>", "district": "昌平区",
            "established_on": "2004-02-29"})
        self.assertEqual(self.desk.fields("sales", "S-1"), {
            "sale_id": "S-1", "uscc": CODE["CHEN"], "product_id": "CHEN-P1", "country": "US", "date": "2026-05-20",
            "amount": "48000.1", "currency": "USD", "invoice_no": "00071", "related": "yes"})
        for name, manner in others:
            with self.subTest(name):
                files = self.desk.deliver(f"{name}.xlsx", book(*sheets, manner=manner), NOW)
                self.assertEqual([(file["kind"], file["added"], file["changed"], file["unchanged"], file["rejected"])
                                  for file in files], [("firms", 0, 0, 2, 0), ("sales", 0, 0, 3, 0)],
                                 self.desk.errors(f"{name}.xlsx"))

    def test_and_from_libxlsxwriter(self):
        """The form of ours, every cell written by the library: numbers as text, drop-down lists, frozen rows."""
        self.desk.deliver("first.xlsx", book(("企业", FIRMS), ("销售", SALES)), NOW)
        sheets = [{"kind": kind, "rows": [json.loads(fields) for fields, in self.desk.rows(
            "SELECT fields FROM local_record WHERE kind = ? ORDER BY key", kind)]} for kind in ("firms", "sales")]
        self.assertEqual([len(sheet["rows"]) for sheet in sheets], [2, 3])
        form = self.desk.folder / "form.xlsx"
        subprocess.run([BUILD / "tests" / "support" / "form_writer", form], input=json.dumps(sheets), text=True, check=True)
        files = self.desk.deliver("form.xlsx", form.read_bytes(), NOW)
        self.assertEqual([(file["kind"], file["unchanged"], file["rejected"]) for file in files], [("firms", 2, 0), ("sales", 3, 0)],
                         self.desk.errors("form.xlsx"))

    def test_and_from_csv_in_each_encoding_and_with_each_separator(self):
        rows = [[str(cell) if cell is not None else "" for cell in row] for row in SALES]
        self.desk.deliver("first.csv", table(*rows), NOW)
        for name, text in (("utf-8-sig", table(*rows)), ("gb18030", table(*rows, delimiter=";")), ("utf-8", table(*rows, delimiter="\t")),
                           ("gb18030", table(*rows, end="\n"))):
            [file] = self.desk.deliver(f"{name}-{len(text)}.csv", text.encode(name), NOW)
            self.assertEqual((file["unchanged"], file["rejected"]), (3, 0), name)

    def test_titles_notes_and_two_levels_of_headers_stand_above_the_rows(self):
        rows = [["附件2"], ["北京市医疗器械企业名录"], None, ["填报说明：日期填到日"], ["序号", "基本信息", None, "其他", None],
                [None, "统一社会信用代码", "企业名称", "所属区", "地址"], [1, CODE["HEXU"], "北京和煦康复器械有限公司", "大兴区", "黄村镇"]]
        sheet = Sheet("名录", rows, merged=("A1:E1", "A2:E2", "B5:C5", "D5:E5"))
        [file] = self.desk.deliver("两级.xlsx", book(sheet), NOW)
        self.assertEqual((file["kind"], file["added"], file["rejected"]), ("firms", 1, 0), file["problem"])
        self.assertEqual(self.desk.fields("firms", CODE["HEXU"])["address"], "黄村镇")

    def test_a_sheet_as_an_office_keeps_it_is_taken_without_a_word(self):
        """Units above the table, the firm's name beside its code, a total and who made it below."""
        header = ["序 号", "销售编号", "企业名称", "统一社会\n信用代码（必填）", "产品编号", "最终目的国\n（地区）", "日期", "金额", "币种", "是否关联方",
                  "报关单号", "备注"]
        zh = FIRMS[1][1]
        rows = [["2026年上半年境外销售明细表"], ["填报单位：" + zh, None, None, None, None, None, None, None, None, None, "单位：万元"], None, header,
                [1, "S-1", zh, CODE["CHEN"].lower(), "P1", "United States", "2026.5.20", "4.8", "美元", "√", "'010120260516000001", "首批"],
                [2, "S-2", zh, CODE["CHEN"][:8] + " " + CODE["CHEN"][8:], "P1", "南韩", "20260521", "１２．５", "usd", "非关联",
                 "0101 2026 0521 0000 02", None],
                [3, "S-3", zh, CODE["CHEN"], "P1", "502", datetime.date(2026, 5, 22), "3,200元", "RMB", "N", None, None],
                ["合计", None, None, None, None, None, None, decimal.Decimal("17.62"), None, None, None, None], None,
                ["填表人：某某", None, None, "审核人：某某"]]
        [file] = self.desk.deliver("上半年.xlsx", book(Sheet("Sheet1", rows, merged=("A1:L1",))), NOW)
        self.assertEqual((file["kind"], file["rows"], file["added"], file["rejected"]), ("sales", 3, 3, 0), self.desk.errors("上半年.xlsx"))
        held = [self.desk.fields("sales", key) for key in ("S-1", "S-2", "S-3")]
        self.assertEqual([(row["uscc"], row["country"], row["date"], row["amount"], row["currency"], row["related"]) for row in held],
                         [(CODE["CHEN"], "US", "2026-05-20", "48000", "USD", "yes"),
                          (CODE["CHEN"], "KR", "2026-05-21", "125000", "USD", "no"),
                          (CODE["CHEN"], "US", "2026-05-22", "3200", "CNY", "no")])
        self.assertEqual([row.get("declaration_no") for row in held], ["010120260516000001", "010120260521000002", None])

    def test_hidden_and_explaining_sheets_are_left_out_and_each_other_is_of_its_kind(self):
        files = self.desk.deliver("多表.xlsx", book(
            ("填写说明", [["请按下表填写"], ["全量", "表示完整名录"]]), ("企业", FIRMS), Sheet("列表", [["a"], ["b"]], hidden=True),
            ("空", []), ("销售", SALES)), NOW)
        self.assertEqual([(file["sheet"], file["kind"], file["state"]) for file in files],
                         [("企业", "firms", "applied"), ("销售", "sales", "applied")])

    def test_one_sheet_that_cannot_be_told_refuses_the_whole_workbook(self):
        files = self.desk.deliver("一好一坏.xlsx", book(("企业", FIRMS), ("其他", [["甲", "乙"], ["1", "2"]])), NOW)
        self.assertEqual({file["state"] for file in files}, {"refused"})
        self.assertEqual(self.desk.keys("firms"), [])
        self.assertIn("其他", self.desk.errors("一好一坏.xlsx")[0][REASON])

    def test_cells_that_cannot_be_trusted_are_errors(self):
        rows = [SALES[0] + ["declaration_no"]] + [[f"E-{number}", *SALES[1][1:]] + [None] for number in range(4)]
        rows[1][5] = Error("#REF!")
        rows[2][5] = Formula("A1+1")              # never computed
        rows[3][9] = decimal.Decimal("10120260516000001")  # a customs number in a numeric cell
        rows[4][5] = Formula("12*4", 48)
        [file] = self.desk.deliver("格.xlsx", book(("销售", rows)), NOW)
        self.assertEqual((file["added"], file["rejected"]), (1, 3))
        errors = self.desk.errors("格.xlsx")
        self.assertEqual([(line[ROW], line[COLUMN]) for line in errors], [("2", "amount"), ("3", "amount"), ("4", "declaration_no")])
        self.assertEqual(self.desk.fields("sales", "E-3")["amount"], "48")

    def test_a_form_that_was_filled_in_comes_back(self):
        form = self.desk.folder / "form.xlsx"
        self.desk.ctl("template", "products", "-o", str(form))
        sheet, rows = next(iter(read(form).items()))
        header = next(at for at, row in enumerate(rows) if any("产品编号" in cell for cell in row))
        names = [cell.rstrip("*＊") for cell in rows[header]]
        typed = {(header + 1 + number, names.index(name) + 1): value
                 for number, product in enumerate(({"产品编号": "P-1", "产品名称": "心电图机", "统一社会信用代码": CODE["CHEN"],
                                                     "注册证编号": "国械注准20253070001"},
                                                    {"产品编号": "0002", "产品名称": "超声", "统一社会信用代码": CODE["CHEN"]}), 1)
                 for name, value in product.items()}
        fill_in(form, self.desk.folder / "filled.xlsx", sheet, typed)
        files = self.desk.deliver("产品表.xlsx", (self.desk.folder / "filled.xlsx").read_bytes(), NOW)
        self.assertEqual([(file["kind"], file["added"], file["rejected"]) for file in files], [("products", 2, 0)],
                         self.desk.errors("产品表.xlsx"))
        self.assertEqual(self.desk.fields("products", "P-1"), {"product_id": "P-1", "uscc": CODE["CHEN"], "name_zh": "心电图机",
                                                               "nmpa_number": "国械注准20253070001"})
        self.assertEqual(self.desk.keys("products"), ["0002", "P-1"])


class Refused(unittest.TestCase):
    def setUp(self):
        self.desk = Desk(feeds=())
        self.addCleanup(self.desk.__exit__)

    def refused(self, name, content):
        files = self.desk.deliver(name, content, NOW)
        self.assertEqual({file["state"] for file in files}, {"refused"}, files)
        self.assertRegex(files[0]["problem"], "[\u4e00-\u9fff]")
        self.assertEqual(self.desk.rows("SELECT count(*) FROM local_record"), [(0,)])
        self.assertEqual(len(self.desk.lying_in("rejected")), 1)
        self.assertEqual(self.desk.errors(name)[0][REASON], files[0]["problem"])
        self.assertEqual(self.desk.lying_in("."), [])
        return files[0]["problem"]

    def test_unclear_kind(self):
        self.assertRegex(self.refused("a.csv", "甲,乙\n1,2\n"), "表头|列")

    def test_unknown_column_is_named(self):
        self.assertIn("颜色", self.refused("a.csv", table(FIRMS[0][:2] + ["颜色"], [CODE["CHEN"], "甲", "红"])))

    def test_two_columns_of_one_meaning(self):
        self.refused("a.csv", table(["uscc", "企业名称", "公司名称"], [CODE["CHEN"], "甲", "乙"]))

    def test_a_workbook_cut_short(self):
        content = book(("企业", list(many_firms(400))))
        self.refused("cut.xlsx", content[:len(content) * 2 // 3])

    def test_a_bomb_of_blanks(self):
        rows = ([" " * 30000] * 100 for _ in range(40))  # 120 MB in a thousandth of it
        content = book(Sheet("企业", rows), manner=dataclasses.replace(EXCEL, shared_strings=False))
        self.assertLess(len(content), 300_000)
        self.refused("bomb.xlsx", content)

    def test_a_workbook_of_another_kind_of_office(self):
        self.refused("old.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(4000))

    def test_a_full_list_of_single_facts(self):
        scopes = [["authority", "number", "product_id", "in_scope_from"], ["FDA", "K253101", "CHEN-P1", "2026-02-11"]]
        self.assertIn("全量", self.refused("s.xlsx", book(("全量", scopes))))


if __name__ == "__main__":
    unittest.main(verbosity=2)
