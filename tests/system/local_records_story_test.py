#!/usr/bin/python3
"""A story: how a bureau's and its firms' facts arrive over some weeks, with the mistakes that people make, in the order in
which they make them. Each test is a step, and stands on the steps before it.
"""
import datetime
import decimal
import hashlib
import unittest

from desk import COLUMN, REASON, RIGHT, ROW, Desk, book, table
from house import DEMO, FEED_510K, NOW, Register
from demo_records import CODE, FIRMS, uscc
from workbook import WPS, Sheet

NAMES = {key: (zh, en, district) for key, _, _, zh, en, district, *_ in FIRMS}
LINQUAN = uscc("110106", "MA0DEMK7")
MERGED = uscc("110105", "MA0DEML8")
WRONG_CHECK = uscc("110109", "MA0DEMM9")
WRONG_CHECK = WRONG_CHECK[:-1] + ("A" if WRONG_CHECK[-1] != "A" else "B")
CANDIDATE = uscc("110113", "MA0DEMN0")
SRN = "CN-MF-000099013"
ROSTER = "企业名录.xlsx"
HEADER = ["序号", "统一社会信用代码", "企业名称（全称）", "英文名称", "所属区", "成立日期"]
LETTER, PROMISE, CUSTOMS = "K253101-letter.pdf", "首次获证承诺-CHEN-P1.pdf", "报关单-010120260516000001.pdf"
ADDRESS, PERSON = "wang.example.zhang@chenlan.example.cn", "张示例甲"


def roster(*rows, title="北京市医疗器械企业名录（2026年9月）"):
    """As an office makes it: a title over all columns, a blank row, numbered rows."""
    numbered = [[number, *row] for number, row in enumerate(rows, 1)]
    return book(Sheet("企业名录", [[title], None, HEADER, *numbered], merged=("A1:F1",)))


def firm(key, code=None, district=None, since=None):
    zh, en, lies_in = NAMES[key]
    return [code or CODE[key], zh, en, district or lies_in, since]


def days_later(days):
    return (datetime.datetime.fromisoformat(NOW) + datetime.timedelta(days)).isoformat()


