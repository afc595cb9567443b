#!/usr/bin/python3
"""Casework through m13d and m13ctl: certificates on paper, what officers decide and firms answer, stages, batches."""
import os
import shutil
import subprocess
import unittest

from house import BUILD, FEED_510K, House, Register, wait_for, write_rows
from demo_records import clearance, uscc

PATH = "/device/510k.json"
FIRM = uscc("110108", "MA0REXW1")
NAME = "Beijing Lingyun Medical Devices Co., Ltd."
NAME_ZH = "北京凌云医疗器械有限公司"
FIRMS = f'uscc,name_zh,name_en,district,beijing_from\n{FIRM},北京凌云医疗器械有限公司,"{NAME}",海淀区,2015-01-01\n'
PRODUCTS = f"product_id,uscc,name_zh\nP-1,{FIRM},心电记录仪\nP-2,{FIRM},血氧仪\n"
OLD = clearance("K191001", NAME, "Beijing", "CN", "100094", "2019-02-11", "2018-09-22", "LY Recorder", "DSH")
NEW = clearance("K261001", NAME, "Beijing", "CN", "100094", "2026-02-11", "2025-09-22", "LY Recorder II", "DSH")
SECOND = 64811  # a user of whom no account knows: the daemon's own


class Casework(unittest.TestCase):
    rows = [OLD, NEW]

    def setUp(self):
        self.house = House(feeds=(FEED_510K,))
        self.addCleanup(self.house.__exit__)
        write_rows(self.house.folder / "rows.ndjson", self.rows)
        self.register = Register(self.house.folder, {PATH: self.house.folder / "rows.ndjson"})
        self.addCleanup(self.register.close)
        self.house.configure(self.register.url, (FEED_510K,), more=self.more())
        self.house.put("firms.csv", FIRMS)
        self.house.put("products.csv", PRODUCTS)
        self.house.once("--all")

    def more(self):
        return ""

    def case(self, number="K261001"):
        return next((case for case in self.house.ctl("cases") if case["number"] == number), None)

    def explained(self, number="K261001"):
        return self.house.ctl("explain", self.case(number)["case_id"])[0]

    def outcome_of(self, rule, number="K261001"):
        return next(line["outcome"] for line in self.explained(number)["trace"] if line["rule"] == rule)

    def take(self, name, text):
        self.house.put(name, text)
        self.house.once()

    def deliver(self, name, text):
        """By an officer's own hand."""
        path = self.house.folder / name
        path.write_text(text, encoding="utf-8")
        self.house.ctl("import", str(path), check=None)
        self.house.once()

    def complete(self):
        """What an eligible case needs besides the register."""
        for name in ("declaration.pdf", "invoice.pdf", "link.pdf"):
            self.house.put("files/" + name, name)
        self.house.put("scopes.csv",
                       "authority,number,product_id,in_scope_from,document\nFDA,K261001,P-1,2026-02-11,link.pdf\n")
        self.house.put("declarations.csv", "uscc,product_id,authority,first_approval,signed_on,document\n"
                       f"{FIRM},P-1,FDA,是,2026-04-01,declaration.pdf\n")
        self.house.put("sales.csv", "sale_id,uscc,product_id,country,date,amount,currency,document\n"
                       f"S-1,{FIRM},P-1,US,2026-05-04,12000.00,USD,invoice.pdf\n")
        self.house.once()

    def decide(self, item, value, facts_hash, second=""):
        case_id = self.case()["case_id"]
        self.deliver(f"decisions-{item}.csv", "case,item,value,reason,officer,second_officer,date,facts_hash\n"
                     f"{case_id},{item},{value},已核对,李某,{second},2026-09-20,{facts_hash}\n")

    def refusals(self):
        return [problem for problem, in self.house.rows("SELECT problem FROM case_enacted WHERE problem <> ''")]

    def verified(self):
        self.house.ctl("verify")


