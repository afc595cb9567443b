"""Registers of eight authorities, invented, seeded, in the authentic format of each, as large as one likes, on two days.

    registers.py FOLDER [--scale 1.0] [--day 1] [--seed 13]

The formats are those that the definitions in conf/feeds.d read; firms, products and numbers are made up. What differs on
the second day is what registers do: rows come, change and go, certificates are re-issued, entries change their sponsor.
Each register also tells what a reader must find in it (`found`): number -> what it says.
"""
import argparse
import datetime
import io
import json
import pathlib
import random
import zipfile

from workbook import EXCEL, Sheet, write as write_workbook

# Rows at scale 1, as known in 2026.
SIZES = {"eudamed-certificates": 4700, "eudamed-actors": 5900, "tga-artg": 97000, "anvisa-products": 180000,
         "cdsco-import": 105000, "pmda-certified": 26000, "who-ivd": 435, "who-pqs": 459, "roszdravnadzor-elk": 81000,
         "kemenkes-akl": 30000, "fda-510k-weekly": 100000}
SYLLABLES = "an bei chen da fang gu hai jia kang lan ming ning qi rui san tai wei xin yi zhong".split()
TRADES = ["Medical Technology", "Biotech", "Medical Instrument", "Diagnostics", "Medical Device", "Scientific Instrument"]
DEVICES = ["patient monitor", "infusion pump", "ECG recorder", "vascular stent", "HIV 1/2 rapid test", "dental implant",
           "ultrasound system", "surgical mask", "hearing aid", "blood glucose meter"]
CITIES = [("Shenzhen", "518000"), ("Shanghai", "200120"), ("Hangzhou", "310000"), ("Beijing", "100176"), ("Suzhou", "215000")]
ABROAD = [("US", "United States of America", "ESTADOS UNIDOS DA AMÉRICA", "Boston", "02110"),
          ("DE", "Germany", "ALEMANHA", "Tuttlingen", "78532"), ("AU", "Australia", "AUSTRÁLIA", "Sydney", "2000"),
          ("BR", "Brazil", "BRASIL", "São Paulo", "01000"), ("JP", "Japan", "JAPÃO", "Tokyo", "100-0001")]
FIRST, LAST = datetime.date(2016, 1, 4), datetime.date(2026, 8, 31)
CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def ulid(moment, tail):
    """Of this many milliseconds; `tail` makes it one of its own."""
    digits = []
    for value, length in ((tail, 16), (moment, 10)):
        for _ in range(length):
            digits.append(CROCKFORD[value % 32])
            value //= 32
    return "".join(reversed(digits))


def milliseconds(day, hour=9):
    return int(datetime.datetime(day.year, day.month, day.day, hour, tzinfo=datetime.timezone.utc).timestamp() * 1000)


class Maker:
    """The n-th of the world's makers: always the same."""

    def __init__(self, seed, number):
        dice = random.Random(f"{seed}:maker:{number}")
        self.number = number
        self.chinese = dice.random() < 0.2
        name = "".join(dice.choice(SYLLABLES) for _ in range(3)).capitalize()
        trade = dice.choice(TRADES)
        if self.chinese:
            self.city, self.postcode = dice.choice(CITIES)
            self.country, self.country_en, self.country_pt = "CN", "China", "CHINA, REPÚBLICA POPULAR"
            self.name = f"{self.city} {name} {trade} Co., Ltd."
        else:
            self.country, self.country_en, self.country_pt, self.city, self.postcode = dice.choice(ABROAD)
            self.name = f"{name} {trade} {dice.choice(['Inc.', 'GmbH', 'Ltd', 'S.A.'])}"
        self.srn = f"{self.country}-MF-{number:09d}"