class Story(unittest.TestCase):
    days, failed = 0, False

    @classmethod
    def setUpClass(cls):
        cls.desk = Desk(feeds=(FEED_510K,))
        cls.addClassCleanup(cls.desk.__exit__)
        cls.register = Register(cls.desk.folder, {"/device/510k.json": DEMO / "openfda-510k.ndjson"})
        cls.addClassCleanup(cls.register.close)
        cls.desk.configure(cls.register.url, (FEED_510K,))

    def setUp(self):
        if Story.failed:
            self.skipTest("the story broke off before")

    def run(self, result=None):
        before = len(result.failures) + len(result.errors)
        super().run(result)
        Story.failed = Story.failed or len(result.failures) + len(result.errors) > before
        return result

    def deliver(self, name, content, **options):
        """The next day."""
        Story.days += 1
        return self.desk.deliver(name, content, days_later(Story.days), **options)

    def expect(self, file, **values):
        """What m13d says of one file or sheet; what is not named is nought or blank."""
        counts = dict.fromkeys(("added", "changed", "unchanged", "unlisted", "rejected", "warnings"), 0)
        expected = {"state": "applied", "problem": "", "full_list": 0} | counts | values
        expected.setdefault("rows", sum(expected[name] for name in ("added", "changed", "unchanged", "rejected")))
        self.assertEqual({name: file[name] for name in expected}, expected)

    def error(self, errors, row):
        found = [line for line in errors if line[ROW] == str(row)]
        self.assertEqual(len(found), 1, errors)
        return found[0]

    def is_evidence(self, sha256):
        return (self.desk.state / "evidence" / sha256[:2] / f"{sha256}.zst").exists()

    # --- firms ---

    def test_01_the_first_roster_has_mistakes(self):
        self.desk.once("--all")
        rows = [
            firm("CHEN", since=datetime.date(2014, 5, 20)),
            firm("SIZH", since="2014年5月"),
            firm("QIFA", code=CODE["QIFA"][:-1]),                              # row 6: a character short
            firm("HEXU", district="大新区"),                                    # row 7: no such district
            [CODE["YUAN"], None, NAMES["YUAN"][1], "通州区", None],             # row 8: without a name
            [decimal.Decimal("911101066976941872"), "北京示例七号器械有限公司", None, "朝阳区", None],  # row 9: Excel ruined it
            [WRONG_CHECK, "北京示例八号器械有限公司", None, "门头沟区", None],     # taken, with a warning
        ]
        [file] = self.deliver(ROSTER, roster(*rows))
        self.expect(file, kind="firms", sheet="企业名录", delivered_by="inbox", added=3, rejected=4, warnings=1)
        self.assertEqual(self.desk.keys("firms"), sorted([CODE["CHEN"], CODE["SIZH"], WRONG_CHECK]))
        chen = self.desk.record("firms", CODE["CHEN"])
        self.assertEqual(chen["fields"], {"uscc": CODE["CHEN"], "name_zh": NAMES["CHEN"][0], "name_en": NAMES["CHEN"][1],
                                          "district": "海淀区", "established_on": "2014-05-20"})
        self.assertEqual((chen["version"], chen["row"], chen["file"], chen["assurance"]), (1, 4, file["id"], "documented"))
        self.assertEqual(self.desk.fields("firms", CODE["SIZH"])["established_on"], "2014-05")
        self.assertEqual(len(self.desk.lying_in("done")), 1)
        self.assertEqual(self.desk.lying_in("."), [])
        self.assertTrue(self.is_evidence(file["sha256"]))

    def test_02_the_errors_file_says_row_column_reason_and_what_would_be_right(self):
        errors = self.desk.errors(ROSTER)
        for row, column in ((6, HEADER[1]), (7, HEADER[4]), (8, HEADER[2]), (9, HEADER[1])):
            line = self.error(errors, row)
            self.assertIn(line[COLUMN], (column, column.split("（")[0]))
            self.assertRegex(line[REASON], "[\u4e00-\u9fff]{4,}")
            self.assertRegex(line[RIGHT], "[\u4e00-\u9fff]{2,}")
        self.assertIn("海淀区", self.error(errors, 7)[RIGHT])
        rejects = self.desk.rows("SELECT row, reason FROM local_reject WHERE file = ? AND warning = 0 ORDER BY row",
                                 self.desk.last_file())
        self.assertEqual(rejects, [(row, self.error(errors, row)[REASON]) for row in (6, 7, 8, 9)])
        told, *lines = self.desk.ctl("imports", str(self.desk.last_file()))
        self.assertEqual((told["file"], told["added"], told["rejected"]), (ROSTER, 3, 4))
        self.assertEqual([(line["row"], line["reason"]) for line in lines if not line["warning"]], rejects)

    def test_03_the_desk_is_told(self):
        [receipt] = self.desk.receipts()
        self.assertEqual((receipt["file"], receipt["added"], receipt["rejected"]), (ROSTER, 3, 4))
        self.assertEqual({problem["row"] for problem in receipt["problems"] if problem["row"] in (6, 7, 8, 9)}, {6, 7, 8, 9})
        [shown] = self.desk.ctl("alerts", "show", receipt["id"])
        self.assertIn(f"{ROSTER}.errors.csv", shown["text"].replace("\n", ""))  # lines are broken for mail

    def test_04_the_correction_adds_what_was_wrong_and_leaves_the_rest(self):
        rows = [firm("CHEN", since=datetime.date(2014, 5, 20)), firm("SIZH", since="2014年5月"), firm("QIFA"), firm("HEXU"),
                firm("YUAN"), ["911101066976941872", "北京示例七号器械有限公司", None, "朝阳区", None],
                [MERGED, "北京示例九号医疗器械有限公司", "Beijing Example Nine Medical Devices Co., Ltd.", "朝阳区", None]]
        [file] = self.deliver(ROSTER, roster(*rows))
        self.expect(file, kind="firms", added=5, unchanged=2)
        self.assertIsNone(self.desk.errors(ROSTER))
        self.assertEqual([row["version"] for row in self.desk.versions("firms", CODE["CHEN"])], [1])
        self.assertEqual(len(self.desk.receipts()), 1)
        self.assertEqual(self.desk.case("K253101")["uscc"], CODE["CHEN"])

    def test_05_the_same_bytes_again_change_nothing(self):
        done = sorted((self.desk.inbox / "done").iterdir(), key=lambda path: path.stat().st_mtime)[-1]
        before = self.desk.rows("SELECT count(*) FROM journal WHERE kind = 'import'")
        self.assertEqual(self.deliver("副本.xlsx", done.read_bytes()), [])
        self.assertEqual(self.desk.rows("SELECT count(*) FROM journal WHERE kind = 'import'"), before)
        self.assertEqual(self.desk.lying_in("."), [])

    def test_06_a_firm_is_renamed_and_keeps_what_the_row_leaves_blank(self):
        old = NAMES["SIZH"][0]
        text = table(["统一社会信用代码", "企业名称", "曾用名", "所属区"], [CODE["SIZH"], "北京思卓医学影像股份有限公司", f"{old}@2026-08-31", ""],
                     delimiter=";")
        [file] = self.deliver("更名.csv", text.encode("utf-8-sig"))
        self.expect(file, kind="firms", changed=1)
        first, second = self.desk.versions("firms", CODE["SIZH"])
        self.assertEqual((first["seq_to"], first["fields"]["name_zh"]), (second["seq_from"], old))
        self.assertEqual(second["fields"], first["fields"] | {"name_zh": "北京思卓医学影像股份有限公司",
                                                              "former_names": f"{old}@2026-08-31"})
        [entry] = self.desk.rows("SELECT kind FROM journal WHERE seq = ?", second["seq_from"])
        self.assertEqual(entry, ("import",))
        before, after = self.desk.ctl("records", "firms", "--history", CODE["SIZH"])
        self.assertEqual((before["file"], before["row"], before["known_to"]), (ROSTER, 5, after["known_from"]))
        self.assertEqual((after["file"], after["row"], after["known_to"]), ("更名.csv", 2, ""))

    def test_07_a_cell_is_cleared(self):
        [file] = self.deliver("清空.csv", table(["uscc", "name_zh", "established_on"], [CODE["SIZH"], "", "清空"]))
        self.expect(file, kind="firms", changed=1)
        self.assertNotIn("established_on", self.desk.fields("firms", CODE["SIZH"]))
        self.assertEqual(self.desk.fields("firms", CODE["SIZH"])["name_zh"], "北京思卓医学影像股份有限公司")

    # --- products, and what waits ---

    def test_08_a_product_waits_for_its_firm(self):
        text = table(["产品编号", "统一社会信用代码", "产品名称", "英文名称", "注册证编号"],
                     ["CHEN-P1", CODE["CHEN"], "动态心电记录仪", "CardioWave Patch", "京械注准 ２０２３２０７０１０１"],
                     ["LINQ-P1", LINQUAN, "无创呼吸机", "Breeze", ""], delimiter="\t")
        [file] = self.deliver("产品.csv", text)
        self.expect(file, kind="products", added=2)
        self.assertEqual(self.desk.fields("products", "CHEN-P1")["nmpa_number"], "京械注准20232070101")
        self.assertEqual(self.desk.waiting(), {("products", "LINQ-P1", "firm", LINQUAN)})
        self.assertEqual(self.desk.ctl("records", "--waiting"),
                         [{"kind": "products", "key": "LINQ-P1", "missing": "firm", "name": LINQUAN}])

    def test_09_and_the_firm_arrives(self):
        text = table(["企业信用代码", "单位名称", "英文名称", "区县"],
                     [LINQUAN, "北京林泉呼吸器械有限公司", "Beijing Linquan Respiratory Devices Co., Ltd.", "丰台"])
        [file] = self.deliver("新企业.csv", text)
        self.expect(file, kind="firms", added=1)
        self.assertEqual(self.desk.fields("firms", LINQUAN)["district"], "丰台区")
        self.assertEqual(self.desk.waiting(), set())

    # --- what one case rests on ---

    def test_10_scope_and_declaration_name_documents_that_are_not_there_yet(self):
        scopes = [["批准机构", "批准编号", "产品编号", "纳入日期", "证明材料"], ["FDA", "K253101", "CHEN-P1", "2026-02-11", LETTER]]
        declarations = [["统一社会信用代码", "产品编号", "批准机构", "是否首次获批", "签署日期", "承诺书"],
                        [CODE["CHEN"], "CHEN-P1", "FDA", "是", datetime.date(2026, 6, 30), PROMISE]]
        files = self.deliver("晨岚申报.xlsx", book(("批准范围", scopes), ("承诺", declarations), manner=WPS))
        self.assertEqual([(file["sheet"], file["kind"], file["added"], file["rejected"]) for file in files],
                         [("批准范围", "scopes", 1, 0), ("承诺", "declarations", 1, 0)])
        key = f"{CODE['CHEN']}|CHEN-P1|FDA"
        self.assertEqual(self.desk.record("declarations", key)["assurance"], "claimed")
        self.assertEqual(self.desk.fields("declarations", key)["first_approval"], "yes")
        self.assertIn(("declarations", key, "document", PROMISE), self.desk.waiting())
        self.assertEqual(self.desk.case("K253101")["verdict"], "pending")

    def test_11_sales_come_in_gb18030_with_thousands_and_full_width_digits(self):
        header = ["销售编号", "统一社会信用代码", "产品编号", "最终目的国（地区）", "销售日期", "金额", "币种", "报关单号", "发票号", "证明材料"]
        text = table(header, ["S-1", CODE["CHEN"], "CHEN-P1", "美国", "2026年5月20日", "48,000.00", "美元", "010120260516000001",
                              "INV-26-0520", CUSTOMS],
                     ["S-2", CODE["CHEN"], "CHEN-P1", "USA", "2026/6/2", "１２５００", "USD", "", "INV-26-0602", ""],
                     ["S-3", CODE["CHEN"], "CHEN-P1", "火星", "2026-06-02", "1e4", "USD", "", "", ""])
        [file] = self.deliver("销售.csv", text.encode("gb18030"))
        self.expect(file, kind="sales", added=2, rejected=1)
        errors = self.desk.errors("销售.csv")
        self.assertEqual({(line[ROW], line[COLUMN]) for line in errors}, {("4", header[3]), ("4", "金额")})
        first, second = self.desk.fields("sales", "S-1"), self.desk.fields("sales", "S-2")
        self.assertEqual((first["amount"], first["currency"], first["country"], first["date"]),
                         ("48000", "USD", "US", "2026-05-20"))
        self.assertEqual((second["amount"], second["country"], second["date"]), ("12500", "US", "2026-06-02"))

    def test_12_documents_arrive_and_what_rests_on_them_is_documented(self):
        for name in (LETTER, PROMISE, CUSTOMS):
            self.desk.put(f"files/{name}", f"%PDF-1.7 {name}")
        Story.days += 1
        self.desk.once(now=days_later(Story.days))
        self.assertEqual(self.desk.waiting(), set())
        for kind, key in (("declarations", f"{CODE['CHEN']}|CHEN-P1|FDA"), ("sales", "S-1"), ("scopes", "FDA|K253101|CHEN-P1")):
            versions = self.desk.versions(kind, key)
            self.assertEqual([row["assurance"] for row in versions], ["claimed", "documented"])
            self.assertEqual(versions[0]["seq_to"], versions[1]["seq_from"])
        [(sha256,)] = self.desk.rows("SELECT sha256 FROM local_document WHERE name = ? AND seq_to IS NULL", PROMISE)
        self.assertTrue(self.is_evidence(sha256))
        self.assertEqual(self.desk.lying_in("files"), [])
        self.assertEqual(self.desk.case("K253101")["verdict"], "eligible")

    def test_13_an_officer_has_seen_the_original(self):
        case = self.desk.case("K253101")["case_id"]
        header = ["case", "slot", "file", "original_seen_by", "seen_on"]
        seen = [case, "customs", CUSTOMS, "李核对", "2026-09-01"]
        [file] = self.deliver("核对.csv", table(header, seen, ["M13-2026-99999", *seen[1:]]))
        self.expect(file, kind="documents", added=2)
        self.assertEqual(self.desk.record("sales", "S-1")["assurance"], "documented")  # anyone may say so in the inbox
        self.assertEqual({(kind, missing, name) for kind, _, missing, name in self.desk.waiting()},
                         {("documents", "case", "M13-2026-99999")})
        path = self.desk.folder / "核对-经办.csv"
        path.write_text(table(header, seen), encoding="utf-8")
        self.desk.ctl("import", str(path))
        self.assertEqual(self.desk.record("sales", "S-1")["assurance"], "verified")

    def test_13b_the_scan_is_replaced_and_nobody_has_seen_that_one(self):
        self.desk.put(f"files/{CUSTOMS}", "%PDF-1.7 a better scan")
        Story.days += 1
        self.desk.once(now=days_later(Story.days))
        self.assertEqual([row["assurance"] for row in self.desk.versions("sales", "S-1")],
                         ["claimed", "documented", "verified", "documented"])
        self.assertEqual(self.desk.rows("SELECT version, seq_to IS NULL FROM local_document WHERE name = ?", CUSTOMS), [(1, 0), (2, 1)])

    # --- costs: a line corrected, one withdrawn ---

    COST_KEYS = ["cost_id", "uscc", "payer", "authority", "number", "shares", "category", "paid_date", "amount", "currency", "payee",
                 "invoice_no"]

    def cost(self, number, amount, shares="CHEN-P1@100"):
        return [number, CODE["CHEN"], NAMES["CHEN"][0], "FDA", "K253101", shares, "官方费用", "2026-01-15", amount, "USD", "FDA",
                f"FEE-{number}"]

    def test_14_cost_lines_come_in(self):
        rows = [self.COST_KEYS, self.cost("C-1", "26,067.00"), self.cost("C-2", "1.2万"), self.cost("C-3", "900"),
                self.cost("C-4", "100", shares="CHEN-P1@60|LINQ-P1@50")]
        [file] = self.deliver("费用.xlsx", book(("费用", rows), manner=WPS))
        self.expect(file, kind="costs", added=3, rejected=1)
        self.assertEqual([self.desk.fields("costs", key)["amount"] for key in ("C-1", "C-2", "C-3")],
                         ["26067", "12000", "900"])
        self.assertEqual(self.desk.errors("费用.xlsx")[0][COLUMN], "shares")

    def test_15_one_is_corrected_and_one_withdrawn(self):
        withdrawn = self.cost("C-3", "900") + ["作废"]
        rows = [self.COST_KEYS + ["作废"], self.cost("C-1", "26,067.00") + [""], self.cost("C-2", "11,500.00") + ["否"], withdrawn]
        [file] = self.deliver("费用-更正.csv", table(*rows))
        self.expect(file, kind="costs", changed=2, unchanged=1)
        first, second = self.desk.versions("costs", "C-2")
        self.assertEqual((first["fields"]["amount"], second["fields"]["amount"]), ("12000", "11500"))
        self.assertEqual(self.desk.keys("costs"), ["C-1", "C-2"])
        last = self.desk.versions("costs", "C-3")[-1]
        self.assertEqual((last["withdrawn"], last["seq_to"], last["version"]), (1, None, 2))

    # --- full lists ---

    def full_list(self, keys):
        rows = [["全量"], HEADER[1:5]] + [[key, self.desk.fields("firms", key)["name_zh"], "", ""] for key in keys]
        return table(*rows)

    def test_16_a_full_list_short_by_a_third_is_refused(self):
        known = self.desk.keys("firms")
        self.assertEqual(len(known), 9)
        before = self.desk.rows("SELECT * FROM local_record ORDER BY kind, key, version")
        Story.short = self.full_list(known[:-3])
        [file] = self.deliver("全量名录.csv", Story.short)
        self.assertEqual((file["state"], file["kind"]), ("refused", "firms"))
        self.assertRegex(file["problem"], "3")
        self.assertRegex(file["problem"], "全量")
        self.assertEqual(self.desk.rows("SELECT * FROM local_record ORDER BY kind, key, version"), before)
        self.assertEqual(len(self.desk.lying_in("rejected")), 1)
        self.assertIn(file["problem"], self.desk.errors("全量名录.csv")[0][REASON])
        self.assertEqual(self.desk.receipts()[-1]["problem"], file["problem"])

    def test_17_a_person_has_looked_and_it_marks_the_missing_unknown_not_closed(self):
        missing = self.desk.keys("firms")[-3:]
        path = self.desk.folder / "全量名录.csv"
        path.write_text(Story.short, encoding="utf-8")
        [answer] = self.desk.ctl("import", "--allow-shrink", str(path))
        self.assertEqual((answer["unlisted"], answer["unchanged"], answer["rejected"], answer["problem"]), (3, 6, 0, ""))
        for key in missing:
            record = self.desk.record("firms", key)
            self.assertEqual((record["unlisted"], record["withdrawn"]), (1, 0))
        counts = {line["kind"]: line for line in self.desk.ctl("records")}
        self.assertEqual((counts["firms"]["records"], counts["firms"]["unlisted"]), (6, 3))

    def test_18_the_whole_list_names_them_again(self):
        [file] = self.deliver("全量名录-完整.csv", self.full_list(self.desk.keys("firms")))
        self.expect(file, kind="firms", full_list=1, changed=3, unchanged=6, warnings=1)
        self.assertEqual(self.desk.rows("SELECT count(*) FROM local_record WHERE seq_to IS NULL AND unlisted"), [(0,)])

    # --- what becomes of firms ---

    def test_19_a_candidate_is_known_by_its_srn_only(self):
        [file] = self.deliver("候选.csv", table(["srn", "name_en", "aliases"], [SRN, "Beijing Yunhe Orthotics Co., Ltd.", "Yunhe"]))
        self.expect(file, kind="firms", added=1)
        self.assertEqual(self.desk.fields("firms", f"SRN:{SRN}")["name_en"], "Beijing Yunhe Orthotics Co., Ltd.")

    def test_20_and_becomes_the_firm_when_its_code_arrives(self):
        [file] = self.deliver("认领.csv", table(["统一社会信用代码", "企业名称", "SRN号", "所属区"],
                                              [CANDIDATE, "北京云禾矫形器械有限公司", SRN, "顺义区"]))
        self.assertEqual((file["rows"], file["added"], file["rejected"]), (1, 1, 0))
        self.assertIsNone(self.desk.record("firms", f"SRN:{SRN}"))
        self.assertEqual(self.desk.fields("firms", CANDIDATE), {
            "uscc": CANDIDATE, "name_zh": "北京云禾矫形器械有限公司", "srn": SRN, "district": "顺义区",
            "name_en": "Beijing Yunhe Orthotics Co., Ltd.", "aliases": "Yunhe"})

    def test_21_a_firm_moves_out(self):
        [file] = self.deliver("迁出.csv", table(["uscc", "status", "beijing_to"], [CODE["CHEN"], "迁出", "2026-09-10"]))
        self.expect(file, kind="firms", changed=1)
        self.assertEqual(self.desk.fields("firms", CODE["CHEN"])["status"], "moved-out")
        self.assertEqual(self.desk.case("K253101")["verdict"], "review")

    def test_22_a_firm_merges_into_another(self):
        [file] = self.deliver("合并.csv", table(["统一社会信用代码", "经营状态", "承继企业统一社会信用代码"], [MERGED, "注销", LINQUAN]))
        self.expect(file, kind="firms", changed=1)
        fields = self.desk.fields("firms", MERGED)
        self.assertEqual((fields["status"], fields["successor_uscc"]), ("deregistered", LINQUAN))

    def test_23_a_product_is_handed_on(self):
        [file] = self.deliver("转让.csv", table(["product_id", "uscc"], ["LINQ-P1", CODE["HEXU"]]))
        self.expect(file, kind="products", changed=1, warnings=1)  # it is asked whether that is meant
        first, second = self.desk.versions("products", "LINQ-P1")
        self.assertEqual((first["uscc"], second["uscc"]), (LINQUAN, CODE["HEXU"]))
        self.assertEqual(second["fields"]["name_zh"], "无创呼吸机")

    # --- contacts ---

    def test_24_contacts_are_kept_apart_and_their_file_is_gone(self):
        text = table(["统一社会信用代码", "channel", "address", "name"], [CODE["CHEN"], "email", ADDRESS, PERSON],
                     [CODE["SIZH"], "email", ADDRESS.replace("@", "#"), PERSON], ["9111", "email", "x" + ADDRESS, PERSON])
        [file] = self.deliver("联系人.csv", text)
        self.expect(file, kind="contacts", added=1, rejected=2)
        found = self.desk.where_it_says(ADDRESS, ADDRESS.replace("@", "#"), PERSON)
        self.assertTrue(found)
        self.assertEqual({name.removesuffix("-wal") for name in found}, {"state/contacts.db"})
        self.assertEqual((self.desk.state / "contacts.db").stat().st_mode & 0o777, 0o600)
        self.assertNotIn(ADDRESS, self.desk.said)
        self.assertNotIn(PERSON, self.desk.said)
        self.assertEqual([name for folder in (".", "done", "rejected") for name in self.desk.lying_in(folder)
                          if "联系人" in name], [])
        self.assertFalse(self.is_evidence(hashlib.sha256(text.encode()).hexdigest()))  # compressed, no search would find it
        self.assertEqual({line[ROW] for line in self.desk.errors("联系人.csv")}, {"3", "4"})

    def test_25_and_forgotten_on_request(self):
        self.desk.ctl("forget", CODE["CHEN"])
        self.assertEqual(self.desk.where_it_says(ADDRESS, PERSON), [])
        [(subject, body)] = self.desk.rows("SELECT subject, body FROM journal WHERE kind LIKE '%forg%'")
        self.assertIn(CODE["CHEN"], subject + body)

    # --- the end ---

    def test_26_it_all_verifies_and_nothing_is_left(self):
        Story.days += 1
        self.desk.once(now=days_later(Story.days))
        self.assertTrue(all(row["good"] for row in self.desk.ctl("verify")))
        self.assertEqual(self.desk.rows("SELECT count(*) FROM local_staged"), [(0,)])
        self.assertEqual(self.desk.rows("SELECT count(*) FROM work"), [(0,)])
        self.assertEqual(self.desk.rows("SELECT DISTINCT state FROM local_file ORDER BY state"), [("applied",), ("refused",)])
        self.assertEqual(self.desk.lying_in("."), [])


if __name__ == "__main__":
    unittest.main(verbosity=2)