class Questions(Casework):
    def test_an_officer_answers_what_a_rule_asks(self):
        self.complete()
        item = self.case()["case_id"] + "/R06"
        self.assertEqual(self.case()["verdict"], "review")
        self.assertIn(item, [row["item"] for row in self.house.ctl("review", "list", "--kind", "rule")])
        self.house.ctl("review", "accept", item, check=64)  # a reason is needed
        self.assertFalse(self.house.ctl("review", "accept", item, "--note", "不同产品")[0]["unchanged"])
        self.house.once()
        self.assertEqual(self.case()["verdict"], "eligible")
        self.assertNotIn(item, [row["item"] for row in self.house.ctl("review", "list", "--kind", "rule")])
        [decided] = self.house.ctl("review", "list", "--decided", "--kind", "rule")
        self.assertEqual((decided["item"], decided["decided"], decided["note"]), (item, "accept", "不同产品"))
        self.assertEqual(self.house.ctl("review", "show", item)[0]["decisions"][0]["note"], "不同产品")
        self.assertTrue(self.house.ctl("review", "accept", item, "--note", "不同产品")[0]["unchanged"])
        self.verified()

    def test_the_question_comes_back_with_another_candidate(self):
        self.complete()
        item = self.case()["case_id"] + "/R06"
        self.house.ctl("review", "accept", item, "--note", "不同产品")
        self.house.once()
        self.assertEqual(self.case()["verdict"], "eligible")
        another = clearance("K181001", NAME, "Beijing", "CN", "100094", "2018-02-11", "2017-09-22", "LY Old", "DSH")
        self.register.serve(PATH, [OLD, NEW, another])
        self.house.once("--all", now="2026-10-20T10:00:00+08:00")
        self.assertEqual(self.house.rows("SELECT count(*) FROM approval WHERE number = 'K181001'"), [(1,)])
        self.assertEqual(self.case()["verdict"], "review")
        self.assertIn("须重新核定", self.house.ctl("review", "show", item)[0]["line"]["zh"])
        self.verified()

    def test_the_case_follows_while_the_daemon_runs(self):
        self.complete()
        with self.house.daemon():
            self.house.ctl("review", "reject", self.case()["case_id"] + "/R06", "--note", "换证")
            wait_for(lambda: self.case()["verdict"] == "excluded", 10, "the case follows")
        self.verified()

    def test_rows_of_officers_decide_on_the_facts_that_they_name(self):
        self.complete()
        stale = "0" * 64
        self.decide("rule", "R06 符合", stale)
        self.assertEqual(self.case()["verdict"], "review")
        self.assertTrue(self.refusals() or self.house.rows("SELECT 1 FROM local_reject WHERE field = 'facts_hash'"))
        self.decide("rule", "R06 符合", self.explained()["facts_hash"])
        self.assertEqual(self.case()["verdict"], "eligible")
        self.assertIn("李某", self.explained()["decisions"][-1]["actor"])
        self.verified()

    def test_a_firm_s_answer_moves_its_case(self):
        self.complete()
        case_id = self.case()["case_id"]
        self.house.ctl("case", case_id, "--stage", "notified", "--note", "已电话告知")
        self.take("answers.csv", f"case,answer,about,by,date\n{case_id},异议,金额,赵某,2026-09-20\n")
        self.assertEqual(self.case()["stage"], "disputed")
        self.assertEqual(self.explained()["standing"]["dispute"]["about"], "amount")
        self.house.ctl("case", case_id, "--stage", "confirmed", "--note", "已说明", check=64)
        self.house.ctl("case", case_id, "--stage", "confirmed", "--outcome", "rejected", "--note", "已说明")
        self.assertEqual(self.case()["stage"], "confirmed")
        self.verified()


class Paper(Casework):
    rows = [OLD]
    ROW = f"authority,number,route,uscc,manufacturer,decision_date,document\nFDA,K261001,510(k),{FIRM},\"{NAME}\",2026-02-11,letter.pdf\n"

    def test_a_certificate_on_paper_is_a_case_and_the_register_s_row_the_same_one(self):
        self.house.put("files/letter.pdf", "a letter")
        self.take("approvals.csv", self.ROW)
        case = self.case()
        self.assertIsNotNone(case)
        self.assertEqual((case["uscc"], case["decision_date_from"]), (FIRM, "2026-02-11"))
        self.complete()
        self.assertEqual(self.outcome_of("R10"), "pass")
        self.verified()
        self.register.serve(PATH, [OLD, NEW])
        self.house.once("--all", now="2026-10-20T10:00:00+08:00")
        again = self.case()
        self.assertEqual(again["case_id"], case["case_id"])
        self.assertEqual(self.house.rows("SELECT count(*) FROM case_file WHERE number = 'K261001'"), [(1,)])
        self.assertTrue(self.explained()["source"]["payload_sha256"])
        self.verified()

    def test_a_claim_without_its_paper_asks_for_it(self):
        self.take("approvals.csv", self.ROW.replace(",letter.pdf", ","))
        self.assertIn("approval-document", self.case()["missing"])


