#!/usr/bin/python3
"""Row for row: what a register serves is what the database holds, by a mapping that this file writes down anew.

Always over small fixtures; with M13_REAL_DATA=FOLDER over real answers and lists of FDA as well (FOLDER/fda/..., which are
not part of this repository): the 100-record answer of openFDA, 1,000 and 246 clearances, and all 56,995 rows of PMA.
"""
import collections
import json
import os
import pathlib
import re
import subprocess
import sys
import time
import unittest

from house import DEMO, FEED_510K, FEED_PMA, SOURCE, House, Register, read_rows, write_rows
from demo_records import clearance, premarket

REAL = os.environ.get("M13_REAL_DATA")
DATASETS = {FEED_510K: "/device/510k.json", FEED_PMA: "/device/pma.json"}

# --- the mapping, written down a second time ----------------------------------------------------------------------------

ACTIVE = set("DENG SESE SESA SESD SESF SESI SESK SESN SESP SESR SEST SESU SESW SEKD SEPR SEPT SERN "
             "SE SA SD SF SI SK SN SP ST SU SW KD PR PT RN".split())
REFUSED = set("NE FB SC SL UD UO UR OD CR DB DR EX GP K4 NA ND NF NR PE RC TR".split())
STATUS_510K = ({code: "active" for code in ACTIVE} | {code: "refused" for code in REFUSED} |
               {"RE": "withdrawn", "WD": "withdrawn", "DE": "cancelled", "DD": "cancelled"})
STATUS_PMA = {"APPR": "active", "APCB": "active", "APCV": "active", "OK30": "active", "LE30": "active", "APWD": "withdrawn",
              "WTDR": "withdrawn", "APRL": "reclassified", "DENY": "refused"}
ROUTES_510K = {"Special": "510k-special", "Abbreviated": "510k-abbreviated", "Traditional": "510k", "Dual Track": "510k"}
BLANKS = re.compile(r"[\s\u0000-\u0020\u007f\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff]+")
PAGES_510K = "https://www.accessdata.fda.gov/scripts/cdrh/cfdocs/cfpmn/"
PAGES_PMA = "https://www.accessdata.fda.gov/scripts/cdrh/cfdocs/cfpma/pma.cfm?id="


def clean(value):
    """U+0080 to U+009F were windows-1252; blanks fold to one."""
    def repaired(found):
        return bytes([ord(found[0])]).decode("cp1252", "replace")
    return BLANKS.sub(" ", re.sub("[\u0080-\u009f]", repaired, value or "")).strip()


def common(row, numbers):
    maker = clean(row["applicant"])
    return {"authority": "FDA", "manufacturer": maker, "holder": maker, "state": clean(row["state"]), "city": clean(row["city"]),
            "product_code": clean(row["product_code"]), "device_class": clean((row["openfda"] or {}).get("device_class")),
            "decision_date": clean(row.get("decision_date")), "received_date": clean(row.get("date_received")),
            "address": ", ".join(part for part in map(clean, numbers) if part), "source_status": clean(row["decision_code"])}


def record_of_clearance(row):
    number, kind = clean(row["k_number"]), clean(row["clearance_type"])
    granted = number.startswith("DEN") or row["decision_code"] == "DENG"
    page = "denovo.cfm?id=" if number.startswith("DEN") else "pmn.cfm?ID="
    return common(row, (row["address_1"], row["address_2"])) | {
        "number": number, "country": clean(row["country_code"]), "device": clean(row["device_name"]),
        "postcode": clean(row["postal_code"]) or clean(row["zip_code"]), "source_route": kind,
        "route": "de-novo" if granted else ROUTES_510K.get(kind, "unknown"),
        "status": STATUS_510K.get(row["decision_code"], "unknown"), "url": f"{PAGES_510K}{page}{number}"}


