#!/usr/bin/python3
"""What waits for a person: officers accept and reject, their word stays, and the question comes back when its basis changes."""
import re
import subprocess
import unittest

from house import BUILD, FEED_510K, NOW, House, Register, wait_for, write_rows
from demo_records import clearance, uscc
from kills import KILLED, killing_at

PATH = "/device/510k.json"
FIRM, OTHER = uscc("110108", "MA0REXW1"), uscc("110108", "MA0REXW2")
HEADER = "uscc,name_zh,name_en,aliases,district\n"
LINGYUN = f'{FIRM},北京凌云医疗器械有限公司,"Beijing Lingyun Medical Devices Co., Ltd.",LYMD,海淀区\n'
MOXI = f'{OTHER},北京墨溪仪器有限公司,"Beijing Moxi Instruments Co., Ltd.",,海淀区\n'
PRODUCTS = f"product_id,uscc,name_zh\nP-1,{FIRM},心电记录仪\nP-2,{FIRM},血氧仪\nP-3,{OTHER},离心机\n"
SHORT = "LYMD"  # an alias: for review by itself
ROWS = [
    clearance("K261001", SHORT, "Beijing", "CN", "100094", "2026-02-11", "2025-09-22", "LY Recorder", "DSH"),
    clearance("K261002", "Beijing Lingyun Medical Devices Co., Ltd.", "Beijing", "CN", "100094", "2026-03-11", "2025-09-22",
              "LY Oximeter", "DQA"),
    clearance("K261003", "Zephyr Holdings", "Boston", "US", "02110", "2026-03-12", "2025-09-22", "Centrifuge", "DQA"),
]


class Office(unittest.TestCase):
    def setUp(self):
        self.house = House(feeds=(FEED_510K,))
        self.addCleanup(self.house.__exit__)
        write_rows(self.house.folder / "rows.ndjson", ROWS)
        self.register = Register(self.house.folder, {PATH: self.house.folder / "rows.ndjson"})
        self.addCleanup(self.register.close)
        self.house.configure(self.register.url, (FEED_510K,))
        self.house.put("firms.csv", HEADER + LINGYUN + MOXI)
        self.house.put("products.csv", PRODUCTS)
        self.house.once("--all")

    # --- questions to the house ---

    def questions(self, kind="match"):
        return {row["item"]: row for row in self.house.ctl("review", "list", "--kind", kind)}

    def item(self):
        [item] = self.questions()
        return item

    def match_of(self, name=SHORT):
        [row] = self.house.rows("SELECT m.band, m.uscc, m.rule FROM match m JOIN maker ON maker.id = m.maker "
                                "WHERE m.seq_to IS NULL AND maker.name = ?", name)
        return row

    def case(self, number):
        return next((case for case in self.house.ctl("cases") if case["number"] == number), None)

    def text(self, *arguments, check=0):
        done = subprocess.run([str(BUILD / "m13ctl"), "-c", str(self.house.config), *arguments], text=True, capture_output=True)
        self.assertEqual(done.returncode, check, done.stdout + done.stderr)
        return done.stdout + done.stderr

    def take(self, name, text):
        self.house.put(name, text)
        self.house.once()

    def verified(self):
        self.house.ctl("verify")


