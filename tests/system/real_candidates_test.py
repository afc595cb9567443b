#!/usr/bin/python3
"""Makers that are known by their EUDAMED number only: imported as candidates, shown in the roster where they are in Beijing,
and firms once somebody has filled in their codes.

Always over a few invented ones; with M13_REAL_DATA=FOLDER over EUDAMED's list of all Chinese makers as well
(FOLDER/eudamed/..., which is not part of this repository).
"""
import csv
import io
import os
import pathlib
import re
import sys
import time
import unittest

from desk import Desk, table
from house import NOW
from demo_records import uscc
from workbook import fill_in, read

REAL = os.environ.get("M13_REAL_DATA")
COLUMNS = ["srn", "name_zh", "name_en", "aliases", "city"]
LANGUAGE = re.compile(r"\s*\[[A-Z]{2}\]\s*,?\s*")
HAN = re.compile("[\u4e00-\u9fff]")
INVENTED = """srn,version,role,name,abbreviated_name,city,country
CN-MF-000990001,1 (Current),Manufacturer,"Beijing Chenlan Medical Technology Co., Ltd. [EN]",Chenlan [EN],Beijing,China
CN-MF-000990002,3 (Current),Manufacturer,Sizhuo Imaging Co. Ltd [EN],,"Shenzhen, Guangdong",China
CN-MF-000990003,1 (Current),Manufacturer,"Qifan Biotech [EN], 启帆（北京）生物技术有限公司",,BEIJING,China
CN-MF-000990004,2 (Current),Manufacturer,"Hexu
Rehabilitation Devices [EN]",,Tangshan,China
CN-MF-000990001,1 (Current),Manufacturer,Chenlan Medtech (Beijing) [EN],,Beijing,China
"""


def names_of(row):
    """As somebody tidies the list up: [EN] goes, a name in Chinese is the Chinese name."""
    parts = [" ".join(part.split()) for part in LANGUAGE.split(row["name"]) if part.strip()]
    latin, han = [part for part in parts if not HAN.search(part)], [part for part in parts if HAN.search(part)]
    short = LANGUAGE.sub("", row["abbreviated_name"]).strip()
    return latin, han, [short] if re.search(r"\w", short) else []


def candidates_of(text):
    """SRN: row of the firms' columns. A maker that is listed twice has two names."""
    found = {}
    for row in csv.DictReader(io.StringIO(text, newline="")):
        latin, han, short = names_of(row)
        srn = row["srn"].split()[0]  # some cells say "Inactive" on a second line
        known = found.setdefault(srn, {"srn": srn, "name_zh": han[0] if han else "", "name_en": "", "aliases": [],
                                              "city": " ".join(row["city"].split())})
        known["aliases"] += [name for name in [*latin, *short] if name not in known["aliases"]]
    for known in found.values():
        known["name_en"] = known["aliases"].pop(0) if known["aliases"] else known["name_zh"]
    return found


def in_beijing(candidate):
    return re.search("bei ?jing|bejing|peking|北京", candidate["city"], re.IGNORECASE)


