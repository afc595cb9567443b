#!/usr/bin/python3
"""What m13ctl tells of local records, and what it does to them, with a daemon and without one."""
import subprocess
import unittest

from house import BUILD, House
from demo_records import uscc

FIRM, STRANGER = uscc("110108", "MA0WERB1"), uscc("110108", "MA0WERB2")
FIRMS = f"统一社会信用代码,企业名称,所属区\n{FIRM},北京甲医疗器械有限公司,海淀区\n"
SALES = ("sale_id,uscc,product_id,country,date,amount,currency,document\n"
         f"S-1,{FIRM},P-1,US,2026-05-20,48000,USD,invoice-1.pdf\n"
         f"S-2,{STRANGER},P-1,US,2026-05-21,1,USD,\n"
         f"S-3,{FIRM},P-1,Oceania,2026-02-30,1,USD,\n")
CONTACTS = f"uscc,channel,address\n{FIRM},email,somebody@example.invalid\n"


class Verbs(unittest.TestCase):
    """Each test is told twice: offline, m13ctl takes the lock; with a daemon, it asks on the socket."""

    def setUp(self):
        self.house = House(feeds=())
        self.addCleanup(self.house.__exit__)
        self.house.m13d("once", check=0)

    def take(self, name, text, *options, check=0):
        file = self.house.folder / name
        file.write_text(text, encoding="utf-8")
        return self.house.ctl("import", *options, str(file), check=check)[0]

    def both_ways(self, story):
        with self.subTest("without a daemon"):
            story()
        self.setUp()
        with self.subTest("with a daemon"), self.house.daemon():
            story()

    def test_file_counts_when_import_has_answered(self):
        def story():
            answer = self.take("firms.csv", FIRMS)
            self.assertEqual((answer["kind"], answer["rows"], answer["added"]), ("firms", 1, 1))
            [record] = self.house.ctl("records", "firms")
            self.assertEqual(record["fields"]["district"], "海淀区")
            self.assertEqual(self.house.rows("SELECT state FROM local_file"), [("applied",)])
            self.assertTrue(self.take("firms.csv", FIRMS)["known"])
        self.both_ways(story)

    def test_errors_are_seen_one_by_one(self):
        def story():
            self.take("firms.csv", FIRMS)
            answer = self.take("sales.csv", SALES, check=3)
            self.assertEqual((answer["added"], answer["rejected"]), (2, 1))
            file, *rejects = self.house.ctl("imports", str(answer["id"]))
            self.assertEqual((file["file"], file["state"], file["rejected"]), ("sales.csv", "applied", 1))
            self.assertEqual({(reject["row"], reject["column"]) for reject in rejects}, {(4, "country"), (4, "date")})
            self.assertTrue(all(reject["reason"] and reject["expected"] for reject in rejects))
        self.both_ways(story)

    def test_desk_has_its_receipt_either_way(self):
        def story():
            self.take("sales.csv", SALES, check=3)
            self.assertEqual(self.house.rows("SELECT audience, kind FROM outbox"), [("desk", "receipt")])
        self.both_ways(story)

    def test_short_full_list_is_taken_only_when_a_person_allows_it(self):
        def story():
            many = "".join(f"{uscc('110108', f'MA0Q{n:04d}')},北京{n}号有限公司,海淀区\n" for n in range(9))
            self.take("firms.csv", FIRMS + many)
            full = "全量\n" + FIRMS
            self.assertIn("problem", self.take("full.csv", full, check=65))
            answer = self.take("full.csv", full, "--allow-shrink")
            self.assertEqual(answer["unlisted"], 9)
            [firms] = [row for row in self.house.ctl("records") if row["kind"] == "firms"]
            self.assertEqual((firms["records"], firms["unlisted"]), (1, 9))
        self.both_ways(story)

    def test_contacts_are_forgotten_for_good(self):
        def story():
            self.take("contacts.csv", CONTACTS)
            self.assertTrue(any(b"somebody@example" in path.read_bytes() for path in self.house.state.glob("contacts.db*")))
            [answer] = self.house.ctl("forget", FIRM)
            self.assertEqual(answer, {"uscc": FIRM, "forgotten": 1})
            self.assertEqual(self.house.ctl("forget", FIRM)[0]["forgotten"], 0)
            for path in self.house.state.rglob("*"):
                if path.is_file():
                    self.assertNotIn(b"somebody@example", path.read_bytes(), path)
        self.both_ways(story)

    def test_forget_wants_a_uscc(self):
        self.house.ctl("forget", check=64)
        self.house.ctl("forget", "somebody", check=64)

    def test_records_tell_what_waits_and_for_what(self):
        self.take("sales.csv", SALES, check=3)
        self.assertEqual({(row["key"], row["missing"], row["name"]) for row in self.house.ctl("records", "--waiting")},
                         {("S-1", "firm", FIRM), ("S-2", "firm", STRANGER), ("S-1", "product", "P-1"),
                          ("S-2", "product", "P-1"), ("S-1", "document", "invoice-1.pdf")})
        [status] = self.house.ctl("status")
        self.assertEqual((status["waiting"], status["documents_awaited"], status["files_refused"]), (4, 1, 0))
        self.take("firms.csv", FIRMS)
        self.assertNotIn("firm", {row["missing"] for row in self.house.ctl("records", "--waiting", "--firm", FIRM)})

    def test_file_that_no_row_names_waits_in_sight(self):
        self.house.put("files/scan-0001.pdf", b"%PDF-1.4\n")
        self.house.m13d("once", check=0)
        self.assertEqual(self.house.ctl("records", "--waiting"),
                         [{"kind": "", "key": "", "missing": "row", "name": "scan-0001.pdf"}])
        self.assertEqual(self.house.ctl("status")[0]["files_unnamed"], 1)
        self.take("sales.csv", SALES.replace("invoice-1.pdf", "scan-0001.pdf"), check=3)
        self.house.m13d("once", check=0)
        self.assertEqual(self.house.ctl("status")[0]["files_unnamed"], 0)
        self.assertEqual([row["assurance"] for row in self.house.ctl("records", "sales", "--history", "S-1")],
                         ["claimed", "documented"])

    def test_people_read_it_in_their_language(self):
        self.take("firms.csv", FIRMS)
        answer = self.take("sales.csv", SALES, check=3)
        for arguments, zh, en in ((["imports"], "已接收", "taken"), (["imports", str(answer["id"])], "问题", "reason"),
                                  (["records"], "等待中", "waiting"), (["records", "sales"], "企业自述", "claimed"),
                                  (["records", "--waiting"], "产品尚未报送", "its product is not known yet"),
                                  (["records", "sales", "--history", "S-1"], "币种: USD", "currency: USD"),
                                  (["template"], "必填列", "required columns"), (["roster"], "没有待认领", "Nobody"),
                                  (["forget", FIRM], "已彻底删除", "erased")):
            for language, words in (("zh", zh), ("en", en)):
                said = subprocess.run([BUILD / "m13ctl", "-c", self.house.config, "--lang", language, *arguments], text=True,
                                      capture_output=True, check=True).stdout
                with self.subTest(arguments=arguments, language=language):
                    self.assertIn(words, said)

    def test_history_tells_who_when_from_where_and_what_changed(self):
        self.take("firms.csv", FIRMS)
        self.take("moved.csv", FIRMS.replace("海淀区", "昌平区"))
        first, second = self.house.ctl("records", "firms", "--history", FIRM)
        self.assertEqual((first["fields"]["district"], second["fields"]["district"]), ("海淀区", "昌平区"))
        self.assertEqual((first["file"], second["file"], second["row"]), ("firms.csv", "moved.csv", 2))
        self.assertEqual((first["known_to"], second["known_to"]), (second["known_from"], ""))
        self.assertTrue(second["delivered_by"] and second["sha256"])
        words = subprocess.run([BUILD / "m13ctl", "-c", self.house.config, "records", "firms", "--history", FIRM], text=True,
                               capture_output=True, check=True).stdout
        self.assertIn("所属区: 海淀区 -> 昌平区", words)
        self.house.ctl("records", "firms", "--history", STRANGER, check=65)

    def test_refused_file_is_in_the_list_with_its_reason(self):
        answer = self.take("notes.csv", "随便,什么\n1,2\n", check=65)
        self.assertTrue(answer["problem"])
        [file] = [row for row in self.house.ctl("imports") if row["file"] == "notes.csv"]
        self.assertEqual((file["state"], file["problem"]), ("refused", answer["problem"]))
        self.assertEqual(self.house.ctl("status")[0]["files_refused"], 1)

    def test_id_that_does_not_exist_is_told(self):
        self.house.ctl("imports", "999", check=65)
        self.house.ctl("imports", "x", check=64)


if __name__ == "__main__":
    unittest.main(verbosity=2)