class Matches(Office):
    def test_question_shows_what_is_at_stake(self):
        [row] = self.questions().values()
        self.assertEqual((row["subject"], row["uscc"], row["state"], row["cases"], row["approvals"]), (SHORT, FIRM, "open", 1, 1))
        self.assertEqual(row["newest_decision"], "2026-02-11")
        shown = self.house.ctl("review", "show", row["item"])[0]
        self.assertEqual([approval["number"] for approval in shown["approvals"]], ["K261001"])
        self.assertEqual(shown["makers"][0]["rule"], row["rule"])
        self.assertIn("aligned", shown["makers"][0]["why"])
        self.assertEqual(shown["decisions"], [])

    def test_accepted_offline_it_counts_at_the_next_start(self):
        item = self.item()
        answer = self.house.ctl("review", "accept", item, "--note", "电话核实")[0]
        self.assertEqual((answer["uscc"], answer["decided"], answer["unchanged"]), (FIRM, "accept", False))
        self.assertEqual(self.match_of()[0], "review")
        self.assertEqual(self.case("K261001")["verdict"], "review")
        self.house.once()
        self.assertEqual(self.match_of(), ("auto", FIRM, "H1"))
        self.assertEqual(self.case("K261001")["match_rule"], "H1")
        self.assertNotEqual(self.case("K261001")["review_kind"], "identity")
        self.assertEqual(self.questions(), {})
        [decided] = self.house.ctl("review", "list", "--decided")
        self.assertEqual((decided["item"], decided["decided"], decided["note"]), (item, "accept", "电话核实"))
        [entry] = self.house.rows("SELECT actor, subject, body ->> 'note' FROM journal WHERE kind = 'review'")
        self.assertEqual(entry[1:], (item, "电话核实"))
        self.assertEqual(entry[0], decided["actor"])
        self.assertTrue(self.house.ctl("review", "accept", item)[0]["unchanged"])
        self.verified()

    def test_accepted_while_the_daemon_runs_the_case_follows(self):
        item = self.item()
        with self.house.daemon():
            self.house.ctl("review", "accept", item)
            wait_for(lambda: self.match_of() == ("auto", FIRM, "H1"), 10, "the match follows")
            wait_for(lambda: self.case("K261001")["review_kind"] != "identity", 10, "the case follows")
            self.house.ctl("review", "reject", item, "--note", "企业来函否认")
            wait_for(lambda: self.match_of()[0] == "none", 10, "the match is gone")
        self.assertEqual(self.questions(), {})
        self.verified()

    def test_rejected_pair_is_not_proposed_again(self):
        item = self.item()
        self.house.ctl("review", "reject", item)
        self.house.once()
        self.assertEqual(self.match_of(), ("none", "", ""))
        self.take("firms-2.csv", HEADER + LINGYUN.replace("海淀区", "朝阳区") + MOXI.replace("Moxi", "Moxi Blue"))
        self.assertEqual(self.match_of(), ("none", "", ""))
        self.assertEqual(self.questions(), {})
        self.verified()

    def test_new_alias_reopens_with_the_old_decision(self):
        for decision, word in (("accept", "auto"), ("reject", "none")):
            item = self.item()
            self.house.ctl("review", decision, item, "--note", decision)
            self.house.once()
            self.assertEqual(self.match_of()[0], word)
            self.take(f"firms-{decision}.csv", HEADER + LINGYUN.replace("LYMD", f"LYMD|Blue Crane {decision}"))
            self.assertEqual(self.match_of(), ("review", FIRM, "H2"))
            [row] = self.questions().values()
            self.assertEqual((row["item"], row["state"], row["decided"]), (item, "reopened", decision))
            self.assertRegex(row["decided_at"], r"^20\d\d-")
            self.assertEqual([one["note"] for one in self.house.ctl("review", "show", item)[0]["decisions"]][-1], decision)
        database = self.house.database("published/m13.db")
        [row] = database.execute("SELECT 编号, 状态, 原核定 FROM 待人工核定 WHERE 类别 = '企业归属'").fetchall()
        database.close()
        self.assertEqual(row, (item, "依据有变，重新核定", "曾认定不是该企业"))
        self.verified()

    def test_decision_survives_re_import_and_re_match(self):
        self.house.ctl("review", "accept", self.item())
        self.house.once()
        self.take("again.csv", HEADER + LINGYUN + MOXI)
        self.take("moved.csv", HEADER + LINGYUN.replace("海淀区", "朝阳区") + MOXI)
        self.register.serve(PATH, [*ROWS, clearance("K261009", SHORT, "BEIJING", "CN", "100094", "2026-05-11", "2025-09-22",
                                                    "LY Recorder 2", "DSH")])
        self.house.once("--all", now="2026-09-03T08:00:00+08:00")
        self.assertEqual(self.questions(), {})
        self.assertEqual({row[0] for row in self.house.rows(
            "SELECT rule FROM match JOIN maker ON maker.id = match.maker WHERE name = ? AND seq_to IS NULL", SHORT)}, {"H1"})
        self.assertEqual(self.case("K261009")["uscc"], FIRM)

    def test_same_spelling_from_elsewhere_is_asked_under_the_same_id(self):
        item = self.item()
        self.house.ctl("review", "accept", item)
        self.house.once()
        self.register.serve(PATH, [*ROWS, clearance("K261009", SHORT, "Shanghai", "CN", "200000", "2026-05-11", "2025-09-22",
                                                    "LY Recorder 2", "DSH")])
        self.house.once("--all", now="2026-09-03T08:00:00+08:00")
        [row] = self.questions().values()
        self.assertEqual((row["item"], row["state"], row["decided"], row["city"]), (item, "reopened", "accept", "Shanghai"))
        self.assertEqual(self.case("K261001")["match_rule"], "H1")

    def test_another_firm_may_be_named_and_must_be_known(self):
        item = self.item()
        stranger = uscc("110108", "MA0REXW9")
        self.assertIn(stranger, self.text("review", "accept", item, "--firm", stranger, check=65))
        self.house.ctl("review", "accept", item, "--firm", OTHER)
        self.house.once()
        self.assertEqual(self.match_of(), ("auto", OTHER, "H1"))
        self.assertEqual(self.case("K261001")["uscc"], OTHER)
        self.verified()

    def test_orders_that_make_no_sense_are_refused(self):
        for arguments, code in ((["accept"], 64), (["accept", "M99999"], 65), (["accept", "X1"], 65), (["show", "M99999"], 65),
                                (["list", "--kind", "colour"], 64), ([], 64), (["adopt", "M1"], 64),
                                (["reject", "P1"], 64), (["accept", "P1"], 64)):
            self.text("review", *arguments, check=code)
        self.assertEqual(self.house.rows("SELECT count(*) FROM review_decision"), [(0,)])

    def test_in_both_languages(self):
        self.assertIn("企业归属", self.text("review", "list"))
        self.assertIn("as registered", self.text("review", "list", "--lang", "en"))
        item = self.item()
        self.assertIn("凌云", self.text("review", "show", item))
        self.assertIn("Is this maker that firm?", self.text("review", "show", item, "--lang", "en"))
        self.assertIn("accepted", self.text("review", "accept", item, "--lang", "en"))
        self.assertIn("认定为该企业", self.text("review", "list", "--decided"))