class Candidates:
    @classmethod
    def setUpClass(cls):
        cls.desk = Desk(feeds=())
        cls.addClassCleanup(cls.desk.__exit__)
        cls.candidates = candidates_of(cls.source())
        rows = [[*(known[name] for name in COLUMNS[:3]), "；".join(known["aliases"]), known["city"]] for known in cls.candidates.values()]
        begun = time.monotonic()
        [cls.file] = cls.desk.deliver("EUDAMED.csv", table(COLUMNS, *rows), NOW)
        cls.seconds = time.monotonic() - begun
        cls.beijing = {srn: known for srn, known in cls.candidates.items() if in_beijing(known)}

    def roster(self):
        """Rows of the roster's first sheet by SRN, its path, its sheet's name, and where its header and columns stand."""
        path = self.desk.folder / "roster.xlsx"
        self.desk.ctl("roster", "-o", str(path))
        sheet, rows = next(iter(read(path).items()))
        at = next(at for at, row in enumerate(rows) if any("统一社会信用代码" in cell for cell in row))
        names = [cell.rstrip("*＊") for cell in rows[at]]
        numbered = [(number, dict(zip(names, row))) for number, row in enumerate(rows[at + 1:], at + 2)]
        srn = next(name for name in names if "SRN" in name)
        return path, sheet, names, {row[srn]: (number, row) for number, row in numbered if row.get(srn)}

    def test_1_each_is_a_candidate(self):
        self.assertEqual((self.file["kind"], self.file["state"], self.file["rejected"]), ("firms", "applied", 0),
                         (self.desk.errors("EUDAMED.csv") or [])[:5])
        self.assertEqual(self.file["added"], len(self.candidates))
        held = {key: self.desk.fields("firms", key) for key in self.desk.keys("firms")[:200]}
        for key, fields in held.items():
            known = self.candidates[key.removeprefix("SRN:")]
            self.assertEqual({name: fields.get(name, "") for name in ("srn", "name_zh", "name_en", "city")},
                             {name: known[name] for name in ("srn", "name_zh", "name_en", "city")})
            self.assertEqual(len([alias for alias in fields.get("aliases", "").split("|") if alias]), len(known["aliases"]), fields)

    def test_2_those_of_beijing_are_in_the_roster(self):
        _, _, names, rows = self.roster()
        city = next(name for name in names if "城市" in name)
        english = next(name for name in names if "英文名" in name)
        self.assertLessEqual(self.beijing.keys(), rows.keys())
        for srn, known in self.beijing.items():
            self.assertEqual((rows[srn][1][english], rows[srn][1][city]), (known["name_en"], known["city"]))
        elsewhere = [known for srn, known in self.candidates.items() if srn in rows.keys() - self.beijing.keys()]
        self.assertEqual([known for known in elsewhere if not re.search("beijing|北京", " ".join(map(str, known.values())),
                                                                        re.IGNORECASE)], [])

    def test_3_and_become_firms_when_the_sheet_comes_back(self):
        path, sheet, names, rows = self.roster()
        claimed = sorted(self.beijing)[:40]
        typed = {}
        for number, srn in enumerate(claimed):
            for name, value in (("统一社会信用代码", uscc("110108", f"MA9{number:05d}")), ("企业名称", f"北京认领{number}号医疗器械有限公司")):
                typed[rows[srn][0], names.index(name) + 1] = value
        fill_in(path, self.desk.folder / "back.xlsx", sheet, typed)
        files = self.desk.deliver("待认领.xlsx", (self.desk.folder / "back.xlsx").read_bytes(), NOW)
        self.assertEqual([(file["kind"], file["added"], file["rejected"]) for file in files], [("firms", len(claimed), 0)],
                         self.desk.errors("待认领.xlsx"))
        for number, srn in enumerate(claimed):
            self.assertIsNone(self.desk.record("firms", f"SRN:{srn}"))
            fields = self.desk.fields("firms", uscc("110108", f"MA9{number:05d}"))
            self.assertEqual((fields["srn"], fields["name_en"], fields["city"]),
                             (srn, self.beijing[srn]["name_en"], self.beijing[srn]["city"]))
        self.assertEqual(len(self.desk.keys("firms")), len(self.candidates))
        self.assertEqual(self.roster()[3].keys() & self.beijing.keys(), self.beijing.keys() - set(claimed))

    def test_4_the_list_comes_again_and_makes_no_candidate_of_a_firm(self):
        before = self.desk.rows("SELECT count(*) FROM local_record")
        rows = [[*(known[name] for name in COLUMNS[:3]), "；".join(known["aliases"]), known["city"]]
                for known in reversed(self.candidates.values())]
        [file] = self.desk.deliver("EUDAMED-2.csv", table(COLUMNS, *rows), NOW)
        self.assertEqual((file["added"], file["changed"], file["unchanged"], file["rejected"]), (0, 0, len(rows), 0))
        self.assertEqual(self.desk.rows("SELECT count(*) FROM local_record"), before)

    def test_5_everything_verifies(self):
        self.assertTrue(all(row["good"] for row in self.desk.ctl("verify")))


class Invented(Candidates, unittest.TestCase):
    @classmethod
    def source(cls):
        return INVENTED


@unittest.skipUnless(REAL, "M13_REAL_DATA names no folder with real records")
class RealMakers(Candidates, unittest.TestCase):
    @classmethod
    def source(cls):
        return (pathlib.Path(REAL) / "eudamed" / "eudamed_manufacturers_CN_current_2025-02.csv").read_text(encoding="utf-8-sig")

    def test_figures(self):
        self.assertEqual((len(self.candidates), len(self.beijing)), (5877, 269))
        print(f"\n5,877 candidates, {len(self.beijing)} of Beijing: {self.seconds:.2f} s; "
              f"{sum(bool(known['aliases']) for known in self.candidates.values())} have other names", file=sys.stderr)


if __name__ == "__main__":
    unittest.main(verbosity=2)