class Stages(Casework):
    def test_moves_are_those_of_the_table_and_stand_in_the_history(self):
        self.complete()
        case_id = self.case()["case_id"]
        self.house.ctl("case", case_id, "--stage", "paid", "--note", "太早", check=64)
        self.house.ctl("case", case_id, "--stage", "checking", check=64)  # no reason
        self.house.ctl("case", "M13-2026-09999", "--stage", "checking", "--note", "x", check=65)
        moved = self.house.ctl("case", case_id, "--stage", "待核实", "--note", "请核")[0]
        self.assertEqual((moved["from"], moved["to"], moved["waits"]), ("lead", "checking", False))
        self.house.ctl("assign", case_id, "王某", "--note", "熟悉该企业")
        with self.house.daemon():
            moved = self.house.ctl("case", case_id, "--stage", "rejected", "--note", "不支持")[0]
            self.assertTrue(moved["waits"])
            self.assertTrue(self.house.ctl("case", case_id, "--stage", "rejected", "--note", "不支持")[0]["waits"])
        explained = self.explained()
        self.assertEqual(explained["standing"]["officer"]["officer"], "王某")
        self.assertEqual(explained["standing"]["proposal"]["stage"], "rejected")
        kinds = [event["kind"] for event in explained["events"]]
        self.assertIn("stage", kinds)
        self.assertIn("assign", kinds)
        self.assertEqual(self.case()["stage"], "checking")
        self.verified()

    def test_a_row_that_had_its_effect_is_not_undone_by_withdrawing_it(self):
        self.complete()
        facts = self.explained()["facts_hash"]
        self.decide("rule", "R06 符合", facts)
        self.assertEqual(self.case()["verdict"], "eligible")
        self.deliver("withdrawn.csv", "case,item,value,reason,officer,date,facts_hash,作废\n"
                     f"{self.case()['case_id']},rule,R06 符合,已核对,李某,2026-09-20,{facts},是\n")
        self.assertEqual(self.case()["verdict"], "eligible")
        [problem] = self.refusals()
        self.assertIn("作废不会撤销其效果", problem)
        self.verified()

    def test_two_officers_reject_by_one_row(self):
        self.complete()
        self.decide("stage", "不予支持", self.explained()["facts_hash"], second="王某")
        self.assertEqual(self.case()["stage"], "rejected")
        self.verified()


class Costs(Casework):
    rows = [NEW]

    def costs(self, *lines):
        self.house.put("files/cost.pdf", "cost")
        self.take("costs.csv", "cost_id,uscc,payer,authority,number,shares,category,paid_date,amount,currency,payee,invoice_no,"
                  "document\n" + "".join(f"{cost},{FIRM},{NAME_ZH},FDA,K261001,P-1@100,{category},2026-01-20,{amount},CNY,"
                                         f"{payee},{invoice},cost.pdf\n" for cost, category, amount, payee, invoice in lines))

    def asked(self):
        return [row["item"] for row in self.house.ctl("review", "list", "--kind", "rule")]

    def setUp(self):
        super().setUp()
        (self.house.folder / "measure13.conf").write_text('ratio = { percent = 50; cited = "a notice"; confirmed = true; };\n')
        self.complete()

    def test_an_agents_fee_counts_once_a_person_has_said_so(self):
        self.costs(("C-1", "官费", "100000", "FDA", "INV-1"), ("C-2", "代理费", "20000", "Agent Inc.", "INV-2"))
        item = self.case()["case_id"] + "/R15/C-2"
        self.assertEqual(self.case()["amount_state"], "partial")
        self.assertEqual(self.asked(), [item])
        self.assertIn("C-2", self.house.ctl("review", "show", item)[0]["line"]["zh"])
        self.house.ctl("review", "accept", item, check=64)  # a reason is needed
        self.house.ctl("review", "accept", item, "--note", "合同写明为注册代理")
        self.house.once()
        self.assertEqual((self.case()["amount_state"], self.case()["award"]), ("complete", 60_000_00))
        self.assertEqual(self.asked(), [])
        self.costs(("C-2", "代理费", "30000", "Agent Inc.", "INV-2"))  # corrected: asked again
        self.assertEqual((self.case()["amount_state"], self.asked()), ("partial", [item]))
        self.deliver("on-paper.csv", "case,item,value,reason,officer,second_officer,date,facts_hash\n"
                     f"{self.case()['case_id']},rule,R15/C-2 不符合,已核对,李某,,2026-09-20,{self.explained()['facts_hash']}\n")
        self.assertEqual((self.case()["amount_state"], self.case()["award"]), ("complete", 50_000_00))
        self.verified()

    def test_an_invoice_that_comes_twice_is_let_in_once(self):
        self.costs(("C-1", "官费", "100000", "FDA", "INV-1"), ("C-2", "官费", "100000", "FDA", "INV-1"))
        first, second = (f"{self.case()['case_id']}/R15/C-{number}" for number in (1, 2))
        self.assertEqual(self.asked(), [first, second])
        self.house.ctl("review", "accept", first, "--note", "原件在此")
        self.house.ctl("review", "accept", second, "--note", "也在此", check=64)
        self.house.ctl("review", "reject", second, "--note", "重复")
        self.house.once()
        self.assertEqual((self.case()["amount_state"], self.case()["award"]), ("complete", 50_000_00))
        self.verified()