class Kills(Office):
    def kill_m13ctl(self, count):
        """m13ctl killed on entering its count-th write to a file: its exit code."""
        return subprocess.run([*killing_at("pwrite64", count), str(BUILD / "m13ctl"), "-c", str(self.house.config), "review",
                               "accept", self.known, "--note", f"try {count}"], capture_output=True).returncode

    def test_killed_at_any_write_all_of_it_is_there_or_nothing(self):
        self.known = self.item()
        outcomes = set()
        for count in range(1, 40):
            code = self.kill_m13ctl(count)
            [(entries, decisions, works)] = self.house.rows(
                "SELECT (SELECT count(*) FROM journal WHERE kind = 'review'), (SELECT count(*) FROM review_decision), "
                "(SELECT count(*) FROM work WHERE kind = 'match')")
            outcomes.add((entries, decisions, works))
            if decisions:
                break
            self.assertEqual(code, KILLED)
        self.assertEqual(outcomes, {(0, 0, 0), (1, 1, 1)})
        self.house.once()
        self.assertEqual(self.match_of(), ("auto", FIRM, "H1"))
        self.verified()

    def test_daemon_killed_after_its_answer_does_it_after_the_restart(self):
        item = self.item()
        process = self.house.start()
        self.house.ctl("review", "accept", item)
        process.kill()
        process.wait()
        self.house.m13d("once", check=0)
        self.assertEqual(self.match_of(), ("auto", FIRM, "H1"))
        self.assertEqual(self.house.rows("SELECT count(*) FROM review_decision"), [(1,)])
        self.verified()


