#!/usr/bin/python3
"""The roster proves itself: each firm is asked for by its own names, and who is not found by one is shown."""
import unittest

from house import House
from demo_records import uscc

OWN, OTHER = uscc("110108", "MA0REXW1"), uscc("110108", "MA0REXW2")
NAME = "北京凌云医疗器械有限公司"
HEADER = "uscc,name_zh,former_names,district\n"
LINGYUN = f"{OWN},{NAME},,海淀区\n"
MOXI = f"{OTHER},北京墨溪仪器有限公司,,海淀区\n"
MOXI_ONCE_LINGYUN = f"{OTHER},北京墨溪仪器有限公司,{NAME},海淀区\n"
TODAY, LATER_TODAY, TOMORROW = "2026-09-01T08:00:00+08:00", "2026-09-01T20:00:00+08:00", "2026-09-02T01:00:00+08:00"


class SelfCheck(unittest.TestCase):
    def setUp(self):
        self.house = House(feeds=())
        self.addCleanup(self.house.__exit__)

    def take(self, name, text, now=TODAY):
        self.house.put(name, text)
        self.house.once(now=now)

    def questions(self):
        return self.house.ctl("review", "list", "--kind", "self-check")

    def last_check(self):
        [check] = self.house.rows("SELECT max(id), strftime('%Y-%m-%d', begun_at / 1000, 'unixepoch', '+8 hours') FROM self_check "
                                  "WHERE ended_at IS NOT NULL")
        return check

    def test_firm_shadowed_by_anothers_former_name_is_shown_until_it_goes(self):
        self.take("firms.csv", HEADER + LINGYUN + MOXI)
        self.assertEqual(self.questions(), [])
        self.take("renamed.csv", HEADER + LINGYUN + MOXI_ONCE_LINGYUN)
        rows = self.questions()
        self.assertEqual({(row["subject"], row["kind"], row["state"]) for row in rows}, {(NAME, "self-check", "open")})
        self.assertEqual({row["uscc"] for row in rows}, {OWN, OTHER})
        [shadowed] = [row for row in rows if "another firm" in row["question_en"]]
        self.assertIn("several firms fit", shadowed["question_en"])
        self.assertIn("北京", shadowed["question_zh"])
        # Each of the two is told who the other is.
        self.assertEqual({row["uscc"]: "墨溪" in row["question_zh"] for row in rows}, {OWN: True, OTHER: False})
        self.assertEqual({row["uscc"]: "凌云" in row["question_zh"] for row in rows}, {OWN: False, OTHER: True})
        self.assertEqual(self.house.ctl("status")[0]["self_findings"], 2)
        database = self.house.database("published/m13.db")
        published = database.execute("SELECT count(*) FROM bi_review WHERE kind = 'self-check'").fetchone()
        shown = database.execute("SELECT DISTINCT 类别 FROM 待人工核定").fetchall()
        database.close()
        self.assertEqual((published, shown), ((2,), [("名录自查",)]))
        self.assertEqual(self.house.rows("SELECT count(*) FROM outbox"), [(0,)])
        [shown] = self.house.ctl("review", "show", shadowed["item"])
        self.assertEqual(shown, shadowed)
        self.take("mended.csv", HEADER + LINGYUN + MOXI.replace(",,", ",清空,"))
        self.assertEqual(self.questions(), [])
        self.assertEqual(self.house.ctl("status")[0]["self_findings"], 0)
        self.house.ctl("review", "show", shadowed["item"], check=65)

    def test_finding_is_mended_in_the_firms_record_and_nowhere_else(self):
        self.take("firms.csv", HEADER + LINGYUN + MOXI_ONCE_LINGYUN)
        self.house.ctl("review", "accept", self.questions()[0]["item"], check=65)
        self.assertEqual(len(self.questions()), 2)

    def test_same_roster_is_checked_once_a_day(self):
        self.take("firms.csv", HEADER + LINGYUN + MOXI_ONCE_LINGYUN)
        first, day = self.last_check()
        self.assertEqual(day, "2026-09-01")
        found = self.questions()
        self.house.once(now=LATER_TODAY)
        self.assertEqual(self.last_check(), (first, "2026-09-01"))
        self.house.once(now=TOMORROW)
        self.assertEqual(self.last_check(), (first + 1, "2026-09-02"))
        self.assertEqual(self.questions(), found)


if __name__ == "__main__":
    unittest.main()
