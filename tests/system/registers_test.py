"""Every register of Measure 13, asked in its own dialect: a first day, the same day again, a second day with all that registers do.

The registers are invented (tests/support/registers.py), a fiftieth of their real size here; tests/system/full has them whole.
"""
import json
import shutil
import sys
import unittest

from house import SOURCE, House, Register

sys.path.append(str(SOURCE / "tests" / "support"))
from registers import server_arguments, write_all  # noqa: E402

# In the order in which one builds on another.
FEEDS = ("eudamed-actors", "eudamed-certificates", "eudamed-certificate-details", "eudamed-devices", "tga-artg", "anvisa-products",
         "roszdravnadzor-elk", "cdsco-import", "kemenkes-akl", "pmda-certified", "who-ivd", "who-pqs", "fda-510k-weekly")
FIRST_DAY, SAME_DAY, SECOND_DAY, THIRD_DAY = "2026-09-01T08:00:00+08:00", "2026-09-08T08:00:00+08:00", "2026-09-15T08:00:00+08:00", \
    "2026-09-22T08:00:00+08:00"
SCALE = 0.02


class Registers(unittest.TestCase):
    scale = SCALE
    sizes = {}  # of some registers, at scale 1, where another size than the real one will do
    exact = tuple(feed for feed in FEEDS if feed != "eudamed-certificate-details")  # after one look, and one of those with lists

    @classmethod
    def setUpClass(cls):
        cls.house = House(feeds=FEEDS)
        cls.folder = cls.house.folder / "registers"
        cls.folder.mkdir()
        cls.found = write_all(cls.folder, cls.scale, sizes=cls.sizes)
        cls.register = Register(cls.house.folder, {}, extra=server_arguments(cls.folder))
        for feed in FEEDS:
            text = (cls.house.definitions / f"{feed}.conf").read_text(encoding="utf-8")
            if "enabled = false;" in text:  # what keeps it off as shipped is a matter of the real host
                cls.house.amend(feed, ("enabled = false;", ""))
        cls.house.configure(cls.register.url, FEEDS)

    @classmethod
    def tearDownClass(cls):
        cls.register.close()
        shutil.rmtree(cls.house.folder, ignore_errors=True)

    # --- telling -----------------------------------------------------------------------------------------------------

    def once(self, now, check=0):
        return self.house.m13d("once", "--all", "--now", now, check=check, timeout=1500)

    def rows(self, sql, *values):
        return self.house.rows(sql, *values)

    def known(self, feed):
        """number -> the record that stands, of one feed."""
        return {number: json.loads(record) for number, record in self.rows(
            "SELECT a.number, coalesce(s.record, v.record) FROM approval_source s JOIN approval a ON a.id = s.approval "
            "JOIN approval_feed f ON f.id = s.feed JOIN approval_version v ON v.approval = a.id AND v.seq_to IS NULL "
            "WHERE f.name = ?", feed)}

    def makers(self, feed):
        """number -> all makers (name, country) that its rows name."""
        found = {}
        for number, name, country in self.rows(
                "SELECT a.number, m.name, m.country FROM approval a JOIN approval_maker am ON am.approval = a.id AND am.seq_to IS NULL "
                "JOIN maker m ON m.id = am.maker WHERE a.feed = ?", feed):
            found.setdefault(number, set()).add((name, country))
        return found

    def assert_found(self, feed, wanted):
        known = self.known(feed)
        missing, unknown = sorted(set(wanted) - set(known))[:3], sorted(set(known) - set(wanted))[:3]
        self.assertEqual((len(known), missing, unknown), (len(wanted), [], []), feed)
        wrong = []
        for number, facts in wanted.items():
            said = {member: known[number].get(member, "") for member in facts if member != "makers"}
            expected = {member: value for member, value in facts.items() if member != "makers"}
            if said != expected:
                wrong.append((number, said, expected))
        self.assertEqual(wrong[:3], [], f"{feed}: {len(wrong)} of {len(wanted)}")

    # --- the days ----------------------------------------------------------------------------------------------------

    def test_1_the_first_day_gives_each_register_whole_and_exact(self):
        told = self.once(FIRST_DAY).stdout
        outcomes = dict(self.rows("SELECT name, outcome FROM feed_state"))
        lists = {"eudamed-certificate-details": "none", "eudamed-devices": "none"}  # of which to ask, nothing was known yet
        self.assertEqual(outcomes, {**{feed: "applied" for feed in FEEDS}, **lists}, told[-3000:])
        if "eudamed-devices" in self.exact:
            self.once(FIRST_DAY.replace("T08", "T09"))
        for feed in self.exact:
            with self.subTest(feed):
                self.assert_found(feed, self.found[feed])
        self.assertEqual(self.rows("SELECT count(*) FROM reject"), [(0,)])

    def test_2_details_are_asked_for_every_chinese_certificate_and_fill_its_scope(self):
        self.once(FIRST_DAY.replace("T08", "T10"))
        chinese = {number for number, facts in self.found["eudamed-certificates"].items() if facts["country"] == "CN"}
        self.assertEqual(set(self.known("eudamed-certificate-details")), chinese)
        for (record,) in self.rows("SELECT v.record FROM approval a JOIN approval_version v ON v.approval = a.id AND v.seq_to IS NULL "
                                   "WHERE a.feed = 'eudamed-certificates'"):
            record = json.loads(record)
            self.assertEqual("scope" in record, record["country"] == "CN", record["number"])

    def test_3_a_registration_with_several_makers_is_found_by_each_of_them(self):
        self.assertEqual(self.makers("anvisa-products"), {number: facts["makers"] for number, facts in self.found["anvisa-products"].items()})

    def test_4_the_same_week_again_writes_no_approval_and_costs_one_cheap_look_each(self):
        before = self.rows("SELECT count(*), max(seq_from) FROM approval_version")
        asked = len(self.register.requests())
        self.once(SAME_DAY)
        self.assertEqual(self.rows("SELECT count(*), max(seq_from) FROM approval_version"), before)
        for feed in ("anvisa-products", "kemenkes-akl", "pmda-certified", "who-ivd", "who-pqs", "fda-510k-weekly", "cdsco-import"):
            paths = [request for request in self.register.requests()[asked:] if request["status"] == 304]
            with self.subTest(feed):
                self.assertEqual(self.rows("SELECT outcome FROM feed_state WHERE name = ?", feed), [("unchanged",)], paths[:2])

    def test_5_the_second_day_is_taken_row_by_row(self):
        second = write_all(self.folder, self.scale, day=2, sizes=self.sizes)
        self.register.reread()
        before = {feed: set(self.known(feed)) for feed in FEEDS}
        self.once(SECOND_DAY)
        for feed in FEEDS:
            if feed in ("eudamed-certificate-details", "eudamed-devices"):
                continue
            with self.subTest(feed):
                known, wanted = self.known(feed), second[feed]
                self.assertEqual(sorted(set(wanted) - set(known))[:3], [])
                wrong = [(number, {member: known[number].get(member, "") for member in facts if member != "makers"}, facts)
                         for number, facts in wanted.items()
                         if any(known[number].get(member, "") != value for member, value in facts.items() if member != "makers")]
                self.assertEqual(wrong[:2], [], f"{feed}: {len(wrong)}")
                self.assertEqual(sorted(before[feed] - set(known))[:3], [], "nothing that was known is forgotten")
        type(self).second = second

    def test_6_what_two_complete_lists_do_not_show_is_gone_and_not_withdrawn(self):
        self.once(THIRD_DAY)
        for feed in ("anvisa-products", "tga-artg", "roszdravnadzor-elk"):
            with self.subTest(feed):
                gone = {number for (number,) in self.rows("SELECT number FROM approval WHERE feed = ? AND gone_at IS NOT NULL", feed)}
                self.assertEqual(gone, set(self.found[feed]) - set(self.second[feed]))
                self.assertTrue(gone)
                statuses = {self.known(feed)[number]["status"] for number in gone}
                self.assertLessEqual(statuses, {"active", "suspended"})


if __name__ == "__main__":
    unittest.main()
