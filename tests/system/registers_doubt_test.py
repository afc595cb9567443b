"""Where registers invite a wrong conclusion: two files that come in the wrong order, rows that contradict each other, a whole host
that is away, numbers that stand twice. Each register is a handful of rows, written here."""
import json
import shutil
import sys
import unittest

from house import SOURCE, House, Register

sys.path.append(str(SOURCE / "tests" / "support"))
from registers import ANVISA_HEADER  # noqa: E402

DAY = "2026-09-{:02d}T08:00:00+08:00"
STATUS_HEADER = "NU_REGISTRO_PRODUTO;NO_RAZAO_SOCIAL_EMPRESA;NO_PRODUTO;SG_RISCO_PRODUTO;SITUACAO_REGISTRO;DT_VENCIMENTO_REGISTRO"
PRODUCTS, STATUS = "/dados/TA_PRODUTO_SAUDE_SITE.csv", "/dados/CONSULTAS/PRODUTOS/TA_CONSULTA_PRODUTOS_SAUDE.CSV"


def product(number, risk="II", until="VIGENTE", maker="Beijing Chenlan Medical Technology Co., Ltd.", published="05/03/2026"):
    return ";".join([number, "25351000000000001", "Monitor", risk, "MONITOR", "00000000000001", "IMPORTADORA LTDA", maker,
                     "CHINA, REPÚBLICA POPULAR", published, until, "08/01/2026 19:00:01"])


def state(number, word, until=""):
    return ";".join([number, "IMPORTADORA LTDA", "MONITOR", "II", word, until])


class Doubts(unittest.TestCase):
    def begin(self, *feeds, extra=()):
        house = House(feeds=feeds)
        self.addCleanup(shutil.rmtree, house.folder, True)
        self.house, self.folder = house, house.folder / "registers"
        self.folder.mkdir()
        self.feeds, self.register = feeds, None
        self.extra = [argument.format(folder=self.folder) for argument in extra]
        for feed in feeds:
            if "enabled = false;" in (house.definitions / f"{feed}.conf").read_text(encoding="utf-8"):
                house.amend(feed, ("enabled = false;", ""))

    def write(self, name, lines, encoding="cp1252"):
        (self.folder / name).write_text("".join(line + "\r\n" for line in lines), encoding=encoding, newline="")

    def write_rows(self, name, rows):
        (self.folder / f"{name}.ndjson").write_text("".join(json.dumps(row, ensure_ascii=False, separators=(",", ":")) + "\n" for row in rows),
                                                    encoding="utf-8")

    def serve(self):
        if self.register is None:  # the files are there by now
            self.register = Register(self.house.folder, {}, extra=self.extra)
            self.addCleanup(self.register.close)
            self.house.configure(self.register.url, self.feeds)
        self.register.reread()

    def once(self, day, check=(0, 3)):
        self.serve()
        return self.house.m13d("once", "--all", "--now", DAY.format(day), check=check).stdout

    def outcome(self, feed):
        return self.house.rows("SELECT outcome, detail FROM feed_state WHERE name = ?", feed)[0]

    def record(self, number):
        return json.loads(self.house.rows("SELECT v.record FROM approval a JOIN approval_version v ON v.approval = a.id "
                                          "AND v.seq_to IS NULL WHERE a.number = ?", number)[0][0])

    def known(self):
        return {number: (version, gone, record) for number, version, gone, record in self.house.rows(
            "SELECT a.number, v.version, a.gone_at, v.record FROM approval a "
            "JOIN approval_version v ON v.approval = a.id AND v.seq_to IS NULL")}


class Anvisa(Doubts):
    def begin_both(self):
        self.begin("anvisa-products", "anvisa-status", extra=(
            "--serve", PRODUCTS + "|{folder}/products.csv|text/csv", "--serve", STATUS + "|{folder}/status.csv|text/csv"))

    def test_of_rows_that_contradict_each_other_the_valid_one_counts(self):
        """A registration that was renewed without an end has an old row with a date, which is invalid."""
        self.begin_both()
        self.write("products.csv", [ANVISA_HEADER, product("80000000001"), product("80000000002")])
        self.write("status.csv", [STATUS_HEADER, state("80000000001", "Válido"), state("80000000001", "Inválido", "31/12/2020"),
                                  state("80000000002", "Inválido", "31/12/2020")])
        self.once(1)
        self.once(8)
        self.assertEqual([self.record(number)["status"] for number in ("80000000001", "80000000002")], ["active", "cancelled"])

    def test_a_state_that_came_before_its_registration_is_not_lost(self):
        """The file of states stays the same: it has to be read again when it has more to say."""
        self.begin_both()
        self.write("products.csv", [ANVISA_HEADER, product("80000000001")])
        self.write("status.csv", [STATUS_HEADER, state("80000000001", "Válido"), state("80000000002", "Inválido", "31/12/2020")])
        self.once(1)
        self.once(8)
        self.write("products.csv", [ANVISA_HEADER, product("80000000001"), product("80000000002")])
        self.once(15)
        self.once(22)
        self.assertEqual(self.record("80000000002")["status"], "cancelled", self.outcome("anvisa-status"))