class Products(Office):
    def question_of(self, number):
        return next(row for row in self.questions("product").values() if row["number"] == number)

    def test_approval_is_linked_to_a_product_by_the_desk(self):
        row = self.question_of("K261002")
        self.assertEqual({one["product_id"] for one in self.house.ctl("review", "show", row["item"])[0]["products"]}, {"P-1", "P-2"})
        self.house.ctl("review", "accept", row["item"], "--product", "P-2", "--note", "说明书")
        self.house.once()
        case = self.case("K261002")
        self.assertEqual((case["case_id"], case["product_id"]), (row["case_id"], "P-2"))
        self.assertNotIn("product-link", case["missing"])
        [record] = self.house.ctl("records", "scopes")
        self.assertEqual((record["assurance"], record["fields"]["in_scope_from"]), ("verified", "2026-03-11"))
        self.assertNotIn(row["item"], self.questions("product"))
        self.assertTrue(self.house.ctl("review", "accept", row["item"], "--product", "P-2")[0]["unchanged"])
        self.verified()

    def test_products_are_shown_the_likeliest_first_with_what_speaks_for_them(self):
        self.take("brand.csv", f"product_id,uscc,name_zh,name_en,brand\nP-2,{FIRM},血氧仪,Oximeter,LY Oximeter\n")
        item = self.question_of("K261002")["item"]
        first, second = self.house.ctl("review", "show", item)[0]["products"]
        self.assertEqual((first["product_id"], [one["kind"] for one in first["evidence"]]), ("P-2", ["brand", "name"]))
        self.assertGreater(first["score"], 700)
        self.assertEqual(first["evidence"][0], {"kind": "brand", "ours": "LY Oximeter", "theirs": "LY Oximeter"})
        self.assertEqual((second["product_id"], second["score"], second["evidence"]), ("P-1", 0, []))
        self.assertIn("品牌“LY Oximeter”", self.text("review", "show", item))
        self.assertEqual(self.text("review", "show", item, "--lang", "en").count("proposed"), 1)
        self.assertEqual(self.case("K261002")["product_id"], "")

    def test_explain_says_on_what_the_link_to_the_product_rests(self):
        row = self.question_of("K261002")
        self.assertNotIn("产品依据", self.text("explain", row["case_id"]))
        self.house.ctl("review", "accept", row["item"], "--product", "P-2", "--note", "说明书")
        self.house.once()
        self.assertIn("产品清单 FDA|K261002|P-2（已核验）", self.text("explain", row["case_id"]))
        self.assertIn("list of products FDA|K261002|P-2 (verified)", self.text("explain", row["case_id"], "--lang", "en"))

    def test_linked_otherwise_it_is_the_same_case(self):
        row = self.question_of("K261002")
        for product in ("P-2", "P-1"):
            self.house.ctl("review", "accept", row["item"], "--product", product)
            self.house.once()
            self.assertEqual((self.case("K261002")["case_id"], self.case("K261002")["product_id"]), (row["case_id"], product))
        self.assertEqual(len([case for case in self.house.ctl("cases") if case["number"] == "K261002"]), 1)
        [record] = self.house.ctl("records", "scopes")
        self.assertEqual(record["fields"]["product_id"], "P-1")
        self.verified()

    def test_product_of_another_firm_or_none_is_refused(self):
        item = self.question_of("K261002")["item"]
        self.text("review", "accept", item, "--product", "P-3", check=64)
        self.text("review", "accept", item, "--product", "P-9", check=65)
        self.text("review", "accept", item, "--product", "P-1", "--from", "2026-02-30", check=64)
        self.assertEqual(self.house.ctl("records", "scopes"), [])


