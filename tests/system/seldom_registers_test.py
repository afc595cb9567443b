#!/usr/bin/python3
"""The feeds that registers_test leaves out, most of them off as shipped: one small payload each, in the form that is known of it."""
import datetime
import io
import json
import shutil
import sys
import unittest
import zipfile

from house import SOURCE, House, Register

sys.path.append(str(SOURCE / "tests" / "support"))
from registers import XLSX  # noqa: E402
from workbook import Sheet, write as write_workbook  # noqa: E402

TODAY = "2026-09-01T08:00:00+08:00"
MAKER = "Beijing Lingyun Medical Devices Co., Ltd."
PMA = ("PMANUMBER|SUPPLEMENTNUMBER|APPLICANT|STREET_1|STREET_2|CITY|STATE|ZIP|ZIP_EXT|GENERICNAME|TRADENAME|PRODUCTCODE|ADVISORYCOMMITTEE|"
       "SUPPLEMENTTYPE|SUPPLEMENTREASON|REVIEWGRANTEDYN|DATERECEIVED|DECISIONDATE|DOCKETNUMBER|FEDREGNOTICEDATE|DECISIONCODE|AOSTATEMENT\r\n"
       f"P260001||{MAKER}|No. 1||Beijing||100094||Stent|LY \"STENT\"|NIQ|CV||||03/02/2025|06/30/2026|||APPR|\r\n"
       f"P260001|S001|{MAKER}|No. 1||Beijing||100094||Stent|LY|NIQ|CV|30-Day Notice|||07/01/2026|07/30/2026|||OK30|\r\n")
OPEN_DATA = ("unique_number;registration_number;registration_date;registration_date_end;name;applicant;applicant_address_post;"
             "applicant_address_legal;producer;producer_address_post;producer_address_legal;okp;class;appointment;kind;address_production;details\r\n"
             '1;PЗH 2026/11;05.03.2026;Бессрочно;Монитор;ООО "Заявитель";;;Бейджинг Линъюнь Ко., Лтд.;Пекин, Китай;;;2а;;;"Пекин,\nКитай";\r\n')
PAGE = "<!DOCTYPE html><html><head><title>t</title></head><body><table><tr><th>a</th></tr>{}</table></body></html>"


def zipped(name, text, charset):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, text.encode(charset))
    return out.getvalue()


def workbook(rows):
    out = io.BytesIO()
    write_workbook(out, [Sheet("承認品目", rows)])
    return out.getvalue()


ESTABLISHMENT = {"proprietary_name": ["LY"], "establishment_type": ["Manufacture Medical Device"], "k_number": "", "pma_number": "",
                 "registration": {"registration_number": "3010001001", "fei_number": "3010001002", "name": MAKER, "city": "Beijing",
                                  "iso_country_code": "CN", "postal_code": "100094", "zip_code": "", "status_code": "1",
                                  "address_line_1": "No. 1", "address_line_2": "", "state_code": "",
                                  "owner_operator": {"firm_name": MAKER, "owner_operator_number": "10077001"}},
                 "products": [{"product_code": "DSH"}]}
# Feed: {path: (content type, bytes)}, number: what its record says.
FEEDS = {
    "fda-establishments": (
        {"/device/registrationlisting.json": ("application/json", json.dumps(
            {"meta": {"last_updated": "2026-08-31", "results": {"skip": 0, "limit": 1000, "total": 1}}, "results": [ESTABLISHMENT]}).encode())},
        {"3010001002": {"manufacturer": MAKER, "city": "Beijing", "fei": "3010001002", "owner_operator": "10077001", "status": "active",
                        "route": "fda-registration", "product_code": "DSH"}}),
    "fda-pma-weekly": (
        {"/premarket/ftparea/pma.zip": ("application/zip", zipped("pma.txt", PMA, "cp1252"))},
        {"P260001": {"route": "pma", "status": "active", "decision_date": "2026-06-30", "brand": 'LY "STENT"'},
         "P260001/S001": {"route": "pma-notice", "parent": "P260001", "decision_date": "2026-07-30"}}),
    "fda-hde": (
        {"/scripts/cdrh/cfdocs/cfhde/hde.cfm": ("text/html", PAGE.format(
            '<tr><td>LY Stent</td><td><a href="hde.cfm?id=H260001">H260001</a></td><td>' + MAKER + "</td><td>06/30/2026</td></tr>").encode())},
        {"H260001": {"manufacturer": MAKER, "device": "LY Stent", "decision_date": "2026-06-30", "route": "hde"}}),
    "pmda-approved": (
        {"/review-services/drug-reviews/review-information/devices/0018.html": ("text/html", (
            '<html><body><a href="/files/000300001.xlsx">承認品目一覧</a></body></html>').encode()),
         "/files/000300001.xlsx": (XLSX, workbook([
             ["承認番号", "承認年月日", "販売名", "申請者名", "一般的名称", "クラス分類", "選任製造販売業者", "新／一変"],
             ["30800BZI00021000", "令和8年5月28日", "ステント", MAKER, "冠動脈ステント", "IV", "日本みらい医器株式会社", "新"],
             ["30800BZX00022000", datetime.date(2026, 5, 29), "カテーテル", "日本みらい医器株式会社", "カテーテル", "III", None, "一変"]]))},
        {"30800BZI00021000": {"manufacturer": MAKER, "decision_date": "2026-05-28", "route": "pmda-shonin", "term": "冠動脈ステント"}}),
    "roszdravnadzor-opendata": (
        {"/opendata/7710537160-medproducts/": ("text/html", (
            '<html><body><a href="/opendata/7710537160-medproducts/data-20260816-structure-20150601.zip">data</a></body></html>').encode()),
         "/opendata/7710537160-medproducts/data-20260816-structure-20150601.zip": ("application/zip", zipped("data.csv", OPEN_DATA, "cp1251"))},
        {"РЗН2026/11": {"manufacturer": "Бейджинг Линъюнь Ко., Лтд.", "decision_date": "2026-03-05", "route": "roszdravnadzor-registration"}}),
}
ENTRY = {"LicenceId": "488120", "Name": "Sponsor - ECG", "EntryType": "Medical Device Included", "LicenceClass": "Class IIa", "Status": "Active",
         "StartDate": "2026-07-08", "Sponsor": {"Name": "Sponsor Pty Ltd"}, "Products": [], "DeviceProductNames": [],
         "Manufacturers": [{"Name": MAKER, "Address": {"Suburb": "Beijing", "Postcode": "100094", "Country": "China"}}]}


