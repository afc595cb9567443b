"""The example definitions of m13d-feed(5): they are good, they stand in the manual page as they are shipped, and what each makes of
a small payload is what it says."""
import io
import json
import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest
import zipfile
from xml.sax.saxutils import escape

import house

EXAMPLES = house.SOURCE / "conf" / "examples"
PAGE = house.SOURCE / "daemon" / "man" / "m13d-feed.5"
MAKER = "Beijing Yunhe Invented Medical Technology Co., Ltd."

# The first record of each payload, and how many there are.
RECORDS = {
    "example-json": (2, {
        "authority": "SFDA", "number": "ME2026/0017", "route": "registration", "status": "active", "manufacturer": MAKER,
        "holder": "Gulf Invented Trading LLC", "country": "CN", "city": "Beijing", "device": "Patient monitor",
        "models": "YM-10; YM-12", "decision_date": "2026-08-03", "valid_to": "2031-08-02",
        "url": "https://register.example/devices/d-17", "source_status": "VALID"}),
    "example-csv": (1, {
        "authority": "SFDA", "number": "80000000011", "route": "registration", "status": "active",
        "manufacturer": "PEQUIM INVENTADA TECNOLOGIA MÉDICA LTDA", "holder": "IMPORTADORA FICTÍCIA", "country": "CN",
        "address": "RUA UM 1, SÃO PAULO", "device": "AGULHA 3\" – ESTÉRIL", "decision_date": "2026-08-03"}),
    "example-xlsx": (2, {
        "authority": "SFDA", "number": "308AABZX00017000", "route": "certification", "status": "active",
        "manufacturer": "北京云禾虚构医疗", "holder": "北京云禾虚构医疗", "brand": "モニタ", "decision_date": "2026-08-03", "representative": "架空株式会社"}),
    "example-xml": (1, {
        "authority": "SFDA", "number": "РЗН 2026/1234", "route": "registration", "status": "active",
        "manufacturer": "Бэйцзин Юньхэ Медикал", "country": "CN", "city": "Пекин", "device": "Patient monitor",
        "decision_date": "2026-08-03", "predecessor": "ФСР2011/09988"}),
    "example-html": (2, {
        "authority": "SFDA", "number": "ME2025/1017", "route": "registration", "status": "cancelled",
        "device": "Infusion pump", "valid_to": "2026-08-03", "detail": "/entry/1017",
        "source_status": "Cancelled (section 41GL)", "source_reason": "section 41GL"}),
    "example-rss": (1, {
        "authority": "SFDA", "number": "ME2026/0019", "route": "registration", "status": "active", "manufacturer": MAKER,
        "device": "Infusion pump", "decision_date": "2026-08-03", "detail": "https://register.example/news/19"}),
}

SHEET = [
    ["認証品目リスト（架空）"],
    ["Ｎｏ", "認証番号", "認証年月日", "販売名", "業者名_認証取得者", "法人番号", "備考",
     "業者名_選任外国製造医療機器等製造販売業者", "法人番号", "備考", "認証整理日"],
    ["1", "３０８ AABZX 00017000", "令和８年８月３日", "モニタ", "北京云禾虚构医疗", "", "", "架空株式会社", "1234567890123", "", ""],
    ["2", "308AABZX00018000", "46237", "ポンプ", "架空機器株式会社", "", "a", "", "", "承継", "2026/9/1"],
]


def zipped(members):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def workbook(name, rows):
    cells = "".join(
        f'<row r="{r}">' + "".join(
            f'<c r="{chr(64 + c)}{r}" t="inlineStr"><is><t>{escape(text)}</t></is></c>' for c, text in enumerate(row, 1)) + "</row>"
        for r, row in enumerate(rows, 1))
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006/relationships"
    return zipped({
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
        "_rels/.rels": f'<Relationships xmlns="{package}"><Relationship Id="r" Type="{office}/officeDocument" Target="xl/workbook.xml"/>'
                       "</Relationships>",
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{office}"><sheets><sheet name="{name}" sheetId="1" r:id="s"/></sheets>'
                           "</workbook>",
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{package}"><Relationship Id="s" Type="{office}/worksheet" '
                                      'Target="worksheets/sheet1.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{main}"><sheetData>{cells}</sheetData></worksheet>'})