class ByHand(Doubts):
    def test_the_same_file_handed_over_twice_is_one_look_at_the_register(self):
        self.begin("anvisa-products", extra=("--serve", PRODUCTS + "|{folder}/products.csv|text/csv"))
        self.house.amend("anvisa-products", ("largest-shrink = 5", "largest-shrink = 50"))
        rows = [product(f"8000000000{n}") for n in range(9)]
        self.write("products.csv", [ANVISA_HEADER, *rows])
        self.once(1)
        self.house.configure(self.register.url, self.feeds, minimum_rows=3)
        self.write("less.csv", [ANVISA_HEADER, *rows[:-1]])
        listed = []
        for day in (2, 2, 3):
            self.house.ctl("ingest", "--fetched-at", DAY.format(day), "anvisa-products", str(self.folder / "less.csv"))
            listed.append(self.known()["80000000008"][1] is None)
        self.assertEqual(listed, [True, True, False])


class Elk(Doubts):
    @staticmethod
    def certificate(number, day, state="Действует"):
        return {"id": 1, "status": {"name": state}, "noRu": number, "dateRu": day, "endDateRu": None, "name": "monitor",
                "producer": {"name": "Beijing Chenlan"}, "productionSites": [], "declarant": {"name": "ООО «Заявитель»"}}

    def test_a_certificate_that_is_amended_keeps_its_first_date(self):
        self.begin("roszdravnadzor-elk", extra=("--dialect", "roszdravnadzor-elk={folder}/elk.ndjson"))
        self.write_rows("elk", [self.certificate("РЗН 2019/8000", "2019-02-01")])
        self.once(1)
        self.write_rows("elk", [self.certificate("РЗН 2019/8000", "2026-08-20")])
        self.once(9)
        self.assertEqual(self.record("РЗН2019/8000")["decision_date"], "2019-02-01")
        old, fresh = self.certificate("РЗН 2019/8000", "2019-02-01", "Отменено"), self.certificate("РЗН 2019/8000", "2026-08-20")
        for rows in ([old, fresh], [fresh, old]):
            self.write_rows("elk", rows)
            self.once(17)
            said = self.record("РЗН2019/8000")
            self.assertEqual((said["decision_date"], said["status"]), ("2019-02-01", "active"))


class Catalogue(Doubts):
    PATH = "/prequal/sites/default/files/immunization_devices/json/catalogs/immunization_devices_catalogue.json"

    def put(self, *states):
        rows = [{"id": f"E008-{n:03d}", "details": {"manufacturer": "Beijing Chenlan", "country_of_manufacture": "China", "status": state,
                                                   "date_of_acceptance": "05 Mar 2026", "appliance_type": "E008"}} for n, state in enumerate(states)]
        (self.folder / "catalogue.json").write_text(json.dumps({"e008": rows, "e013": []}), encoding="utf-8")

    def test_each_state_that_nobody_knows_is_told_once(self):
        self.begin("who-pqs", extra=("--serve", self.PATH + "|{folder}/catalogue.json|application/json"))
        told = []
        for day, state in enumerate(("Prequalified", "Weird", "Weird", "Stranger", "Stranger"), start=1):
            self.put(state, *["Prequalified"] * (10 + day))
            self.once(day)
            told.append(self.outcome("who-pqs")[0] == "drift")
        self.assertEqual(told, [False, True, False, True, False])