def route_of_pma(row):
    kind = row["supplement_type"]
    if not row["supplement_number"]:
        return "pma"
    if row["decision_code"] == "OK30" or kind in ("30-Day Notice", "135 Review Track For 30-Day Notice"):
        return "pma-notice"
    if kind == "Panel Track":
        return "pma-panel-track"
    design = row["supplement_reason"] == "Change Design/Components/Specifications/Material"
    return "pma-supplement-design" if kind == "Normal 180 Day Track" and design else "pma-supplement"


def record_of_pma(row):
    number, supplement = row["pma_number"], row["supplement_number"]
    return common(row, (row["street_1"], row["street_2"])) | {
        "number": f"{number}/{supplement}" if supplement else number, "parent": number if supplement else "",
        "route": route_of_pma(row), "status": STATUS_PMA.get(row["decision_code"], "unknown"), "postcode": clean(row["zip"]),
        "device": clean(row["generic_name"]), "brand": clean(row["trade_name"]), "url": f"{PAGES_PMA}{number}{supplement}",
        "source_route": clean(row["supplement_type"]), "source_reason": clean(row["supplement_reason"])}


RECORD_OF = {FEED_510K: record_of_clearance, FEED_PMA: record_of_pma}

# --- through the house --------------------------------------------------------------------------------------------------


class Loaded(unittest.TestCase):
    """Rows of each register, served page by page, loaded; `sources` gives the rows."""

    page_rows = {FEED_510K: 1000, FEED_PMA: 1000}
    outcomes = ("applied",)

    @classmethod
    def sources(cls):
        raise unittest.SkipTest("no records of its own")

    @classmethod
    def setUpClass(cls):
        cls.rows = cls.sources()
        cls.house = House(feeds=tuple(cls.rows))
        cls.addClassCleanup(cls.house.__exit__)
        files = {}
        for feed, rows in cls.rows.items():
            write_rows(cls.house.folder / f"{feed}.ndjson", rows)
            files[DATASETS[feed]] = cls.house.folder / f"{feed}.ndjson"
            cls.house.amend(feed, ("limit=1000", f"limit={cls.page_rows[feed]}"))
        cls.register = Register(cls.house.folder, files, gzip=True)
        cls.addClassCleanup(cls.register.close)
        cls.house.configure(cls.register.url, tuple(cls.rows))
        begun = time.monotonic()
        cls.house.once("--all")
        cls.seconds = time.monotonic() - begun

    def records(self, feed):
        return {number: json.loads(record) for number, record in self.house.rows(
            "SELECT a.number, v.record FROM approval a JOIN approval_version v ON v.approval = a.id WHERE a.feed = ?", feed)}

    def count(self, column, feed, where="1"):
        return dict(self.house.rows(f"SELECT {column}, count(*) FROM approval_version v JOIN approval a ON a.id = v.approval "
                                    f"WHERE a.feed = ? AND {where} GROUP BY 1", feed))


