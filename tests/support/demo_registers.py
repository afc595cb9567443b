#!/usr/bin/python3
"""Writes the recordings of the demonstration's other registers (conf/demo/registers): the same bytes each time.

EUDAMED, TGA, ANVISA, PMDA and WHO, each in its own format with its quirks; all firms, products and numbers are invented.
"""
import json
import pathlib

from registers import ANVISA_HEADER, PMDA_HEADER, WHO_HEADER
from workbook import EXCEL, Sheet, write as write_workbook

OUT = pathlib.Path(__file__).resolve().parents[2] / "conf" / "demo" / "registers"
CHENLAN, SIZHUO = "Beijing Chenlan Medical Technology Co., Ltd.", "Beijing Sizhuo Imaging Equipment Co., Ltd."
QIFAN, HEXU = "Qifan Biotech (Beijing) Co., Ltd.", "Beijing Hexu Rehabilitation Devices Co., Ltd."
LANXI, OTHER = "Lanxi Medtech (Beijing) Co., Ltd.", "Shenzhen Haoyun Medical Co., Ltd."

# SRN, name, city, postcode, ULID of the record
ACTORS = [
    ("CN-MF-000099001", CHENLAN, "Beijing", "100085", "01HZ4T8QJ0A1B2C3D4E5F6G7H8"),
    ("CN-MF-000099002", SIZHUO, "Changping District, Beijing", "102200", "01J0B9Y1R0A1B2C3D4E5F6G7H8"),
    ("CN-MF-000099901", LANXI, "Beijing", "100176", "01J2M4R7S0A1B2C3D4E5F6G7H8"),
    ("CN-MF-000099910", OTHER, "Shenzhen", "518057", "01HXQ2D3E0A1B2C3D4E5F6G7H8"),
]
# number, place of the actor (None = not Chinese), type, issued, revision, status
CERTIFICATES = [
    ("HZ 2198114-1", 0, "mdr-type.technical-documentation", "2026-03-12", None, "issued"),
    ("HZ 2198114-0", 0, "mdr-type.quality-management-system", "2026-03-12", None, "issued"),
    ("G10 064411 0007", 1, "mdr-type.quality-management-system", "2023-05-02", None, "issued"),
    ("G10 064411 0007", 1, "mdr-type.quality-management-system", "2026-05-20", "1", "reissued"),
    ("V1 099820 0003", 2, "ivdr-type.quality-assurance", "2026-06-18", None, "issued"),
    ("G12 055555 0001", 3, "mdr-type.technical-documentation", "2026-02-03", None, "suspended"),
    ("Z-25-052-S-IX-E", None, "mdr-type.quality-management-system", "2025-12-17", None, "issued"),
]


def write_rows(name, rows):
    (OUT / name).write_text("".join(json.dumps(row, ensure_ascii=False, separators=(",", ":")) + "\n" for row in rows), encoding="utf-8")


def eudamed():
    actors = [{"uuid": f"5f0c0000-0000-4000-9000-{place:012d}", "ulid": ulid, "name": name, "actorType": {"code": "refdata.actor-type.manufacturer"},
               "countryIso2Code": "CN", "dateOfRegistration": "2024-06-03T08:20:01.569", "eudamedIdentifier": srn, "electronicMail": "",
               "telephone": "", "geographicalAddress": f"No. {place + 1} Example Road, {city}", "postalZone": postcode, "cityName": city,
               "latestVersion": True, "versionNumber": 1, "srn": srn} for place, (srn, name, city, postcode, ulid) in enumerate(ACTORS)]
    hits, details = [], []
    for place, (number, actor, kind, issued, revision, status) in enumerate(CERTIFICATES):
        srn, name = (ACTORS[actor][0], ACTORS[actor][1]) if actor is not None else ("DE-MF-000099003", "Waldquell Medizintechnik GmbH")
        hits.append({"ulid": f"01KTRNZD{place}J464K52YBH502R56Q", "uuid": f"c2660000-0000-4000-8000-{place:012d}", "notifiedBodySrn": "0197", "actorSrn": srn,
                     "actorName": name, "actorNames": {"texts": []}, "mfStatus": {srn: {"code": "refdata.actor-status.active"}}, "prStatus": None,
                     "certificateNumber": number, "certificateType": {"code": f"refdata.certificate-{kind}"}, "issueDate": f"{issued}T00:00:00",
                     "expiryDate": f"{int(issued[:4]) + 5}{issued[4:]}T00:00:00", "startingValidityDate": f"{issued}T00:00:00",
                     "certificateStatus": {"code": f"refdata.certificate-status.{status}"}, "versionNumber": 1, "latestVersion": True,
                     "revisionNumber": revision, "versionState": {"code": "refdata.eudamed-entity-version-status.registered"}})
        if actor is not None:
            products = ["CardioWave Patch ambulatory ECG recorder", "PulseLeaf fingertip oximeter"] if actor == 0 else ["Example device"]
            details.append({**hits[-1], "scopes": [] if "quality" in kind else [
                {"basicUdiData": {"basicUdi": {"code": f"69409990{place}A{n}"}}, "riskClass": {"code": "refdata.risk-class.class-iia"},
                 "description": product} for n, product in enumerate(products)], "precedingCertificates": [], "initialRegistration": None})
    write_rows("eudamed-actors.ndjson", actors)
    write_rows("eudamed-certificates.ndjson", hits)
    write_rows("eudamed-certificate-details.ndjson", details)