class SeldomRegisters(unittest.TestCase):
    def open_house(self, feeds, payloads, more=()):
        self.house = House(feeds=feeds)
        self.addCleanup(shutil.rmtree, self.house.folder, True)
        arguments = list(more)
        for number, (path, (kind, content)) in enumerate(payloads.items()):
            file = self.house.folder / f"payload-{number}"
            file.write_bytes(content)
            arguments += ["--serve", f"{path}|{file}|{kind}"]
        for feed in feeds:
            if "enabled = false;" in (self.house.definitions / f"{feed}.conf").read_text(encoding="utf-8"):
                self.house.amend(feed, ("enabled = false;", ""))
        self.register = Register(self.house.folder, {}, extra=arguments)
        self.addCleanup(self.register.close)
        self.house.configure(self.register.url, feeds)

    def records(self, feed):
        return {number: json.loads(record) for number, record in self.house.rows(
            "SELECT a.number, v.record FROM approval a JOIN approval_version v ON v.approval = a.id AND v.seq_to IS NULL WHERE a.feed = ?", feed)}

    def test_each_is_asked_read_and_carried(self):
        for feed, (payloads, expected) in FEEDS.items():
            with self.subTest(feed):
                self.open_house((feed,), payloads)
                self.house.once("--all", now=TODAY)
                known = self.records(feed)
                self.assertEqual(known.keys(), expected.keys())
                for number, facts in expected.items():
                    self.assertEqual({member: known[number].get(member) for member in facts}, facts)
                self.assertEqual(self.house.rows("SELECT outcome FROM feed_state"), [("applied",)])

    def test_a_cancellation_ends_an_entry_that_the_register_still_shows_and_makes_none_of_its_own(self):
        page = PAGE.format("".join(
            f"<tr><td>Sponsor Pty Ltd</td><td>ECG</td><td>{number}</td><td>Cancelled under s.41GL(d)</td><td>21 Aug 2026</td><td>grounds</td></tr>"
            for number in ("488120", "999999")))
        self.open_house(("tga-artg", "tga-cancellations"), {"/resources/cancellations-suspensions": ("text/html", page.encode())})
        rows = self.house.folder / "artg.ndjson"
        rows.write_text(json.dumps(ENTRY, separators=(",", ":")) + "\n", encoding="utf-8")
        self.register.close()
        self.register = Register(self.house.folder, {}, extra=[
            "--dialect", f"tga-artg={rows}", "--serve", f"/resources/cancellations-suspensions|{self.house.folder / 'payload-0'}|text/html"])
        self.addCleanup(self.register.close)
        self.house.configure(self.register.url, ("tga-artg", "tga-cancellations"))
        self.house.once("--feed", "tga-artg", now=TODAY)
        self.house.once("--feed", "tga-cancellations", now=TODAY.replace("T08", "T09"))
        self.assertEqual(self.house.rows("SELECT number FROM approval"), [("488120",)])
        record = self.records("tga-artg")["488120"]
        self.assertEqual((record["status"], record["valid_to"], record["decision_date"]), ("cancelled", "2026-08-21", "2026-07-08"))


if __name__ == "__main__":
    unittest.main()