@unittest.skipUnless(os.geteuid() == 0 and shutil.which("setpriv"), "only root can become a second person")
class Batches(Casework):
    rows = [NEW]

    def second(self, *arguments):
        done = subprocess.run(["setpriv", "--reuid", str(SECOND), "--regid", str(SECOND), "--clear-groups", str(self.program),
                               "-c", str(self.house.config), "--json", *arguments], text=True, capture_output=True)
        self.assertEqual(done.returncode, 0, done.stderr)

    def hand_over(self):
        """The daemon runs as a user of its own, and root is the other person."""
        self.program = self.house.folder / "m13ctl"
        for name in ("m13ctl", "m13d"):
            shutil.copy(BUILD / name, self.house.folder)
        self.house.folder.chmod(0o755)
        for path in [self.house.state, *self.house.state.rglob("*")]:
            os.chown(path, SECOND, SECOND)
        for path in self.house.folder.rglob("*.conf"):
            path.chmod(0o644)
        for path in self.house.definitions.parent.rglob("*"):
            if path.is_dir() and self.house.state not in (path, *path.parents):
                path.chmod(0o755)
        with open(self.house.folder / "daemon.log", "ab") as log:
            process = subprocess.Popen(["setpriv", "--reuid", str(SECOND), "--regid", str(SECOND), "--clear-groups",
                                        str(self.house.folder / "m13d"), "-c", str(self.house.config), "run"],
                                       stdout=log, stderr=log, umask=0o077)
        self.addCleanup(process.wait)
        self.addCleanup(process.terminate)
        wait_for(lambda: process.poll() is not None or self.house.answers(), 10, "the daemon listens")
        self.assertIsNone(process.poll(), self.house.daemon_log())

    def test_a_batch_is_frozen_by_two_published_and_closed(self):
        (self.house.folder / "measure13.conf").write_text('ratio = { percent = 50; cited = "a notice"; confirmed = true; };\n')
        self.house.put("files/cost.pdf", "cost")
        self.complete()
        self.take("costs.csv", "cost_id,uscc,payer,authority,number,shares,category,paid_date,amount,currency,payee,invoice_no,document\n"
                  f"C-1,{FIRM},北京凌云医疗器械有限公司,FDA,K261001,P-1@100,官费,2026-01-20,100000,CNY,FDA,INV-1,cost.pdf\n")
        self.assertEqual((self.case()["verdict"], self.case()["amount_state"]), ("eligible", "complete"))
        case_id = self.case()["case_id"]
        self.hand_over()
        for stage in ("notified", "applied", "reviewed"):
            self.house.ctl("case", case_id, "--stage", stage, "--note", "已办")
        self.assertEqual(self.case()["stage"], "applied")
        self.second("case", case_id, "--stage", "reviewed", "--note", "复核无误")
        self.assertEqual(self.case()["stage"], "reviewed")
        self.house.ctl("batch", "open", "2027-1", "--cut-off", "2098-12-31")
        self.assertTrue(self.house.ctl("batch", "freeze", "2027-1")[0]["waits"])
        self.second("batch", "freeze", "2027-1")
        self.house.ctl("batch", "close", "2027-1", check=64)
        self.house.ctl("batch", "publish", "2027-1", "--from", "2020-01-01", "--to", "2020-01-10")
        self.assertEqual(self.case()["stage"], "published")
        self.house.ctl("batch", "close", "2027-1")
        self.assertEqual(self.explained()["standing"]["batch"]["state"], "closed")
        self.house.ctl("case", case_id, "--stage", "paid", "--note", "尚无拨付记录", check=64)
        self.pay(case_id, "60000")  # the batch has frozen half of 100,000
        self.house.ctl("case", case_id, "--stage", "paid", "--note", "已拨付", check=64)
        self.pay(case_id, "50000")
        self.house.ctl("case", case_id, "--stage", "paid", "--note", "已拨付")
        self.assertEqual(self.explained()["stage"], "paid")
        self.verified()

    def pay(self, case_id, amount):
        path = self.house.folder / "payments.csv"
        path.write_text("payment_id,policy,level,case,kind,amount_cny,batch,decision_year,paid_date\n"
                        f"Z-1,13,city,{case_id},pay,{amount},2027-1,2026,2027-03-01\n", encoding="utf-8")
        self.house.ctl("import", str(path))


if __name__ == "__main__":
    unittest.main()