class RowForRow:
    def test_each_row_is_in_the_database_with_the_same_fields(self):
        for feed, rows in self.rows.items():
            with self.subTest(feed):
                expected = {}
                for row in rows:
                    record = RECORD_OF[feed](row)
                    expected[record["number"]] = {name: value for name, value in record.items() if value}
                held = self.records(feed)
                self.assertEqual(len(expected), len(rows))
                self.assertEqual(set(held), set(expected))
                different = [(number, held[number], record) for number, record in expected.items() if held[number] != record]
                self.assertEqual(different, [])
                self.assertEqual(self.house.rows("SELECT count(*) FROM reject"), [(0,)])

    def test_each_version_names_the_payload_and_row_that_it_came_from(self):
        for feed, rows in self.rows.items():
            pages = self.house.rows("SELECT page, count(*), min(v.row), max(v.row) FROM approval_version v JOIN payload p ON "
                                    "p.id = v.payload JOIN poll ON poll.id = p.poll WHERE feed = ? GROUP BY page", feed)
            full = self.page_rows[feed]
            self.assertEqual(sum(count for _, count, _, _ in pages), len(rows))
            for page, count, first, last in pages:
                self.assertEqual((first, last), (1, count))
                self.assertEqual(count, full if page < len(rows) // full else len(rows) % full)

    def test_de_novo_is_granted(self):
        codes = [row["decision_code"] for row in self.rows[FEED_510K] if row["k_number"].startswith("DEN")]
        self.assertEqual(self.count("route", FEED_510K, "number LIKE 'DEN%'"), {"de-novo": len(codes)})
        self.assertEqual(self.count("status", FEED_510K, "number LIKE 'DEN%' AND v.record ->> 'source_status' <> ''"),
                         {"active": codes.count("DENG")})

    def test_no_character_of_windows_1252_is_left(self):
        for feed in self.rows:
            for record in self.records(feed).values():
                self.assertNotRegex("".join(record.values()), "[\u0080-\u009f\ufffd]")

    def test_no_chinese_applicant_is_lost(self):
        rows = self.rows.get(FEED_510K, ())
        wanted = collections.Counter(clean(row["applicant"]) for row in rows if row["country_code"] == "CN")
        held = dict(self.house.rows("SELECT m.name, count(*) FROM maker m JOIN approval_version v ON v.maker = m.id "
                                    "WHERE m.country = 'CN' GROUP BY 1"))
        self.assertEqual(held, dict(wanted))

    def test_beijing_makers_are_published_as_unclaimed(self):
        wanted = {clean(row["applicant"]) for row in self.rows.get(FEED_510K, ())
                  if row["country_code"] == "CN" and row["city"].strip().lower() in ("beijing", "bejing", "peking")}
        database = self.house.database("published/m13.db")
        held = {name for (name,) in database.execute("SELECT name FROM bi_unclaimed")}
        database.close()
        self.assertLessEqual(wanted, held)

    def test_everything_verifies(self):
        self.assertTrue(all(row["good"] for row in self.house.ctl("verify")))


class Fixtures(Loaded, RowForRow):
    """Rows of the demonstration, and those that are hard to read."""

    page_rows = {FEED_510K: 10, FEED_PMA: 5}
    outcomes = ("drift",)

    @classmethod
    def sources(cls):
        hard = [
            clearance("DEN260001", "Grant De Novo Inc.", "Boston", "US", "02110", "2026-03-01", "2025-03-01", "Novel Thing", "QAA",
                      "CV", "Direct", "DENG"),
            clearance("BK260002", "  Blood\u00a0 Bank\tSystems ", "Lyon", "FR", "69001", "2026-03-02", "2025-03-01",
                      "Donor \u0093Select\u0094 \u0096 System\u0099", "MMH", kind="Dual Track"),
            clearance("K260003", "北京某某医疗器械有限公司", "北京", "CN", "100000", "2026-03-03", "2025-03-01", "心电图机 ＥＣＧ",
                      "DPS", kind="Abbreviated"),
            clearance("K260004", "Quote \"and\" \\Backslash/ </script> & Co", "Boston", "US", "", "2026-03-04", "", "\U0001f600",
                      "DPS", kind="Brand New Kind", decision="XXXX"),
            clearance("K800005", "Old Rows Co", "Boston", "US", "", "1980-03-04", "1980-01-01", "OLD THING", "DPS", decision="SN"),
        ]
        hard[3]["openfda"] = {}
        hard[4]["postal_code"] = ""
        hard[4]["zip_code"] = "02111"
        supplement = premarket("P250001", "S002", "Foreign Implants", "Tianjin", "", "300457", "Disc", "D\u0099", "MJO",
                               "Normal 180 Day Track", "Labeling Change", "2026-01-01", "2026-03-05", "APPR")
        undated = premarket("P250001", "", "Foreign Implants", "Tianjin", "", "300457", "Disc", "DISC", "MJO", "", "",
                            "2025-01-01", "2026-02-05", "APPR")
        del undated["date_received"]
        good = [row for row in read_rows(DEMO / "openfda-510k.ndjson") if row["decision_date"][4] == "-"]
        return {FEED_510K: good + hard, FEED_PMA: read_rows(DEMO / "openfda-pma.ndjson") + [supplement, undated]}

    def test_values_that_no_rule_knows_are_drift(self):
        self.assertEqual(self.house.feed(FEED_510K)["outcome"], "drift")
        self.assertEqual(self.house.rows("SELECT unknown FROM poll WHERE feed = ?", FEED_510K), [(1,)])


def turned_to_json(kind, name):
    """Rows of a list of FDA as openFDA would serve them."""
    tool = [sys.executable, str(SOURCE / "tests" / "support" / "openfda_json.py"), "--rows", kind,
            str(pathlib.Path(REAL) / "fda" / name)]
    return [json.loads(line) for line in subprocess.check_output(tool, text=True, encoding="utf-8").splitlines()]


@unittest.skipUnless(REAL, "M13_REAL_DATA names no folder with real records")
class RealClearances(Loaded, RowForRow):
    page_rows = {FEED_510K: 150}

    @classmethod
    def sources(cls):
        with open(pathlib.Path(REAL) / "fda" / "openfda_510k_limit100_2026-01-12.json", encoding="utf-8") as answer:
            rows = json.load(answer)["results"]
        rows += turned_to_json("510k", "openfda_510k_2024-01-03_2024-10-04_1000rows.csv")
        rows += turned_to_json("510k", "openfda_510k_2025-03_246rows.csv")
        return {FEED_510K: list({row["k_number"]: row for row in rows}.values())}

    def test_figures(self):
        self.assertEqual(len(self.rows[FEED_510K]), 1345)  # one number stands in two of the sets
        chinese = self.house.rows("SELECT count(*) FROM maker m JOIN approval_version v ON v.maker = m.id WHERE country = 'CN'")
        repaired = sum(bool(re.search("[\u0080-\u009f]", json.dumps(row, ensure_ascii=False))) for row in self.rows[FEED_510K])
        self.assertEqual((chinese, repaired), ([(2 + 160 + 36,)], 112))
        print(f"\n1,345 clearances: {self.seconds:.2f} s, routes {self.count('route', FEED_510K)}, "
              f"status {self.count('status', FEED_510K)}, {chinese[0][0]} Chinese, {repaired} repaired", file=sys.stderr)


@unittest.skipUnless(REAL, "M13_REAL_DATA names no folder with real records")
class RealPremarketApprovals(Loaded, RowForRow):
    @classmethod
    def sources(cls):
        return {FEED_PMA: turned_to_json("pma", "pma_reconstructed_2026-08-18.txt.gz")}

    test_de_novo_is_granted = None
    test_no_chinese_applicant_is_lost = None

    def test_figures(self):
        rows, routes = self.rows[FEED_PMA], self.count("route", FEED_PMA)
        self.assertEqual(len(rows), 56995)
        self.assertEqual(self.house.feed(FEED_PMA)["outcome"], "applied")
        self.assertEqual(routes["pma"], 1476)
        self.assertEqual(self.count("parent = ''", FEED_PMA), {1: 1476, 0: 55519})
        self.assertEqual(routes["pma-panel-track"], 463)
        self.assertEqual(self.house.rows("SELECT count(*) FROM approval_version v JOIN maker m ON m.id = v.maker "
                                         "WHERE m.city IN ('Shenzhen', 'Tianjin', 'SHENZHEN', 'TIANJIN')"), [(11,)])
        print(f"\n56,995 rows of PMA: {self.seconds:.2f} s, routes {routes}, status {self.count('status', FEED_PMA)}",
              file=sys.stderr)


del Loaded, RowForRow

if __name__ == "__main__":
    unittest.main(verbosity=2)
