#!/usr/bin/python3
"""Workbooks that LibreOffice writes: its own of a CSV, those of others that it saved again, and a form of ours that was
filled in with it. They give the same rows as the CSV."""
import pathlib
import shutil
import subprocess
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from desk import Desk, book, table  # noqa: E402
from house import NOW  # noqa: E402
from demo_records import CODE  # noqa: E402
from workbook import EXCEL, MACINTOSH, WPS, fill_in, read  # noqa: E402

FIRMS = [["统一社会信用代码", "企业名称", "英文名称", "所属区", "成立日期", "FEI号"],
         [CODE["CHEN"], "北京晨岚医疗科技有限公司", "Beijing Chenlan Medical Technology Co., Ltd.", "海淀区", "2014-05-20", "3006400113"],
         [CODE["SIZH"], "北京思卓影像设备股份有限公司", "Sizhuo & Sons <Imaging>", "昌平区", "2004-02-29", "0006400114"]]
# How LibreOffice reads a CSV: separator, quote, UTF-8, from the first line; every column as text (2), or the fifth as a date
# in the order of year, month and day (5).
AS_TEXT = "CSV:44,34,76,1,1/2/2/2/3/2/4/2/5/2/6/2"
WITH_DATES = "CSV:44,34,76,1,1/2/2/2/3/2/4/2/5/5/6/2"


@unittest.skipUnless(shutil.which("soffice"), "LibreOffice is not installed")
class LibreOffice(unittest.TestCase):
    def setUp(self):
        self.desk = Desk(feeds=())
        self.addCleanup(self.desk.__exit__)
        text = table(*FIRMS)
        (self.desk.folder / "rows.csv").write_text(text, encoding="utf-8")
        [file] = self.desk.deliver("first.csv", text, NOW)
        self.assertEqual((file["added"], file["rejected"]), (2, 0))

    def saved(self, name, *options, kind="xlsx"):
        """A file of the house's folder as LibreOffice saves it."""
        out = self.desk.folder / "saved"
        command = ["soffice", f"-env:UserInstallation=file://{self.desk.folder}/office", "--headless", *options, "--convert-to", kind,
                   "--outdir", str(out), str(self.desk.folder / name)]
        subprocess.run(command, check=True, capture_output=True, timeout=120)
        return (out / pathlib.Path(name).with_suffix(f".{kind}").name).read_bytes()

    def expect_no_news(self, name, content):
        files = self.desk.deliver(name, content, NOW)
        self.assertEqual([(file["kind"], file["unchanged"], file["rejected"]) for file in files], [("firms", 2, 0)],
                         self.desk.errors(name))

    def test_a_csv_that_it_opened(self):
        for name, options in (("text.xlsx", AS_TEXT), ("dates.xlsx", WITH_DATES)):
            with self.subTest(name):
                self.expect_no_news(name, self.saved("rows.csv", f"--infilter={options}"))

    def test_what_others_wrote_and_it_saved_again(self):
        for name, manner in (("excel", EXCEL), ("wps", WPS), ("macintosh", MACINTOSH)):
            with self.subTest(name):
                (self.desk.folder / f"{name}.xlsx").write_bytes(book(("企业", FIRMS), manner=manner))
                self.expect_no_news(f"{name}.xlsx", self.saved(f"{name}.xlsx"))

    def test_a_form_of_ours_that_was_filled_in(self):
        form, filled = self.desk.folder / "form.xlsx", self.desk.folder / "filled.xlsx"
        self.desk.ctl("template", "firms", "-o", str(form))
        sheet, rows = next(iter(read(form).items()))
        header = next(at for at, row in enumerate(rows) if any("统一社会信用代码" in cell for cell in row))
        names = [cell.rstrip("*＊") for cell in rows[header]]
        fill_in(form, filled, sheet, {(header + 1 + number, names.index(name) + 1): value for number, row in enumerate(FIRMS[1:], 1)
                                      for name, value in zip(FIRMS[0], row)})
        self.expect_no_news("filled.xlsx", filled.read_bytes())
        self.expect_no_news("saved.xlsx", self.saved("filled.xlsx"))


if __name__ == "__main__":
    unittest.main(verbosity=2)