class World:
    def __init__(self, folder, scale=1.0, day=1, seed=13, sizes=None, share=None):
        """`share`: how much of the second day's news has happened; all of it on the second day, unless told."""
        self.folder, self.scale, self.day, self.seed = pathlib.Path(folder), scale, day, seed
        self.share = share if share is not None else float(day > 1)
        self.sizes = {**SIZES, **(sizes or {})}
        self.makers = [Maker(seed, number) for number in range(max(40, int(6000 * scale)))]
        self.chinese = [maker for maker in self.makers if maker.chinese]

    def count(self, register):
        return max(20, int(self.sizes[register] * self.scale))

    def has_happened(self, place):
        return place * 7919 % 1000 < self.share * 1000

    def places(self, register):
        """Which rows there are today: (place, dice, changed). On the second day each 500th has gone, each 200th has changed,
        and one in 300 is new."""
        count = self.count(register)
        for place in range(count + int((count // 300 + 1) * self.share)):
            if place < count and place % 500 == 498 and self.has_happened(place):
                continue
            changed = place < count and place % 200 == 7 and self.has_happened(place)
            yield place, random.Random(f"{self.seed}:{register}:{place}"), changed

    def maker(self, dice):
        return self.makers[dice.randrange(len(self.makers))]

    @staticmethod
    def date(dice):
        return FIRST + datetime.timedelta(days=dice.randrange((LAST - FIRST).days))

    def write_rows(self, name, rows):
        """NDJSON, for a dialect of the server."""
        with open(self.folder / name, "w", encoding="utf-8") as out:
            for row in rows:
                out.write(json.dumps(row, ensure_ascii=False, separators=(",", ":")) + "\n")


# --- CE -----------------------------------------------------------------------------------------------------------------

def eudamed_certificates(world):
    """Hits of the search: in one of twenty a second edition stands beside the first; details of the Chinese ones."""
    hits, details, found = [], [], {}
    for place, dice, changed in world.places("eudamed-certificates"):
        maker, issued = world.maker(dice), world.date(dice)
        kind = dice.choice(["mdr-type.quality-management-system", "mdr-type.technical-documentation", "ivdr-type.quality-assurance"])
        number = f"NB{place % 40:02d}-{place:06d}"
        status = "issued"
        editions = [(None, issued)]
        if place % 20 == 3 or changed:
            editions.append(("1", issued + datetime.timedelta(days=200)))
            status = "reissued"
        if place % 50 == 9:
            status = "suspended"
        for edition, (revision, day) in enumerate(editions):
            uuid = f"00000000-0000-4000-8000-{place:010d}{edition:02d}"
            hits.append({"ulid": ulid(milliseconds(day) + place, place), "uuid": uuid, "notifiedBodySrn": f"{1000 + place % 40}",
                         "actorSrn": maker.srn, "actorName": maker.name, "actorNames": {"texts": []}, "mfStatus": None,
                         "certificateNumber": number, "certificateType": {"code": f"refdata.certificate-{kind}"},
                         "issueDate": f"{day}T00:00:00", "expiryDate": f"{day.replace(year=day.year + 5, day=min(day.day, 28))}T00:00:00",
                         "startingValidityDate": f"{day}T00:00:00",
                         "certificateStatus": {"code": f"refdata.certificate-status.{status if (revision, day) == editions[-1] else 'issued'}"},
                         "versionNumber": 1, "latestVersion": True, "revisionNumber": revision,
                         "versionState": {"code": "refdata.eudamed-entity-version-status.registered"}})
            if maker.chinese:
                details.append({**hits[-1], "scopes": [{"basicUdiData": {"basicUdi": {"code": f"69{place:06d}A{n}"}},
                                                        "riskClass": {"code": "refdata.risk-class.class-iib"},
                                                        "description": f"{dice.choice(DEVICES)} M{n}"} for n in range(2)],
                                "precedingCertificates": [], "initialRegistration": None})
        found[number] = {"manufacturer": maker.name, "srn": maker.srn, "decision_date": str(issued), "country": maker.country,
                         "route": "ce-ivdr" if kind.startswith("ivdr") else "ce-mdr",
                         "status": "suspended" if status == "suspended" else "active"}
    world.write_rows("eudamed-certificates.ndjson", hits)
    world.write_rows("eudamed-certificate-details.ndjson", details)
    return found


def eudamed_actors(world):
    """Editions of every actor; only the last one counts."""
    rows, found = [], {}
    for place, maker in enumerate(world.makers):
        if not maker.chinese:
            continue
        for latest in ([False, True] if place % 4 == 0 else [True]):
            rows.append({"uuid": f"00000000-0000-4000-9000-{place:012d}", "ulid": ulid(1600000000000 + place, place),
                         "name": maker.name if latest else maker.name + " (old)", "actorType": {"code": "refdata.actor-type.manufacturer"},
                         "countryIso2Code": "CN", "dateOfRegistration": "2021-03-01T08:20:01.569", "eudamedIdentifier": maker.srn,
                         "electronicMail": "", "telephone": "", "geographicalAddress": f"No. {place} Kexue Road {maker.city}",
                         "postalZone": maker.postcode, "cityName": maker.city, "latestVersion": latest,
                         "versionNumber": 2 if latest else 1, "srn": maker.srn})
        found[maker.srn] = {"manufacturer": maker.name, "city": maker.city, "srn": maker.srn}
    world.write_rows("eudamed-actors.ndjson", rows)
    return found


def eudamed_devices(world):
    """Two products of each Chinese maker, in three sizes each."""
    rows, found = [], {}
    for place, maker in enumerate(world.chinese):
        for product in range(2):
            basic = f"{'B-' if product == 1 and place % 3 == 0 else ''}69{maker.number:06d}P{product}"
            found[basic] = {"manufacturer": maker.name, "srn": maker.srn, "route": "ce-legacy" if basic.startswith("B-") else "ce-device"}
            for size in range(3):
                rows.append({"basicUdi": basic, "primaryDi": f"069{maker.number:06d}{product}{size}", "uuid": f"{maker.number}-{product}-{size}",
                             "ulid": ulid(1650000000000 + maker.number, size), "riskClass": {"code": "refdata.risk-class.class-iia"},
                             "tradeName": f"Brand {maker.number} {'SML'[size]}", "manufacturerName": maker.name,
                             "manufacturerSrn": maker.srn, "latestVersion": True, "versionNumber": 1, "reference": f"REF{product}{size}",
                             "deviceStatusType": {"code": "refdata.device-model-status.on-the-market"}, "deviceName": None})
    world.write_rows("eudamed-devices.ndjson", rows)
    return found


# --- TGA ----------------------------------------------------------------------------------------------------------------

def tga_artg(world):
    """In order of number; each fifth is a medicine; some have two makers, some no start date, some products as objects."""
    rows, found = [], {}
    for place, dice, changed in world.places("tga-artg"):
        maker, started = world.maker(dice), world.date(dice)
        number = str(100000 + place * 4)
        sponsor = f"Sponsor {place % 300 + (1 if changed else 0)} Pty Ltd"
        other = world.makers[(maker.number + 1) % len(world.makers)]
        makers = [maker] if place % 30 else [other, maker]
        term, medicine = dice.choice(DEVICES), place % 5 == 4
        rows.append({"LicenceId": number, "Name": f"{sponsor} - {term}", "EntryType": "Medicine Registered" if medicine else "Medical Device Included",
                     "LicenceClass": "Class I" if place % 7 == 0 else "Class IIa", "Status": "Active" if place % 9 else "",
                     **({} if place % 400 == 11 else {"StartDate": str(started)}),
                     "Sponsor": {"Name": sponsor, "Address": {"Suburb": "SYDNEY", "Country": "Australia"}},
                     "Manufacturers": [{"Name": one.name, "Address": {"AddressLine1": f"{one.number} Main Street", "Suburb": one.city,
                                                                      "Postcode": one.postcode, "Country": one.country_en}} for one in makers],
                     "Products": [{"Name": term, "Type": "Single Device Product", "GMDNCode": f"{30000 + place % 900}", "GMDNTerm": term,
                                   "EffectiveDate": f"2026-08-{world.day:02d}"}],
                     "DeviceProductNames": [{"Name": f"Model {place}"}] if place % 500 == 3 else [], "Conditions": []})
        if not medicine:
            chinese = sorted((one for one in makers if one.chinese), key=lambda one: one.city != "Beijing")
            shown = (chinese or makers)[0]
            found[number] = {"manufacturer": shown.name, "country": shown.country, "city": shown.city, "holder": sponsor,
                             "decision_date": "" if place % 400 == 11 else str(started), "status": "active",
                             "route": "tga-artg-class-1" if place % 7 == 0 else "tga-artg"}
    world.write_rows("tga-artg.ndjson", rows)
    return found


# --- BRICS --------------------------------------------------------------------------------------------------------------

ANVISA_HEADER = ("NUMERO_REGISTRO_CADASTRO;NUMERO_PROCESSO;NOME_TECNICO;CLASSE_RISCO;NOME_COMERCIAL;CNPJ_DETENTOR_REGISTRO_CADASTRO;"
                 "DETENTOR_REGISTRO_CADASTRO;NOME_FABRICANTE;NOME_PAIS_FABRIC;DT_PUB_REGISTRO_CADASTRO;VALIDADE_REGISTRO_CADASTRO;DT_ATUALIZACAO_DADO")


def anvisa_products(world):
    """windows-1252, quotes unbalanced in names, several makers for one registration in one of thirty, a stamp in each row."""
    found = {}
    with open(world.folder / "TA_PRODUTO_SAUDE_SITE.csv", "w", encoding="cp1252", newline="") as out:
        out.write(ANVISA_HEADER + "\r\n")
        for place, dice, changed in world.places("anvisa-products"):
            maker, published = world.maker(dice), world.date(dice)
            number = f"8{place:010d}"
            risk = dice.choice(["I", "II", "III", "IV"])
            makers = [maker] if place % 30 else [maker, world.makers[(maker.number + 1) % len(world.makers)]]
            until = "VIGENTE" if risk in ("I", "II") else f"{min(published.day, 28):02d}/{published.month:02d}/{published.year + (11 if changed else 10)}"
            shown = "" if place % 800 == 5 else f"{published:%d/%m/%Y}"
            name = dice.choice(DEVICES).upper() + (' 0,35"' if place % 50 == 1 else " – ™" if place % 70 == 2 else "")
            for one in makers:
                out.write(";".join([number, f"25351{place:012d}", "Equipamento eletromédico", risk, name, f"{place % 900:014d}",
                                    f"IMPORTADORA {place % 900} LTDA", one.name + ("  " if place % 11 == 0 else ""), one.country_pt, shown,
                                    until, f"08/{world.day:02d}/2026 19:00:01"]) + "\r\n")
            found[number] = {"makers": {(one.name, one.country) for one in makers}, "decision_date": "" if shown == "" else str(published),
                             "route": "anvisa-notificacao" if risk in ("I", "II") else "anvisa-registro", "status": "active"}
    return found


def roszdravnadzor_elk(world):
    """Latin look-alikes in one number of ten; dates of two forms; states in Russian words."""
    rows, found = [], {}
    for place, dice, changed in world.places("roszdravnadzor-elk"):
        maker, day = world.maker(dice), world.date(dice)
        number = f"РЗН {day.year}/{place}"
        state = "Действует" if place % 40 else "Приостановлено"
        if changed:
            state = "Отменено"
        rows.append({"id": place + 1, "status": {"id": 1, "code": "active", "name": state}, "legalSystem": "RUSSIA",
                     "noRu": number.replace("Р", "P").replace("Н", "H") if place % 10 == 0 else number, "noErul": None,
                     "dateRu": str(day) if place % 2 else f"{day:%d.%m.%Y}", "endDateRu": None, "name": dice.choice(DEVICES), "modelsDescription": None,
                     "producer": {"name": maker.name, "actualAddress": f"{maker.city}, {maker.country_en}", "legalAddress": ""},
                     "productionSites": [{"engName": maker.name}], "declarant": {"name": "ООО «Заявитель»"}, "representative": None,
                     "hasChanges": False})
        found[number.replace(" ", "")] = {"manufacturer": maker.name, "decision_date": str(day),
                                          "status": {"Д": "active", "П": "suspended", "О": "cancelled"}[state[0]]}
    world.write_rows("roszdravnadzor-elk.ndjson", rows)
    return found


def cdsco_import(world):
    """One licence for three devices, over several lines; about a thousand bytes a row, so that all has some 100 MB."""
    rows, found = [], {}
    for place, dice, _ in world.places("cdsco-import"):
        licence = place // 3
        day = world.date(random.Random(f"{world.seed}:licence:{licence}"))
        number = f"IMP/{licence:06d}"
        rows.append({"devicename": f"{dice.choice(DEVICES)} {place}", "brandname": f"Brand {place % 700}", "modelname": "as per annexure",
                     "classname": dice.choice("ABCD"), "str_intended_use": "Intended for use by a trained person. " * 20,
                     "str_licence_no": f"Licence No: {number}\nIssed On: {day:%d-%b-%Y}".upper().replace("LICENCE NO", "Licence No").replace("ISSED ON", "Issed On"),
                     "address": f"Importer {place % 900} Private Limited\nPlot {place % 50}, Mumbai", "premises_add": "", "instname": "", "formid": place % 40,
                     "permissionid": place % 70})
        found[number] = {"decision_date": str(day), "route": "cdsco-licence"}
    world.write_rows("cdsco-import.ndjson", rows)
    return found


def kemenkes_akl(world):
    """A renewal keeps the number and brings a new date."""
    header = ["nomor_izin_edar", "tgl_terbit", "tgl_exp", "merk", "sub_kategori", "jenis_produk", "kelompok_produk", "tipe", "kelas", "kelas_resiko",
              "pendaftar", "alamat_pendaftar", "pabrik", "alamat_pabrik", "pabrik2"]
    rows, found = [header], {}
    for place, dice, changed in world.places("kemenkes-akl"):
        maker, day = world.maker(dice), world.date(dice)
        number = f"KEMENKES RI AKL {20000000000 + place}"
        shown = day + datetime.timedelta(days=1825) if changed else day
        rows.append([number, str(shown), str(shown.replace(year=shown.year + 5, day=min(shown.day, 28))), f"Merek {place % 500}", "", dice.choice(DEVICES), "",
                     f"T-{place}", "B", "II", f"PT Pendaftar {place % 300}", "Jakarta", maker.name, f"{maker.city}, {maker.country_en}", ""])
        found[number] = {"manufacturer": maker.name, "decision_date": str(day)}
    write_workbook(world.folder / "kemenkes-akl.xlsx", [Sheet("Export", rows)], EXCEL)
    return found


# --- PMDA, WHO ----------------------------------------------------------------------------------------------------------

PMDA_HEADER = ["Ｎｏ", "認証機関コード", "認証番号", "認証年月日", "販売名", "一般的名称", "業者名_認証取得者", "法人番号",
               "業者名_選任外国製造医療機器等製造販売業者", "法人番号", "承認からの移行認証", "承継品目", "承継年月日", "承継時認証機関変更", "認証整理日", "認証取消日"]


def era(day):
    """令和 with full-width digits."""
    year = day.year - 2018
    text = f"令和{'元' if year == 1 else year}年{day.month}月{day.day}日"
    return text.translate({ord(str(n)): chr(0xff10 + n) for n in range(10)})


def pmda_certified(world):
    """A title above the header, dates of five forms, the same header twice; the file has a new number each day."""
    rows, found = [["認証品目リスト"], PMDA_HEADER], {}
    for place, dice, changed in world.places("pmda-certified"):
        maker, day = world.maker(dice), world.date(dice)
        foreign = maker.country != "JP" and place % 3 == 0
        number = f"{day.year - 2018 + 300 if day.year > 2018 else day.year - 1988 + 200}A{'ABG'[place % 3]}BZX{place:05d}000"
        forms = [str(day), f"{day:%Y/%m/%d}", f"{day:%d-%b-%Y}", day, era(day) if day >= datetime.date(2019, 5, 1) else str(day)]
        ended = "2026/07/01" if place % 60 == 8 or changed else ""
        row = [place + 1, "AA", number if place % 4 else number[:3] + "　" + number[3:], forms[place % 5], f"ブランド{place % 800}", "電子体温計",
               maker.name if foreign else f"日本医療機器{place % 90}株式会社", "" if foreign else 1010001000000 + place, "選任株式会社" if foreign else "",
               2010001000000 if foreign else "", "○" if place % 45 == 4 else "", "", "", "", ended if place % 2 else "", "" if place % 2 else ended]
        rows.append([None if cell == "" else cell for cell in row])
        found[number] = {"manufacturer": maker.name if foreign else "", "decision_date": str(day),
                         "status": ("withdrawn" if place % 2 else "cancelled") if ended else "active",
                         "route": "pmda-ninsho-transfer" if place % 45 == 4 else "pmda-ninsho"}
    if world.day > 1:  # a reordered sheet: columns are found by their names
        rows = [rows[0]] + [[row[i] for i in (1, 0, 2, 4, 3, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15)] for row in rows[1:]]
    file = f"0002775{36 + world.day}.xlsx"
    write_workbook(world.folder / "pmda-certified.xlsx", [Sheet("認証", rows)], EXCEL)
    (world.folder / "pmda-index.html").write_text(
        "<html><head><title>PMDA</title></head><body><p><a href='/files/000111111.pdf'>認証品目リスト（PDF）</a> "
        "<a class=\"x\" href=\"/files/000222222.xlsx\">承認品目一覧</a> "
        f"<a href=\"/files/{file}\">認証品目リスト<br>（Excel）</a></p></body></html>", encoding="utf-8")
    return found


WHO_HEADER = ["Product name", "Product Code", "WHO Product ID", "Assay Format", "Regulatory Version", "Manufacturer name", "Pathogen/Disease/Marker",
              "Year prequalification"]


def who_ivd(world):
    found = {}
    with open(world.folder / "who-ivd.csv", "w", encoding="utf-8", newline="") as out:
        lines = [WHO_HEADER]
        for place, dice, _ in world.places("who-ivd"):
            product = place // 3
            maker, year = world.makers[product * 7 % len(world.makers)], 2012 + product % 15
            number = f"{product:04d}-017-00"
            lines.append([f"{DEVICES[product % 10]} {product}", f"IT{place} - T{dice.randrange(90)}", number, "NAT (nucleic acid testing)", "Rest-of-World", maker.name,
                          "HIV", str(year)])
            found[number] = {"manufacturer": maker.name, "decision_date": str(year), "route": "who-prequalification", "status": "active"}
        for line in lines:
            out.write(",".join('"' + cell.replace('"', '""') + '"' for cell in line) + "\n")
    return found


def who_pqs(world):
    catalogue, found = {key: [] for key in ("e001", "e003", "e006", "e008", "e010", "e013")}, {}
    for place, dice, changed in world.places("who-pqs"):
        category = list(catalogue)[place % len(catalogue)]
        maker, day = world.maker(dice), world.date(dice)
        number = f"{category.upper()}-{place:03d}"
        status = "Suspended" if changed else "Prequalified"
        catalogue[category].append(
            {"id": number, "title": f"{category.upper()}: equipment", "details": {
                "address": f"{maker.number} Road\n{maker.city}\n{maker.country_en}", "appliance_type": category.upper(), "country_of_manufacture": maker.country_en,
                "date_of_acceptance": f"{day:%d %b %Y}", "email": "", "imd-pqs_code": number, "manufacturer": maker.name,
                "manufacturers_reference": f"REF {place}", "product_description": dice.choice(DEVICES), "product_name": f"Product {place}",
                "status": status, "telephone": "", "valid_until": "31 May 2027", "website_address": ""},
             "status": {"current": status}, "specifications": {"field_group_1": {"comments": ""}}})
        found[number] = {"manufacturer": maker.name, "country": maker.country, "decision_date": str(day),
                         "status": "suspended" if changed else "active",
                         "route": "who-prequalification" if category in ("e008", "e010", "e013") else "who-pqs-equipment"}
    (world.folder / "who-pqs.json").write_text(json.dumps(catalogue, ensure_ascii=False, indent=1), encoding="utf-8")
    return found


# --- FDA's weekly file -----------------------------------------------------------------------------------------------------

PMN_HEADER = ("KNUMBER|APPLICANT|CONTACT|STREET1|STREET2|CITY|STATE|COUNTRY_CODE|ZIP|POSTAL_CODE|DATERECEIVED|DECISIONDATE|DECISION|REVIEWADVISECOMM|"
              "PRODUCTCODE|STATEORSUMM|CLASSADVISECOMM|SSPINDICATOR|TYPE|THIRDPARTY|EXPEDITEDREVIEW|DEVICENAME")


def fda_weekly(world):
    """pmn96cur.zip: one text with | between cells and quotes as data."""
    count = world.count("fda-510k-weekly")
    text, found = io.StringIO(), {}
    text.write(PMN_HEADER + "\r\n")
    for place in range(count):
        dice = random.Random(f"{world.seed}:pmn:{place}")
        maker, day = world.maker(dice), world.date(dice)
        number = f"K{day:%y}{place:05d}"
        text.write("|".join([number, maker.name, "", f"{maker.number} Main St", "", maker.city, "", maker.country, "", maker.postcode, f"{day:%m/%d/%Y}",
                             f"{day:%m/%d/%Y}", "SESE", "CV", "DXN", "Summary", "CV", "", "Traditional", "N", "N",
                             dice.choice(DEVICES) + (' 3" model' if place % 90 == 1 else "")]) + "\r\n")
        found[number] = {"manufacturer": maker.name, "decision_date": str(day), "status": "active", "route": "510k"}
    with zipfile.ZipFile(world.folder / "pmn96cur.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo("pmn96cur.txt", (2026, 8, 31, 0, 0, 0)), text.getvalue().encode("cp1252"), zipfile.ZIP_DEFLATED)
    return found


REGISTERS = {
    "eudamed-certificates": eudamed_certificates, "eudamed-actors": eudamed_actors, "eudamed-devices": eudamed_devices,
    "tga-artg": tga_artg, "anvisa-products": anvisa_products, "roszdravnadzor-elk": roszdravnadzor_elk, "cdsco-import": cdsco_import,
    "kemenkes-akl": kemenkes_akl, "pmda-certified": pmda_certified, "who-ivd": who_ivd, "who-pqs": who_pqs, "fda-510k-weekly": fda_weekly,
}
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def server_arguments(folder):
    """With which register_server speaks for all of them."""
    folder = pathlib.Path(folder)
    arguments = []
    for dialect in ("eudamed-certificates", "eudamed-certificate-details", "eudamed-actors", "eudamed-devices", "tga-artg", "roszdravnadzor-elk",
                    "cdsco-import"):
        arguments += ["--dialect", f"{dialect}={folder / dialect}.ndjson"]
    for path, file, kind in (
            ("/dados/TA_PRODUTO_SAUDE_SITE.csv", "TA_PRODUTO_SAUDE_SITE.csv", "text/csv"),
            ("/alkes/export/MDI=", "kemenkes-akl.xlsx", XLSX),
            ("/review-services/drug-reviews/review-information/devices/0018.html", "pmda-index.html", "text/html; charset=utf-8"),
            ("/files/000277537.xlsx", "pmda-certified.xlsx", XLSX), ("/files/000277538.xlsx", "pmda-certified.xlsx", XLSX),
            ("/prequal/vitro-diagnostics/prequalified/in-vitro-diagnostics/export", "who-ivd.csv", "text/csv; charset=utf-8"),
            ("/prequal/sites/default/files/immunization_devices/json/catalogs/immunization_devices_catalogue.json", "who-pqs.json", "application/json"),
            ("/premarket/ftparea/pmn96cur.zip", "pmn96cur.zip", "application/zip")):
        arguments += ["--serve", f"{path}|{folder / file}|{kind}"]
    return arguments


def write_all(folder, scale=1.0, day=1, seed=13, only=None, sizes=None, share=None):
    """Every register into `folder`; register -> number -> what must be found."""
    world = World(folder, scale, day, seed, sizes, share)
    return {name: write(world) for name, write in REGISTERS.items() if only is None or name in only}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder")
    parser.add_argument("--scale", type=float, default=1.0)
    parser.add_argument("--day", type=int, default=1)
    parser.add_argument("--seed", type=int, default=13)
    arguments = parser.parse_args()
    pathlib.Path(arguments.folder).mkdir(parents=True, exist_ok=True)
    for name, found in write_all(arguments.folder, arguments.scale, arguments.day, arguments.seed).items():
        print(f"{name}: {len(found)} numbers")


if __name__ == "__main__":
    main()