class Artg(Doubts):
    @staticmethod
    def entry(number, makers, start="2026-03-05", sponsor="Sponsor Pty Ltd", name="infusion pump", **more):
        return {"LicenceId": str(number), "Name": f"{sponsor} - {name}", "EntryType": "Medical Device Included", "LicenceClass": "Class IIa",
                "Status": "Active", "StartDate": start, "Sponsor": {"Name": sponsor},
                "Manufacturers": [{"Name": maker, "Address": {"AddressLine1": "1 Main Street", "Suburb": city, "Postcode": "1", "Country": country}}
                                  for maker, city, country in makers],
                "Products": [{"Name": name, "GMDNCode": "30000", "GMDNTerm": name}], "DeviceProductNames": [], "Conditions": [], **more}

    def begin_artg(self):
        self.begin("tga-artg", extra=("--dialect", "tga-artg={folder}/tga-artg.ndjson"))

    def test_of_two_chinese_makers_the_one_in_beijing_is_found(self):
        self.begin_artg()
        south, north = ("Shenzhen Haiwei Instrument Co., Ltd.", "Shenzhen", "China"), ("Ruixin Biotech Co., Ltd.", "Beijing", "China")
        self.write_rows("tga-artg", [self.entry(100000, [south, north]), self.entry(100004, [south])])
        self.once(1)
        both, one = self.record("100000"), self.record("100004")
        self.assertEqual((both["manufacturer"], both["city"], both["country"]), ("Ruixin Biotech Co., Ltd.", "Beijing", "CN"))
        self.assertEqual((one["manufacturer"], one["city"]), ("Shenzhen Haiwei Instrument Co., Ltd.", "Shenzhen"))

    def test_an_entry_whose_rows_the_tail_cuts_in_two_stays_as_the_whole_register_shows_it(self):
        self.begin_artg()
        self.house.amend("tga-artg", ("size = 1000", "size = 2"), ("tail = 4000", "tail = 4"))
        north = [("Ruixin Biotech Co., Ltd.", "Beijing", "China")]
        rows = [self.entry(100000 + n, north) for n in range(3)] + [self.entry(100003, north, name=name) for name in ("first kind", "second kind")]
        rows += [self.entry(100004 + n, north) for n in range(3)]
        self.write_rows("tga-artg", rows)
        self.once(1)
        whole = self.known()["100003"]
        self.assertIn("first kind; second kind", whole[2])
        self.write_rows("tga-artg", rows + [self.entry(100007, north)])
        self.once(2)
        self.assertEqual(self.house.rows("SELECT kind, part FROM poll ORDER BY id DESC LIMIT 1"), [("window", 1)])
        self.assertEqual(self.known()["100003"], whole)
        self.assertIn("100007", self.known())

    def test_a_date_in_a_form_that_nobody_reads_does_not_wipe_out_the_one_that_is_known(self):
        self.begin_artg()
        north = [("Ruixin Biotech Co., Ltd.", "Beijing", "China")]
        self.write_rows("tga-artg", [self.entry(100000 + n, north) for n in range(4)])
        self.once(1)
        self.write_rows("tga-artg", [self.entry(100000 + n, north, start="05 Mar 2026 AEST") for n in range(4)])
        for day in (9, 17, 25):
            self.once(day)
        self.assertEqual({record["decision_date"] for record in (self.record(str(100000 + n)) for n in range(4))}, {"2026-03-05"},
                         self.outcome("tga-artg"))


class Eudamed(Doubts):
    @staticmethod
    def certificate(place, number, maker, body, issued, status="issued", latest=True, revision=None):
        return {"ulid": "01KSSEJT80000000000000000" + str(place), "uuid": f"uuid-{place}", "notifiedBodySrn": body,
                "actorSrn": f"CN-MF-{maker:09d}", "actorName": f"Beijing Maker {maker} Co., Ltd.", "certificateNumber": number,
                "certificateType": {"code": "refdata.certificate-mdr-type.quality-management-system"}, "issueDate": f"{issued}T00:00:00",
                "expiryDate": "2031-01-01T00:00:00", "startingValidityDate": f"{issued}T00:00:00",
                "certificateStatus": {"code": f"refdata.certificate-status.{status}"}, "versionNumber": 1, "latestVersion": latest,
                "revisionNumber": revision}

    def begin_certificates(self, *more):
        self.begin("eudamed-certificates", *more, extra=("--dialect", "eudamed-certificates={folder}/eudamed-certificates.ndjson",
                                                         "--dialect", "eudamed-certificate-details={folder}/details.ndjson"))
        self.write_rows("details", [])

    def test_a_supplement_between_two_polls_keeps_the_first_date_and_takes_the_new_status(self):
        self.begin_certificates()
        rows = [self.certificate(1, "G10 1234", 1, "0123", "2024-05-01")]
        self.write_rows("eudamed-certificates", rows)
        self.once(1)
        self.write_rows("eudamed-certificates", [self.certificate(2, "G10 1234", 1, "0123", "2026-08-20", "supplemented", revision="01")])
        self.once(2)
        self.once(3)
        self.assertEqual((self.record("G10 1234")["decision_date"], self.known()["G10 1234"][0]), ("2024-05-01", 2))

    def test_a_number_that_two_notified_bodies_gave_to_two_makers_is_put_before_a_person(self):
        """One date for both would be too early for the one, or too late for the other."""
        self.begin_certificates()
        old, fresh = self.certificate(1, "MDR 0007", 1, "0123", "2020-05-01"), self.certificate(2, "MDR 0007", 2, "0197", "2026-08-20")
        one, other = self.certificate(3, "MDR 0008", 1, "0123", "2020-05-01"), self.certificate(4, "MDR 0008", 2, "0123", "2026-08-20")
        self.write_rows("eudamed-certificates", [old, one])
        self.once(1)
        self.write_rows("eudamed-certificates", [old, fresh, one, other])
        for day in (2, 3):
            self.once(day)
            told = [(self.record(number)["decision_date"], self.record(number)["status"]) for number in ("MDR 0007", "MDR 0008")]
            self.assertEqual(told, [("2026-08-20", "unknown"), ("2020-05-01", "active")])
        self.assertEqual(self.known()["MDR 0007"][0], 2)

    def test_a_host_that_sends_everybody_elsewhere_is_no_register_without_certificates(self):
        self.begin_certificates("eudamed-certificate-details")
        self.write_rows("eudamed-certificates", [self.certificate(n, f"C {n}", n, "0123", "2026-01-01") for n in range(1, 9)])
        self.once(1)
        self.once(2)
        outcome, detail = self.outcome("eudamed-certificate-details")
        self.assertNotIn(outcome, ("none", "applied", "unchanged"), detail)


if __name__ == "__main__":
    unittest.main()
