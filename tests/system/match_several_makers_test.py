#!/usr/bin/python3
"""A number whose rows name several makers, ours among them: whoever asks hears of ours, not of the first in the file."""
import sys
import unittest

from house import SOURCE, House
from demo_records import uscc

sys.path.append(str(SOURCE / "tests" / "support"))
from registers import ANVISA_HEADER  # noqa: E402

FEED, NUMBER = "anvisa-products", "80000000001"
FIRM, OTHER = uscc("110108", "MA0REXW1"), uscc("110108", "MA0REXW2")
OURS, THEIRS = "Beijing Lingyun Medical Devices Co., Ltd.", "Shenzhen Haoyun Medical Co., Ltd."
FIRMS = ("uscc,name_zh,name_en,aliases,district\n"
         f'{FIRM},北京凌云医疗器械有限公司,"{OURS}",,海淀区\n{OTHER},北京墨溪仪器有限公司,"Beijing Moxi Instruments Co., Ltd.",LYMD,海淀区\n')


def product(maker, number=NUMBER):
    return ";".join([number, "25351000000000001", "Monitor", "III", "MONITOR", "00000000000001", "IMPORTADORA LTDA", maker,
                     "CHINA, REPÚBLICA POPULAR", "05/03/2026", "05/03/2036", "08/01/2026 19:00:01"])


class SeveralMakers(unittest.TestCase):
    def setUp(self):
        self.house = House(feeds=(FEED,))
        self.addCleanup(self.house.__exit__)
        self.house.amend(FEED, ("minimum-rows   = 100000", "minimum-rows = 1"))
        definition = self.house.definitions / f"{FEED}.conf"
        definition.write_text("enabled = false;\n" + definition.read_text(encoding="utf-8"), encoding="utf-8")
        self.house.put("firms.csv", FIRMS)
        self.house.once()
        file = self.house.folder / "products.csv"
        rows = [ANVISA_HEADER, product(THEIRS), product(OURS), product(THEIRS, "80000000002"), product("LYMD", "80000000002")]
        file.write_bytes("\r\n".join([*rows, ""]).encode("latin-1"))
        self.house.ctl("ingest", "--fetched-at", "2026-09-01T08:00:00+08:00", FEED, str(file))
        self.house.once()

    def item_of(self, name):
        [(item,)] = self.house.rows("SELECT 'M' || min(id) FROM maker WHERE name = ?", name)
        return item

    def test_why_not_tells_by_which_of_them_it_is_the_firms(self):
        for arguments in ((FIRM,), (FIRM, NUMBER)):
            [approval] = self.house.ctl("why-not", *arguments)[0]["approvals"]
            self.assertEqual((approval["number"], approval["manufacturer"], approval["relation"], approval["rule"]),
                             (NUMBER, OURS, "matched", "A1"))
            self.assertEqual(approval["question"], self.item_of(OURS))
        [approval] = self.house.ctl("why-not", OTHER)[0]["approvals"]
        self.assertEqual((approval["number"], approval["manufacturer"], approval["relation"]), ("80000000002", "LYMD", "review"))

    def test_for_another_firm_it_is_the_firms_that_has_it(self):
        [approval] = self.house.ctl("why-not", OTHER, NUMBER)[0]["approvals"]
        self.assertEqual((approval["relation"], approval["matched"]), ("elsewhere", FIRM))

    def test_seen_tells_whose_it_is_and_finds_it_by_each_maker(self):
        for asked, maker, firm in ((NUMBER, OURS, FIRM), (OURS, OURS, FIRM), (THEIRS, THEIRS, "")):
            rows = {row["number"]: row for row in self.house.ctl("seen", asked)}
            self.assertEqual((rows[NUMBER]["manufacturer"], rows[NUMBER]["uscc"]), (maker, firm), asked)
        self.assertEqual(set(rows), {NUMBER, "80000000002"})

    def test_published_tables_show_the_firms_own_maker(self):
        database = self.house.database("published/m13.db")
        ask = lambda sql: database.execute(sql).fetchall()  # noqa: E731
        self.assertEqual(ask(f"SELECT manufacturer, match_band, match_rule FROM bi_case WHERE number = '{NUMBER}'"), [(OURS, "auto", "A1")])
        self.assertEqual(ask("SELECT number, uscc, match_band FROM bi_approval"),
                         [(NUMBER, FIRM, "auto"), ("80000000002", OTHER, "review")])
        self.assertEqual(ask("SELECT number, manufacturer, standing, uscc FROM bi_seen"),
                         [(NUMBER, OURS, "auto", FIRM), ("80000000002", "LYMD", "review", OTHER)])
        self.assertEqual(ask("SELECT subject, approvals, cases, newest_decision FROM bi_review WHERE kind = 'match'"),
                         [("LYMD", 1, 1, "2026-03-05")])
        database.close()

    def test_explain_shows_the_match_on_which_the_case_rests(self):
        [case] = [case for case in self.house.ctl("cases") if case["number"] == NUMBER]
        match = self.house.ctl("explain", case["case_id"])[0]["match"]
        self.assertEqual((match["maker"], match["band"], match["rule"], match["uscc"]), (OURS, "auto", "A1", FIRM))

    def test_question_shows_approvals_that_name_the_maker_at_any_place(self):
        shown = self.house.ctl("review", "show", self.item_of("LYMD"))[0]
        self.assertEqual([approval["number"] for approval in shown["approvals"]], ["80000000002"])
        shown = self.house.ctl("review", "show", self.item_of(THEIRS))[0]
        self.assertEqual({approval["number"] for approval in shown["approvals"]}, {NUMBER, "80000000002"})

    def test_decision_on_its_maker_is_shown_with_the_case(self):
        [case] = [case for case in self.house.ctl("cases") if case["number"] == "80000000002"]
        self.assertEqual(case["verdict"], "review")
        self.house.ctl("review", "accept", self.item_of("LYMD"), "--note", "电话核实")
        self.house.once()
        decisions = self.house.ctl("explain", case["case_id"])[0]["decisions"]
        self.assertEqual([(one["item"], one["note"]) for one in decisions], [(self.item_of("LYMD"), "电话核实")])


if __name__ == "__main__":
    unittest.main()
