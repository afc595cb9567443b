#!/usr/bin/python3
"""Lists of makers' names handed to `m13ctl match`: one answer for each row, in order, and nothing wrong passes in silence."""
import json
import subprocess
import unittest

from house import BUILD, House
from demo_records import uscc

FIRM = uscc("110108", "MA0REXW1")
NAME = "Beijing Lingyun Medical Devices Co., Ltd."
FIRMS = f'uscc,name_zh,name_en,fei,owner_operator\n{FIRM},北京凌云医疗器械有限公司,"{NAME}",3010000001,9012345\n'
QUOTED = f'"{NAME}"'


class Lists(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.house = House(feeds=())
        cls.house.put("firms.csv", FIRMS)
        cls.house.once()

    @classmethod
    def tearDownClass(cls):
        cls.house.__exit__()

    def match(self, text, *options):
        """(exit code, answers, what is told on stderr)"""
        done = subprocess.run([str(BUILD / "m13ctl"), "-c", str(self.house.config), "--lang", "en", "match", *options],
                              input=text if isinstance(text, bytes) else text.encode(), capture_output=True, timeout=60)
        answers = done.stdout.decode()
        return done.returncode, [json.loads(line) for line in answers.splitlines()] if not options else answers, done.stderr.decode()

    def bands(self, text, code=0):
        told = self.match(text)
        self.assertEqual(told[0], code, told)
        return [answer["band"] for answer in told[1]]

    def refused_rows(self, text, count):
        """Rows that cannot be asked are answered as such, in their place, and told by number and reason."""
        code, answers, told = self.match(text)
        self.assertEqual((code, len(answers)), (3, count), told)
        for row, answer in enumerate(answers, 2):
            self.assertEqual("problem" in answer, f"row {row}:" in told, told)
        return [answer.get("problem", "") for answer in answers], told

    def test_what_excel_writes_is_read(self):
        self.assertEqual(self.bands("\ufeffNAME,Country\r\n" + QUOTED + ",CN\r\n\r\nNobody Inc.,US\r\n"), ["auto", "none"])
        self.assertEqual(self.bands("id,name\n7," + QUOTED), ["auto"])

    def test_score_is_told_as_a_short_decimal(self):
        stranger = subprocess.run([str(BUILD / "m13ctl"), "-c", str(self.house.config), "match"], capture_output=True, timeout=60,
                                  input=b"name\n\"Shenzhen Lingyun Medical Devices Co., Ltd.\"\n").stdout
        self.assertIn(b'"band":"review"', stranger)
        self.assertIn(b'"score":0.7,', stranger)

    def test_country_may_be_named_as_a_register_names_it(self):
        for country in ("", "CN", "cn", "CHN", "China", "中国", "CHINA, REPÚBLICA POPULAR"):
            self.assertEqual(self.bands(f'name,country\n{QUOTED},"{country}"\n'), ["auto"], country)
        self.assertEqual(self.bands(f"name,country\n{QUOTED},Brasil\n"), ["review"])
        problems, told = self.refused_rows(f"name,country\n{QUOTED},Atlantis\n{QUOTED},CN\n", 2)
        self.assertEqual([bool(problem) for problem in problems], [True, False])
        self.assertIn("Atlantis", told)

    def test_name_with_a_comma_and_no_quotation_marks_is_not_cut_in_silence(self):
        problems, _ = self.refused_rows(f"name,country\n{NAME},CN\n{QUOTED},CN\nNobody Inc.\n", 3)
        self.assertEqual([bool(problem) for problem in problems], [True, False, False])
        self.assertIn("quotation marks", problems[0])

    def test_row_that_is_no_utf8_has_a_zero_byte_or_is_endless_is_told(self):
        for name in ("Société Médicale".encode("latin-1"), "北京凌云医疗器械有限公司".encode("gb18030"), b"Beijing\0Lingyun",
                     b"Beijing " + b"A" * 1_000_000):
            problems, _ = self.refused_rows(b"name,country\n" + name + b",CN\n" + QUOTED.encode() + b",CN\n", 2)
            self.assertEqual([bool(problem) for problem in problems], [True, False])

    def test_file_of_another_kind_is_refused(self):
        for text in ("", "\n\n", "maker,country\nFoo,CN\n", f"name,country\n{QUOTED},CN\n".encode("utf-16"), "name,name\nA,B\n"):
            code, answers, told = self.match(text)
            self.assertEqual((code, answers), (65, []), text)
            self.assertIn("header", told)
        code, answers, told = self.match('name\nFoo Inc.\n"Bar Inc.\nBaz Inc.\n')
        self.assertEqual((code, len(answers)), (65, 1))
        self.assertIn("quotation mark", told)
        self.assertEqual(self.bands("name,country\n"), [])

    def test_file_that_cannot_be_read_is_told(self):
        for path, words in ((self.house.folder / "none.csv", "No such file"), (self.house.folder, "directory")):
            code, answers, told = self.match("", str(path))
            self.assertEqual((code, answers), (74, ""), path)
            self.assertIn(words, told)

    def test_identifier_of_any_kind_that_a_register_has(self):
        for identifier, band in ((FIRM, "auto"), ("3010000001", "auto"), ("9012345", "auto"), ("3010000009", "none")):
            self.assertEqual(self.bands(f"name,identifier\n,{identifier}\n"), [band], identifier)

    def test_maker_in_beijing_that_fits_nobody_is_told_as_such(self):
        text = "name,country,city\nNobody Inc.,CN,Peking\nNobody Inc.,CN,Shenzhen\n"
        self.assertEqual([answer["beijing"] for answer in self.match(text)[1]], [True, False])
        _, words, _ = self.match(text, "--text")
        self.assertEqual(words.count("unclaimed"), 1)

    def test_in_words_a_refused_row_says_why(self):
        code, words, _ = self.match(f"name,country\n{NAME},CN\n", "--text")
        self.assertEqual(code, 3)
        self.assertIn("quotation marks", words)


if __name__ == "__main__":
    unittest.main()
