"""What registers do that a reader must not take for news: a short file, a renamed column, a filter that is ignored, a page of HTML.

Nothing that was known may go, and the operator is told what has changed, and where.
"""
import json
import shutil
import sys
import unittest

from house import SOURCE, House, Register

sys.path.append(str(SOURCE / "tests" / "support"))
from registers import server_arguments, write_all  # noqa: E402

FIRST_DAY, LATER = "2026-09-01T08:00:00+08:00", "2026-09-{:02d}T08:00:00+08:00"
FEEDS = ("eudamed-actors", "tga-artg", "anvisa-products", "cdsco-import", "pmda-certified", "who-ivd", "who-pqs")
SCALE = 0.005


class Trouble(unittest.TestCase):
    def setUp(self):
        self.day = 1

    def begin(self, *feeds, expect=()):
        """These feeds, read for the first time; `expect`: (old, new) in their definitions."""
        house = House(feeds=feeds)
        self.addCleanup(shutil.rmtree, house.folder, True)
        self.folder = house.folder / "registers"
        self.folder.mkdir()
        self.found = write_all(self.folder, SCALE, sizes={"eudamed-actors": 59000})
        self.register = Register(house.folder, {}, extra=server_arguments(self.folder))
        self.addCleanup(self.register.close)
        for feed in feeds:
            if "enabled = false;" in (house.definitions / f"{feed}.conf").read_text(encoding="utf-8"):
                house.amend(feed, ("enabled = false;", ""))
            house.amend(feed, *expect)
        self.house = house
        house.configure(self.register.url, feeds)
        house.m13d("once", "--all", "--now", FIRST_DAY, check=0)
        self.before = self.known()
        return house

    def known(self):
        return self.house.rows("SELECT a.number, v.version, a.gone_at, v.record FROM approval a "
                               "JOIN approval_version v ON v.approval = a.id AND v.seq_to IS NULL ORDER BY a.id")

    def ask_again(self, feed):
        """The next turn, some days later: outcome and detail."""
        self.day += 3
        self.register.reread()
        self.house.m13d("once", "--all", "--now", LATER.format(self.day), check=(0, 3))
        return self.house.rows("SELECT outcome, detail FROM feed_state WHERE name = ?", feed)[0]

    def change_lines(self, file, change, encoding="cp1252"):
        path = self.folder / file
        lines = path.read_bytes().decode(encoding).splitlines(keepends=True)
        path.write_bytes("".join(change(lines)).encode(encoding))

    def assert_nothing_is_lost(self, feed):
        self.assertEqual(self.known(), self.before)
        self.assertGreater(self.house.rows("SELECT failures FROM feed_state WHERE name = ?", feed)[0][0], 0)

    def test_half_a_file_is_no_mass_withdrawal(self):
        self.begin("anvisa-products")
        self.change_lines("TA_PRODUTO_SAUDE_SITE.csv", lambda lines: lines[:len(lines) // 2])
        for _ in range(3):
            outcome, detail = self.ask_again("anvisa-products")
            self.assertIn(outcome, ("shrunk", "incomplete"), detail)
            self.assert_nothing_is_lost("anvisa-products")

    def test_a_line_cut_in_its_midst_is_one_reject_and_proves_no_absence(self):
        self.begin("anvisa-products")
        self.change_lines("TA_PRODUTO_SAUDE_SITE.csv", lambda lines: lines[:-1] + [lines[-1][:40]])
        for _ in range(2):
            outcome, detail = self.ask_again("anvisa-products")
        self.assertEqual([gone for _, _, gone, _ in self.known() if gone is not None], [], (outcome, detail))

    def test_a_renamed_column_is_named(self):
        self.begin("anvisa-products")
        self.change_lines("TA_PRODUTO_SAUDE_SITE.csv", lambda lines: [lines[0].replace("NOME_FABRICANTE", "FABRICANTE")] + lines[1:])
        outcome, detail = self.ask_again("anvisa-products")
        self.assertEqual(outcome, "malformed")
        self.assertIn("NOME_FABRICANTE", detail)
        self.assert_nothing_is_lost("anvisa-products")

    def test_a_new_column_is_drift_the_rows_go_in_and_nothing_is_concluded_from_absence(self):
        self.begin("anvisa-products")
        number = self.before[5][0]
        self.change_lines("TA_PRODUTO_SAUDE_SITE.csv",
                          lambda lines: [line.replace("\r\n", ";NOVA\r\n" if at == 0 else ";x\r\n") for at, line in enumerate(lines)
                                         if not line.startswith(number)])
        outcome, detail = self.ask_again("anvisa-products")
        self.assertEqual(outcome, "drift")
        self.assertIn("NOVA", detail)
        self.assertEqual(self.house.rows("SELECT missed FROM approval_source s JOIN approval a ON a.id = s.approval WHERE number = ?", number), [(0,)])

    def test_columns_in_another_order_change_nothing(self):
        self.begin("anvisa-products")
        def turned(lines):
            return [";".join(reversed(line.rstrip("\r\n").split(";"))) + "\r\n" for line in lines]
        self.change_lines("TA_PRODUTO_SAUDE_SITE.csv", turned)
        outcome, detail = self.ask_again("anvisa-products")
        self.assertNotIn(outcome, ("malformed", "drift"), detail)
        self.assertEqual(self.known(), self.before)

    def test_a_page_of_html_with_200_is_not_a_register(self):
        self.begin("who-ivd", "who-pqs")
        for file in ("who-ivd.csv", "who-pqs.json"):
            (self.folder / file).write_text("<html><body>Maintenance</body></html>\n", encoding="utf-8")
        for feed in ("who-ivd", "who-pqs"):
            outcome, detail = self.ask_again(feed)
            self.assertIn(outcome, ("wrong-type", "malformed"), detail)
            self.assert_nothing_is_lost(feed)

    def test_an_envelope_of_other_names_is_not_an_empty_register(self):
        self.begin("tga-artg")
        self.register.misbehave([{"path": "/ARTGSearch/ARTGWebService.svc/JSON/ARTGValueSearch/", "do": "status", "status": 200,
                                  "content_type": "application/json", "body": json.dumps({"ARTGEntry": [], "TotalRecords": 485})}])
        outcome, detail = self.ask_again("tga-artg")
        self.assertEqual(outcome, "malformed")
        self.assertIn("Results", detail)
        self.assert_nothing_is_lost("tga-artg")

    def test_a_filter_that_is_ignored_stops_the_turn_before_it_asks_for_rows(self):
        self.begin("eudamed-actors")
        whole = json.dumps({"content": [], "totalElements": 48830, "size": 1})
        self.register.misbehave([{"path": "/tools/eudamed/api/eos", "do": "status", "status": 200, "content_type": "application/json", "body": whole}])
        outcome, detail = self.ask_again("eudamed-actors")
        self.assertEqual(outcome, "malformed")
        self.assertIn("ignores its filter", detail)
        self.assert_nothing_is_lost("eudamed-actors")

    def test_an_index_page_without_the_link_says_what_is_missing(self):
        self.begin("pmda-certified")
        (self.folder / "pmda-index.html").write_text("<html><body><a href='/files/000111111.pdf'>認証品目リスト</a></body></html>", encoding="utf-8")
        outcome, detail = self.ask_again("pmda-certified")
        self.assertEqual(outcome, "malformed")
        self.assertIn(".xlsx", detail)
        self.assert_nothing_is_lost("pmda-certified")

    def test_a_session_that_has_expired_is_not_an_answer(self):
        self.begin("cdsco-import")
        self.register.misbehave([{"path": "/NewMedDev/ListOfApprovedDevices", "do": "status", "status": 200, "content_type": "text/html", "body": "no cookie today"}])
        outcome, detail = self.ask_again("cdsco-import")
        self.assertEqual(outcome, "wrong-type", detail)
        self.assert_nothing_is_lost("cdsco-import")

    def test_a_state_that_nobody_knows_is_told(self):
        self.begin("who-pqs")
        catalogue = json.loads((self.folder / "who-pqs.json").read_text(encoding="utf-8"))
        catalogue["e008"][0]["details"]["status"] = "Under review"
        (self.folder / "who-pqs.json").write_text(json.dumps(catalogue), encoding="utf-8")
        outcome, detail = self.ask_again("who-pqs")
        self.assertEqual(outcome, "drift")
        self.assertIn("status", detail)


if __name__ == "__main__":
    unittest.main()