class WhyNot(Office):
    def test_firm_that_nobody_knows(self):
        stranger = uscc("110108", "MA0REXW9")
        told = self.house.ctl("why-not", stranger, check=65)[0]
        self.assertEqual(told["firm"]["standing"], "unknown")
        self.assertIn("先导入企业名录", self.text("why-not", stranger, check=65))

    def test_code_that_is_mistyped_is_told_as_such(self):
        self.assertIn("91110108MA0REXW1", self.text("why-not", FIRM[:16], check=64))
        wrong = FIRM[:17] + ("A" if FIRM[17] != "A" else "B")
        self.assertIn("校验位", self.text("why-not", wrong, check=65))
        self.assertNotIn("校验位", self.text("why-not", uscc("110108", "MA0REXW9"), check=65))

    def test_firm_without_any_approval(self):
        told = self.house.ctl("why-not", OTHER)[0]
        self.assertEqual((told["firm"]["standing"], told["approvals"]), ("known", []))
        self.assertIn("No approval is recognised", self.text("why-not", OTHER, "--lang", "en"))

    def test_approval_in_review_says_by_which_rule_and_where_to_decide(self):
        item = self.item()
        [approval] = self.house.ctl("why-not", FIRM, "k261001")[0]["approvals"]
        self.assertEqual((approval["relation"], approval["question"]), ("review", item))
        self.assertRegex(approval["rule"], r"^R\d+$")
        self.assertIn(f"m13ctl review show {item}", self.text("why-not", FIRM, "K261001"))

    def test_case_says_what_is_missing_and_from_whom(self):
        [approval] = self.house.ctl("why-not", FIRM, "K261002")[0]["approvals"]
        self.assertEqual(approval["relation"], "matched")
        self.assertEqual(approval["case"]["verdict"], "pending")
        self.assertEqual(set(approval["case"]["missing"]), {"product-link", "declaration"})
        self.assertTrue(all(line["outcome"] not in ("pass", "n/a") for line in approval["case"]["lines"]))
        text = self.text("why-not", FIRM, "K261002", "--lang", "en")
        self.assertRegex(text, r"missing: .*; from: the firm")
        self.assertRegex(text, r"missing: .*; from: the desk")

    def test_days_left_are_counted_from_the_replays_clock(self):
        told = self.house.ctl("why-not", FIRM, "K261002")[0]
        self.assertEqual(told["days_left"], {"policy_ends": 852, "last_filing_day": None})  # 2026-09-01 to 2028-12-31
        self.assertEqual(told["approvals"][0]["case"]["days_left_to_pay"], -84)  # 2026-03-11 + 90 days

    def test_approval_of_somebody_else_and_one_never_seen(self):
        [approval] = self.house.ctl("why-not", FIRM, "K261003")[0]["approvals"]
        self.assertEqual((approval["relation"], approval["case"]), ("none", None))
        [approval] = self.house.ctl("why-not", OTHER, "K261002")[0]["approvals"]
        self.assertEqual((approval["relation"], approval["matched"]), ("elsewhere", FIRM))
        self.assertIn("未见过", self.text("why-not", FIRM, "K999999"))

    def test_all_approvals_of_a_firm(self):
        numbers = {approval["number"] for approval in self.house.ctl("why-not", FIRM)[0]["approvals"]}
        self.assertEqual(numbers, {"K261001", "K261002"})


class Seen(Office):
    def test_every_chinese_maker_is_published_with_what_became_of_it(self):
        database = self.house.database("published/m13.db")
        rows = dict(database.execute("SELECT number, standing || ' ' || match_rule FROM bi_seen").fetchall())
        database.close()
        self.assertTrue(re.fullmatch(r"review R\d+", rows.pop("K261001")))
        self.assertEqual(rows, {"K261002": "auto A1"})  # K261003 is an American's


    def test_every_code_has_its_words(self):
        database = self.house.database("published/m13.db")
        for table, column, kind in (("bi_seen", "standing", "standing"), ("bi_seen", "match_rule", "match-rule"),
                                    ("bi_review", "kind", "question"), ("bi_review", "state", "question-state")):
            codes = {code for (code,) in database.execute(f"SELECT DISTINCT {column} FROM {table}")}
            words = {code for (code,) in database.execute("SELECT code FROM bi_label WHERE kind = ?", (kind,))}
            self.assertLessEqual(codes, words, column)
        database.close()

    def test_one_approval_is_told_with_its_question(self):
        [row] = self.house.ctl("seen", "K261001")
        self.assertEqual((row["uscc"], row["question"], row["listed"]), (FIRM, self.item(), True))
        text = self.text("seen", "K261001", "--lang", "en")
        self.assertIn(f"m13ctl review show {row['question']}", text)
        self.assertIn("short name or alias", text)

    def test_names_are_matched_in_words_or_as_json(self):
        names = self.house.folder / "names.csv"
        names.write_text(f"name,country\n{SHORT},CN\nNobody Inc.,US\n")
        self.assertEqual([row["band"] for row in self.house.ctl("match", str(names))], ["review", "none"])
        self.assertIn("LYMD", self.text("match", "--text", str(names)))
        self.assertIn("No firm fits", self.text("match", "--text", "--lang", "en", str(names)))


if __name__ == "__main__":
    unittest.main()