def tga():
    def entry(number, sponsor, term, kind, started, maker, city, postcode, country, entry_type="Medical Device Included"):
        return {"LicenceId": number, "Name": f"{sponsor} - {term}", "EntryType": entry_type, "LicenceClass": kind, "Status": "Active", "StartDate": started,
                "Sponsor": {"Name": sponsor, "Address": {"Suburb": "NORTH RYDE", "State": "NSW", "Postcode": "2113", "Country": "Australia"}},
                "Manufacturers": [{"Name": maker, "Address": {"AddressLine1": "1 Example Road", "Suburb": city, "Postcode": postcode, "Country": country}}],
                "Products": [{"Name": term, "Type": "Single Device Product", "GMDNCode": "38460", "GMDNTerm": term, "EffectiveDate": "2026-08-30"}],
                "DeviceProductNames": [], "Conditions": []}
    write_rows("tga-artg.ndjson", [
        entry("104526", "Murrumba Medical Pty Ltd", "Spinal fixation plate", "Class IIb", "2004-06-01", "Harborview Surgical, Inc.", "Portland", "97201", "United States of America"),
        entry("310871", "Wattle Pharma Pty Ltd", "PARACETAMOL 500 mg tablet", "", "2019-02-04", "Wattle Pharma Pty Ltd", "Sydney", "2000", "Australia", "Medicine Listed"),
        entry("488120", "Murrumba Medical Pty Ltd", "Electrocardiographic long-term ambulatory recording analyser", "Class IIa", "2026-07-08", CHENLAN, "Beijing", "100085", "China"),
        entry("488377", "Kurrajong Diagnostics Pty Ltd", "Respiratory pathogen nucleic acid IVD, kit", "Class 3 IVD", "2026-08-11", QIFAN, "BEIJING", "100176", "CHINA"),
        entry("489002", "Kurrajong Diagnostics Pty Ltd", "Thermometer, electronic, clinical", "Class I", "2026-08-20", OTHER, "Shenzhen", "518057", "China")])


def anvisa():
    rows = [
        ("80102510001", "CURATIVO COM PRATA", "III", 'SILVERTEX 10"', "MOINHO VELHO INSTRUMENTOS LTDA", "Old Mill Instruments", "ESTADOS UNIDOS DA AMÉRICA", "12/03/2018", "12/03/2028"),
        ("81999990021", "SISTEMA DE RAIOS X DIGITAL", "III", "ClearDR 500 – ClearDR 500 Pro", "IMAGEM SUL COMÉRCIO DE EQUIPAMENTOS LTDA", "BEIJING SIZHUO IMAGING EQUIPMENT CO., LTD.",
         "CHINA, REPÚBLICA POPULAR", "15/06/2026", "15/06/2036"),
        ("81999990022", "OXÍMETRO DE PULSO", "II", "PULSELEAF", "SAÚDE NORTE IMPORTADORA LTDA", CHENLAN, "CHINA, REPÚBLICA POPULAR", "04/05/2026", "VIGENTE"),
        ("81999990022", "OXÍMETRO DE PULSO", "II", "PULSELEAF", "SAÚDE NORTE IMPORTADORA LTDA", OTHER.upper(), "CHINA, REPÚBLICA POPULAR", "04/05/2026", "VIGENTE")]
    text = ANVISA_HEADER + "\r\n" + "".join(
        f"{number};25351{place:012d};{term};{risk};{name};{place:014d};{holder};{maker};{country};{published};{until};08/31/2026 19:00:01\r\n"
        for place, (number, term, risk, name, holder, maker, country, published, until) in enumerate(rows))
    (OUT / "TA_PRODUTO_SAUDE_SITE.csv").write_bytes(text.encode("cp1252"))


def pmda():
    rows = [["認証品目リスト（2026年8月）"], PMDA_HEADER,
            [1, "AB", "229ABBZX00080Z00", "2017/08/01", "やすらぎ体温計", "電子体温計", "日本みらい医器株式会社", 1010001000001, None, None, None, None, None, None, None, None],
            [2, "AG", "308AGBZI00021000", "令和８年５月２８日", "ヘシュ 歩行リハビリ装置", "能動型下肢用他動運動訓練装置", HEXU, None, "日本みらい医器株式会社", 1010001000001, None, None, None, None, None, None],
            [3, "AA", "306AABZX00017000", "01-Aug-2024", "みらい超音波", "汎用超音波画像診断装置", "日本みらい医器株式会社", 1010001000001, None, None, "○", None, None, None, "2026/03/31", None]]
    write_workbook(OUT / "pmda-certified.xlsx", [Sheet("認証品目リスト", rows)], EXCEL)
    (OUT / "pmda-index.html").write_text(
        "<html><head><title>PMDA</title></head><body><ul><li><a href=\"/files/000277001.pdf\">認証品目リスト（PDF）</a></li>\n"
        "<li><a href=\"/files/000277537.xlsx\">認証品目リスト（Excel）</a></li></ul></body></html>\n", encoding="utf-8")


def who():
    rows = [WHO_HEADER, ["RespiQuick Panel", "QF-RQ- 24", "0931-201-00", "NAT (nucleic acid testing)", "Rest-of-World", QIFAN, "SARS-CoV-2", "2026"],
            ["RespiQuick Panel", "QF-RQ-96", "0931-201-00", "NAT (nucleic acid testing)", "Rest-of-World", QIFAN, "SARS-CoV-2", "2026"],
            ["ONE-STEP HIV Test", "OM-20", "0472-017-00", "Immunochromatographic (lateral flow)", "Rest-of-World", "Old Mill Instruments", "HIV", "2019"]]
    (OUT / "who-ivd.csv").write_text("".join(",".join(f'"{cell}"' for cell in row) + "\n" for row in rows), encoding="utf-8")


def main():
    OUT.mkdir(parents=True, exist_ok=True)
    for write in (eudamed, tga, anvisa, pmda, who):
        write()


if __name__ == "__main__":
    main()