def payload_of(feed):
    if feed == "example-csv":
        text = (EXAMPLES / "example-csv.csv").read_text(encoding="utf-8")
        return zipped({"readme.txt": "-", "devices_2026-08.csv": text.encode("cp1252")})
    if feed == "example-xlsx":
        return workbook("認証品目", SHEET)
    (file,) = [path for path in EXAMPLES.glob(feed + ".*") if path.suffix != ".conf"]
    return file.read_bytes()


class ExampleFeeds(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="m13-examples-"))
        self.addCleanup(shutil.rmtree, self.folder)
        (self.folder / "feeds.d").mkdir()
        for name in ("authorities.conf", "measure13.conf"):
            shutil.copy(house.SOURCE / "conf" / name, self.folder)
        for path in EXAMPLES.glob("*.conf"):
            shutil.copy(path, self.folder / "feeds.d")
        self.conf = self.folder / "m13d.conf"
        self.conf.write_text(f'state = "{self.folder / "state"}";')

    def m13d(self, *arguments):
        return subprocess.run([house.BUILD / "m13d", "-c", self.conf, *arguments], capture_output=True, text=True, timeout=60)

    def test_all_examples_are_good_beside_each_other(self):
        done = self.m13d("check")
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertEqual({path.stem for path in EXAMPLES.glob("*.conf")}, set(RECORDS))

    def test_each_example_decodes_to_the_stated_record(self):
        for feed, (count, expected) in RECORDS.items():
            with self.subTest(feed):
                payload = self.folder / "payload"
                payload.write_bytes(payload_of(feed))
                done = self.m13d("decode", feed, str(payload))
                self.assertEqual((done.returncode, done.stderr), (0, ""))
                records = [json.loads(line) for line in done.stdout.splitlines()]
                self.assertEqual(len(records), count)
                self.assertEqual(records[0], expected)

    def test_what_the_examples_say_besides(self):
        payload = self.folder / "payload"
        payload.write_bytes(payload_of("example-xlsx"))
        second = json.loads(self.m13d("decode", "example-xlsx", str(payload)).stdout.splitlines()[1])
        # Only a holder who had to designate another one in Japan is known for the maker; a spreadsheet's number is a day.
        self.assertNotIn("manufacturer", second)
        self.assertEqual((second["holder"], second["status"], second["decision_date"], second["valid_to"]),
                         ("架空機器株式会社", "cancelled", "2026-08-03", "2026-09-01"))
        self.assertEqual(second["source_reason"], "承継")

    def test_the_manual_page_shows_them_as_they_are_shipped(self):
        page = PAGE.read_text(encoding="utf-8")
        shown = re.findall(r"^\.Bd -literal\n(.*?)^\.Ed$", page, re.S | re.M)
        shown = [block.replace("\\&", "").replace("\\e", "\\") for block in shown]
        for path in EXAMPLES.glob("*.conf"):
            with self.subTest(path.name):
                self.assertIn(path.read_text(encoding="utf-8"), shown)

    def test_the_manual_page_knows_every_setting(self):
        page = PAGE.read_text(encoding="utf-8")
        names = set()
        for path in (house.SOURCE / "daemon" / "config").glob("feed_*.c"):
            names |= set(re.findall(r'^\s+\{?"([a-z0-9-]+)", SETTING_', path.read_text(encoding="utf-8"), re.M))
        self.assertGreater(len(names), 60)
        for name in sorted(names):
            with self.subTest(name):
                self.assertRegex(page, rf"(?<![a-z-]){re.escape(name)}(?![a-z-])")

    def test_examples_are_no_live_feeds(self):
        listed = subprocess.run([house.BUILD / "m13d", "-c", house.SOURCE / "conf" / "m13d.conf", "check"], capture_output=True,
                                text=True, timeout=60)
        self.assertEqual(listed.returncode, 0, listed.stdout + listed.stderr)
        live = len(list((house.SOURCE / "conf" / "feeds.d").glob("*.conf")))
        self.assertIn(f"good; {live} feeds", listed.stdout + listed.stderr)


if __name__ == "__main__":
    unittest.main()
