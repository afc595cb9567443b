#!/usr/bin/python3
"""FDA's listings as evidence: who lists a K-number under a Beijing firm's own number may be the firm behind a stranger's name."""
import unittest

from house import FEED_510K, House, Register, write_rows
from demo_records import clearance, uscc

FEED_LISTINGS = "fda-listings"
CLEARANCES, LISTINGS = "/device/510k.json", "/device/registrationlisting.json"
FIRM, OTHER = uscc("110108", "MA0REXW1"), uscc("110108", "MA0REXW2")
FIRMS = ("uscc,name_zh,name_en,district,fei,owner_operator\n"
         f'{FIRM},北京凌云医疗器械有限公司,"Beijing Lingyun Medical Devices Co., Ltd.",海淀区,3010001001|3010001002,10077001\n'
         f'{OTHER},北京墨溪仪器有限公司,"Beijing Moxi Instruments Co., Ltd.",海淀区,,\n')
STRANGER = "Zephyr Consulting Partners LLC"
NUMBER = "K261001"
LAST_YEAR, TODAY, TOMORROW = "2025-10-01T08:00:00+08:00", "2026-09-01T08:00:00+08:00", "2026-10-09T08:00:00+08:00"


def establishment(number, name, fei, owner_operator):
    """One listing of one establishment, as /device/registrationlisting has it."""
    return {
        "proprietary_name": ["LY Recorder"], "establishment_type": ["Manufacture Medical Device"], "k_number": number, "pma_number": "",
        "registration": {
            "registration_number": "3010001001", "fei_number": fei, "name": name, "city": "Beijing", "iso_country_code": "CN",
            "postal_code": "100094", "zip_code": "", "status_code": "1", "reg_expiry_date_year": "2026", "address_line_1": "No. 1",
            "address_line_2": "", "state_code": "", "initial_importer_flag": "N",
            "owner_operator": {"firm_name": name, "owner_operator_number": owner_operator},
            "us_agent": {"name": "-", "business_name": "", "city": "", "iso_country_code": "US"}},
        "products": [{"product_code": "DSH", "created_date": "2026-01-05", "owner_operator_number": owner_operator, "exempt": "",
                      "openfda": {}}],
    }


class Listings(unittest.TestCase):
    def setUp(self):
        self.house = House(feeds=(FEED_510K, FEED_LISTINGS))
        self.addCleanup(self.house.__exit__)
        # The server here knows no such search.
        self.house.amend(FEED_LISTINGS, (
            "search=registration.iso_country_code:CN+AND+(_exists_:k_number+OR+_exists_:pma_number)&limit", "limit"))
        for name in ("rows", "listings"):
            write_rows(self.house.folder / f"{name}.ndjson", [])
        self.register = Register(self.house.folder, {CLEARANCES: self.house.folder / "rows.ndjson",
                                                     LISTINGS: self.house.folder / "listings.ndjson"})
        self.addCleanup(self.register.close)
        self.house.configure(self.register.url, (FEED_510K, FEED_LISTINGS))
        self.house.put("firms.csv", FIRMS)

    def clear(self, applicant, city="Boston", country="US", postcode="02110", decided="2026-02-11"):
        self.register.serve(CLEARANCES, [
            clearance(NUMBER, applicant, city, country, postcode, decided, "2025-09-22", "LY Recorder", "DSH")])

    def list(self, *establishments):
        self.register.serve(LISTINGS, [establishment(*one) for one in establishments])

    def once(self, now=TODAY):
        self.house.once("--all", now=now)

    def questions(self):
        return self.house.ctl("review", "list", "--kind", "match")

    def case(self):
        return next((case for case in self.house.ctl("cases") if case["number"] == NUMBER), None)

    def bands(self):
        """Of the makers by which the approval is found."""
        return {(band, firm) for band, firm in self.house.rows(
            "SELECT m.band, m.uscc FROM approval a JOIN approval_maker k ON k.approval = a.id AND k.seq_to IS NULL "
            "JOIN match m ON m.maker = k.maker AND m.seq_to IS NULL WHERE a.number = ?", NUMBER)}

    def test_strangers_number_listed_under_a_firms_fei_is_a_question_that_names_the_listing(self):
        self.clear(STRANGER)
        self.list((NUMBER, "Lingyun Contract Works", "3010001002", "10099999"))
        self.once()
        [row] = self.questions()
        self.assertEqual((row["subject"], row["uscc"], row["rule"]), (STRANGER, FIRM, "R16"))
        [maker] = [one for one in self.house.ctl("review", "show", row["item"])[0]["makers"] if one["rule"]]
        self.assertIn({"kind": "listed_fei", "value": "3010001002"},
                      [{key: one[key] for key in ("kind", "value")} for one in maker["why"]["identifiers"]])
        self.assertEqual(self.bands(), {("review", FIRM)})
        self.assertEqual((self.case()["uscc"], self.case()["verdict"]), (FIRM, "review"))

    def test_owner_operator_number_counts_among_several_establishments(self):
        self.clear(STRANGER)
        self.list((NUMBER, "Somebody Else's Works", "3007770001", "10088888"),
                  (NUMBER, "Third Works", "3007770002", "10077001"))
        self.once()
        self.assertEqual([(row["uscc"], row["rule"]) for row in self.questions()], [(FIRM, "R16")])

    def test_number_listed_later_makes_an_approval_of_last_year_a_question(self):
        self.clear(STRANGER, decided="2025-09-11")
        self.once(LAST_YEAR)
        self.assertEqual(self.questions(), [])
        self.list((NUMBER, "Lingyun Contract Works", "3010001002", "10099999"))
        self.once()
        self.assertEqual([(row["subject"], row["uscc"]) for row in self.questions()], [(STRANGER, FIRM)])

    def test_establishments_own_name_makes_nothing_of_a_strangers_approval_automatic(self):
        self.clear(STRANGER)
        self.list((NUMBER, "Beijing Lingyun Medical Devices Co., Ltd.", "3010001002", "10077001"),
                  (NUMBER, "Somebody Else's Works", "3007770001", "10088888"))
        self.once()
        self.assertNotIn("auto", {band for band, _ in self.bands()})
        self.assertEqual(self.case()["verdict"], "review")

    def test_accepted_spelling_stays_accepted_when_it_is_listed(self):
        self.clear(STRANGER)
        self.list((NUMBER, "Lingyun Contract Works", "3010001002", "10099999"))
        self.once()
        self.house.ctl("review", "accept", self.questions()[0]["item"])
        self.list((NUMBER, "Lingyun Contract Works", "3010001002", "10099999"), (NUMBER, "New Works", "3007770001", "10088888"))
        self.once(TOMORROW)
        self.assertEqual(self.bands(), {("auto", FIRM)})
        self.assertEqual(self.questions(), [])


if __name__ == "__main__":
    unittest.main()
