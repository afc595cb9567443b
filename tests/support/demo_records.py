#!/usr/bin/python3
"""Writes the recorded feeds and the sample local records of conf/demo: the same bytes each time.

Its workbooks are the product's own forms, filled in by BUILD/tests/support/form_writer (M13_BUILD, or build/release).

All firms are invented. The rows have the shape, the keys and the quirks of openFDA: strings throughout, openfda arrays
joined by product code, windows-1252 bytes read as Latin-1, one row that cannot be read.
"""
import json
import os
import pathlib
import subprocess

SOURCE = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ.get("M13_BUILD", SOURCE / "build" / "release"))
OUT = SOURCE / "conf" / "demo"
SYMBOLS = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def uscc(district, organisation):
    """A unified social credit code with right check characters (GB 11714, GB 32100)."""
    weights, values = [3, 7, 9, 10, 5, 8, 4, 2], "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    inner = 11 - sum(values.index(c) * w for c, w in zip(organisation, weights)) % 11
    body = "91" + district + organisation + {10: "X", 11: "0"}.get(inner, str(inner))
    total = sum(SYMBOLS.index(c) * pow(3, i, 31) for i, c in enumerate(body))
    return body + SYMBOLS[(31 - total % 31) % 31]


FIRMS = [
    ("CHEN", "110108", "MA0DEMA1", "北京晨岚医疗科技有限公司", "Beijing Chenlan Medical Technology Co., Ltd.", "海淀区", "", ""),
    ("SIZH", "110114", "MA0DEMB2", "北京思卓影像设备股份有限公司", "Beijing Sizhuo Imaging Equipment Co., Ltd.", "昌平区",
     "Sizhuo Imaging Inc.", ""),
    ("QIFA", "110115", "MA0DEMC3", "启帆（北京）生物技术有限公司", "Qifan Biotech (Beijing) Co., Ltd.", "经开区", "", "3099900103"),
    ("HEXU", "110115", "MA0DEMD4", "北京和煦康复器械有限公司", "Beijing Hexu Rehabilitation Devices Co., Ltd.", "大兴区", "", ""),
    ("YUAN", "110112", "MA0DEME5", "北京远澄骨科植入物有限公司", "Yuancheng Orthopaedics Co., Ltd.", "通州区", "", ""),
]
CODE = {key: uscc(district, organisation) for key, district, organisation, *_ in FIRMS}

PANELS = {"CV": "Cardiovascular", "RA": "Radiology", "MI": "Microbiology", "PM": "Physical Medicine",
          "OR": "Orthopedic", "HO": "General Hospital", "SU": "General, Plastic Surgery"}


def clearance(number, applicant, city, country, postcode, decided, received, device, code, panel="CV",
              kind="Traditional", decision="SESE", state=""):
    return {
        "third_party_flag": "N", "city": city, "advisory_committee_description": PANELS[panel],
        "address_1": "No. 1 Example Road", "address_2": "", "statement_or_summary": "Summary", "product_code": code,
        "openfda": {"registration_number": ["", "3010000001"], "fei_number": ["", "3010000001"],
                    "device_name": device.split(" ")[0], "medical_specialty_description": PANELS[panel],
                    "regulation_number": "870.2920", "device_class": "2"},
        "zip_code": postcode, "applicant": applicant, "decision_date": decided, "decision_code": decision,
        "country_code": country, "device_name": device, "advisory_committee": panel, "contact": "",
        "expedited_review_flag": "", "k_number": number, "state": state, "date_received": received,
        "review_advisory_committee": panel, "postal_code": postcode,
        "decision_description": "Substantially Equivalent" if decision == "SESE" else "Unknown",
        "clearance_type": kind,
    }


CLEARANCES = [
    clearance("K253101", "Beijing Chenlan Medical Technology Co., Ltd.", "Beijing", "CN", "100094", "2026-02-11",
              "2025-09-22", "CardioWave\u0099 Patch ECG Recorder (CW-1, CW-1B)", "DSH"),
    clearance("K253544", "Beijing Chenlan Medical Technology Co.,Ltd", "Beijing", "CN", "100094", "2026-03-19",
              "2026-02-02", "PulseLeaf Oximeter (PL-3)", "DQA", kind="Special"),
    clearance("K251220", "BEIJING CHENLAN MEDICAL TECHNOLOGY CO., LTD", "Bejing", "CN", "100094", "2025-06-10",
              "2025-02-14", "PulseLeaf Fingertip Sensor", "DPZ"),
    clearance("K191234", "Beijing Chenlan Medical Technology Co., Ltd.", "Beijing", "CN", "100094", "2019-08-30",
              "2019-05-06", "Chenlan Ambulatory BP Monitor", "DXN"),
    clearance("K260077", "Beijing Sizhuo Imaging Equipment Co., Ltd.", "Beijing", "CN", "102200", "2026-04-07",
              "2025-12-01", "ClearDR 500 Digital Radiography System", "KPR", "RA"),
    clearance("K181111", "Beijing Sizhuo Imaging Equipment Co Ltd", "Beijing", "CN", "102200", "2018-07-16",
              "2018-04-20", "ClearDR 300 Digital Radiography System", "KPR", "RA"),
    clearance("K260310", "Qifan Biotech (Beijing) Co., Ltd.", "Beijing", "CN", "100176", "2026-05-14", "2025-11-28",
              "RespiQuick Panel 12", "OCC", "MI"),
    clearance("DEN250031", "Qifan Biotech (Beijing) Co., Ltd.", "Beijing", "CN", "100176", "2026-01-22", "2025-03-04",
              "SepsisLine Host Response Assay", "QFS", "MI", "Direct", "DENG"),
    clearance("K261002", "Hexu Rehabilitation Devices", "Beijing", "CN", "102600", "2026-07-09", "2026-03-30",
              "StepAgain Gait Trainer", "BXB", "PM"),
    clearance("K260555", "Yuancheng Orthopaedics Co., Ltd.", "Beijing", "CN", "101100", "2026-06-18", "2026-01-15",
              "Yuancheng Lumbar Cage System", "MAX", "OR"),
    clearance("K260601", "Sizhuo Imaging Inc.", "Fremont", "US", "94538", "2026-06-25", "2026-02-10", "ClearDR Viewer",
              "LLZ", "RA", state="CA"),
    clearance("K260777", "Mingrui Robotics Technology Co., Ltd.", "Bejing", "CN", "100176", "2026-07-21", "2026-02-27",
              "Mingrui Surgical Navigation Station", "HAW", "SU"),
    clearance("K260778", "Mingrui Robotics Technology Co., Ltd.", "Beijing", "CN", "", "2026-08-04", "2026-03-02",
              "Mingrui Tracking Array", "HAW", "SU"),
    clearance("K253888", "Shenzhen Chenlan Medical Technology Co., Ltd.", "Shenzhen", "CN", "518057", "2026-03-02",
              "2025-10-30", "CL Wrist Monitor", "DXN"),
    clearance("K253990", "Nordlys Medical AB", "Uppsala", "SE", "75320", "2026-03-05", "2025-10-10",
              "Nordlys Warming Unit", "FMZ", "HO"),
    clearance("K254012", "Harborview Surgical, Inc.", "Portland", "US", "97201", "2026-03-11", "2025-11-17",
              "Harborview Trocar Set", "GCJ", "SU", state="OR"),
    clearance("K254120", "Kestrel Diagnostics GmbH", "Jena", "DE", "07743", "2026-04-01", "2025-12-05",
              "Kestrel hs-CRP Test", "DCN", "MI"),
    clearance("K254300", "Suzhou Lanyue Medical Device Co., Ltd.", "Suzhou", "CN", "215123", "2026-04-22",
              "2025-12-19", "Lanyue Infusion Set", "FPA", "HO"),
    clearance("K254401", "Maple Ridge Cardiology LLC", "Denver", "US", "80202", "2026-05-05", "2026-01-08",
              "RidgeBeat\u0092s Event Recorder", "DSH", state="CO"),
    # FDA's own file has such rows: a date that is none. It is a reject, and the rest of the page stands.
    clearance("K254402", "Ridge & Vale Imaging Ltd", "Leeds", "GB", "", "13/45/2026", "2026-01-08", "RV Panel", "KPR",
              "RA"),
    clearance("K260120", "Tianjin Haorui Medical Instrument Co., Ltd.", "Tianjin", "CN", "300457", "2026-05-27",
              "2026-01-12", "Haorui Electrosurgical Pencil", "GEI", "SU"),
    clearance("K260250", "Aster Pulmonary Inc.", "Boston", "US", "02110", "2026-06-03", "2026-01-26",
              "Aster Spirometer", "BZG", "HO", state="MA"),
    clearance("K260333", "Hangzhou Qifan Optical Co., Ltd.", "Hangzhou", "CN", "310052", "2026-06-09", "2026-02-03",
              "QF Slit Lamp", "HJO", "SU"),
    clearance("K770033", "Old Mill Instruments", "Dayton", "US", "45402", "1977-05-02", "1977-01-05",
              "Syringe, Piston", "FMF", "HO", decision="SN", state="OH"),
]


def premarket(number, supplement, applicant, city, state, postcode, generic, trade, code, kind, reason, received,
              decided, decision, panel="OR"):
    return {
        "pma_number": number, "supplement_number": supplement, "applicant": applicant, "street_1": "No. 1 Example Road",
        "street_2": "", "city": city, "state": state, "zip": postcode, "zip_ext": "", "generic_name": generic,
        "trade_name": trade, "product_code": code, "advisory_committee": panel,
        "advisory_committee_description": PANELS[panel], "supplement_type": kind, "supplement_reason": reason,
        "expedited_review_flag": "N", "date_received": received, "decision_date": decided, "docket_number": "",
        "decision_code": decision, "ao_statement": "",
        "openfda": {"device_name": generic, "medical_specialty_description": PANELS[panel], "regulation_number": "",
                    "device_class": "3", "registration_number": ["3010000002"], "fei_number": ["3010000002"]},
    }


DESIGN = "Change Design/Components/Specifications/Material"
YUANCHENG = ("Yuancheng Orthopaedics Co., Ltd.", "Beijing", "", "101100", "Prosthesis, intervertebral disc",
             "YC-MOTION CERVICAL DISC", "MJO")
HARBORVIEW = ("Harborview Surgical, Inc.", "Portland", "OR", "97201", "Stimulator, spinal-cord", "HV-STIM", "LGW")
PREMARKET = [
    premarket("P250021", "", *YUANCHENG, "", "", "2025-03-18", "2026-06-30", "APPR"),
    premarket("P250021", "S001", *YUANCHENG, "30-Day Notice",
              "Process Change - Manufacturer/Sterilizer/Packager/Supplier", "2026-07-10", "2026-08-07", "OK30"),
    premarket("P110005", "", *HARBORVIEW, "", "", "2011-02-01", "2012-04-12", "APPR"),
    premarket("P110005", "S014", *HARBORVIEW, "Panel Track",
              "Labeling Change - Indications/instructions/shelf life/tradename", "2025-06-11", "2026-02-26", "APPR"),
    premarket("P110005", "S015", *HARBORVIEW, "Normal 180 Day Track", DESIGN, "2025-10-02", "2026-04-15", "APPR"),
    premarket("P110005", "S016", *HARBORVIEW, "Real-Time Process", DESIGN, "2026-03-03", "2026-05-20", "APPR"),
    premarket("P930001", "", "Old Mill Instruments", "Dayton", "OH", "45402", "Implant, collagen", "OLDMILL C", "LMH",
              "", "", "1993-01-04", "1995-10-20", "APWD", "SU"),
    premarket("N17005", "", "Old Mill Instruments", "Dayton", "OH", "45402", "Suture, absorbable", "OLDMILL GUT",
              "GAL", "", "", "1970-01-05", "1972-02-14", "APRL", "SU"),
]

PRODUCTS = [
    ("CHEN-P1", "CHEN", "动态心电记录仪", "CardioWave Patch", "京械注准20232070101", "II"),
    ("CHEN-P2", "CHEN", "指夹式脉搏血氧仪", "PulseLeaf Oximeter", "京械注准20212070102", "II"),
    ("SIZH-P1", "SIZH", "数字化医用X射线摄影系统", "ClearDR 500", "", "II"),
    ("QIFA-P1", "QIFA", "呼吸道病原体核酸检测试剂", "RespiQuick Panel", "", ""),
]
SCOPES = [("K253101", "CHEN-P1", "2026-02-11"), ("K253544", "CHEN-P2", "2026-03-19"), ("K260077", "SIZH-P1", "2026-04-07"),
          ("K260310", "QIFA-P1", "2026-05-14")]
DECLARATIONS = [("CHEN", "CHEN-P1", "2026-06-30"), ("SIZH", "SIZH-P1", "2026-07-02")]
SALES = [
    f'S-2026-001,{CODE["CHEN"]},CHEN-P1,美国,2026-05-20,"48,000.00",USD,010120260516000001,INV-26-0520,customs-0516.pdf',
    f'S-2026-002,{CODE["SIZH"]},SIZH-P1,US,2026/6/2,125000.00,USD,010120260616000002,INV-26-0602,invoice-0602.pdf',
]
# One row is right and one waits for its product; what is wrong with the others stands in the errors file.
SALES_WITH_MISTAKES = [
    f'S-2026-003,{CODE["CHEN"]},CHEN-P1,德国,2026年6月11日,3.65万,欧元,010120260611000003,INV-26-0611,invoice-0611.pdf',
    f'S-2026-004,{CODE["CHEN"]},CHEN-P1,大洋国,2026-06-12,9800,USD,010120260612000004,INV-26-0612,',
    f'S-2026-005,{CODE["CHEN"]},CHEN-P1,法国,2026-02-30,9800,EUR,010120260613000005,INV-26-0613,',
    f'S-2026-006,{CODE["CHEN"]},CHEN-P2,英国,2026-06-14,约三万,GBP,010120260614000006,INV-26-0614,',
    'S-2026-007,91110108MA0DEM,CHEN-P2,日本,2026-06-15,880000,JPY,010120260615000007,INV-26-0615,',
    f'S-2026-008,{CODE["CHEN"]},CHEN-P2,日本,2026-06-16,880000.55,JPY,1.0102E+17,INV-26-0616,',
    f'S-2026-009,{CODE["CHEN"]},CHEN-P9,日本,2026-06-17,880000,JPY,010120260617000009,INV-26-0617,',
]
# What the approval K253101 has cost: a fee in dollars that the bank has charged in yuan, a test with value-added tax,
# a translation in euros at the month's rate.
COSTS = [
    ("C-2026-001", "official-fee", "2025-09-19", "26067", "USD", "", "185480.23", "US Food and Drug Administration", "FDA-K253101"),
    ("C-2026-002", "testing", "2025-07-08", "212000", "CNY", "12000", "", "北京示例医疗器械检测有限公司", "JC-25-0708"),
    ("C-2026-003", "translation", "2025-08-26", "18500", "EUR", "", "", "Example Language Services GmbH", "ELS-2025-118"),
]
RATES = [("EUR", "2025-08", "829.35", "direct", "中国外汇交易中心"), ("USD", "2025-09", "710.55", "direct", "中国外汇交易中心")]
# Files that have arrived; the invoice of SIZH's sale has not.
FILES = [f"{number}-letter.pdf" for number, _, _ in SCOPES] + \
    [f"commitment-{product}.pdf" for _, product, _ in DECLARATIONS] + ["customs-0516.pdf", "invoice-0611.pdf"] + \
    [f"{number}.pdf" for *_, number in COSTS]


def write_rows(name, rows):
    lines = (json.dumps(row, ensure_ascii=False, separators=(",", ":")) for row in rows)
    (OUT / name).write_text("".join(line + "\n" for line in lines), encoding="utf-8")


def write_table(name, header, rows, encoding="utf-8-sig", end="\r\n"):
    """As a spreadsheet saves it: byte-order mark, CRLF."""
    text = header + end + "".join(row + end for row in rows)
    (OUT / "inbox" / name).write_bytes(text.encode(encoding))


def firm_rows():
    keys = ("uscc", "name_zh", "name_en", "district", "aliases", "fei")
    rows = [dict(zip(keys, (CODE[key], zh, en, district, alias, fei))) for key, _, _, zh, en, district, alias, fei in FIRMS]
    # Known to EUDAMED only: nobody has found out yet which firm of Beijing it is.
    rows.append({"srn": "CN-MF-000099901", "name_en": "Lanxi Medtech (Beijing) Co., Ltd.", "city": "Beijing"})
    return rows


def product_rows():
    keys = ("product_id", "uscc", "name_zh", "name_en", "nmpa_number", "class")
    return [dict(zip(keys, (product, CODE[firm], *more))) for product, firm, *more in PRODUCTS]


def cost_rows():
    keys = ("cost_id", "category", "paid_date", "amount", "currency", "vat", "cny_debited", "payee", "invoice_no")
    _, _, _, payer, *_ = FIRMS[0]
    return [dict(zip(keys, row), uscc=CODE["CHEN"], payer=payer, authority="FDA", number="K253101", shares="CHEN-P1@100",
                 document=f"{row[-1]}.pdf") for row in COSTS]


def rate_rows():
    return [dict(zip(("currency", "date", "rate", "quote", "source"), row)) for row in RATES]


def write_workbook(name, sheets):
    """The product's own forms, filled in."""
    subprocess.run([BUILD / "tests" / "support" / "form_writer", OUT / "inbox" / name], check=True, text=True,
                   input=json.dumps([{"kind": kind, "rows": rows} for kind, rows in sheets]))


def write_pdf(name):
    """One page that says what it is."""
    text = f"BT /F1 14 Tf 60 770 Td (Invented for the demonstration of m13d: {name}) Tj ET"
    objects = ["<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
               "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
               "/Resources << /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >> >>",
               f"<< /Length {len(text)} >>\nstream\n{text}\nendstream"]
    page, places = "%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        places.append(len(page))
        page += f"{number} 0 obj\n{content}\nendobj\n"
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    end = f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}" \
          f"trailer << /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{len(page)}\n%%EOF\n"
    (OUT / "inbox" / "files" / name).write_bytes((page + end).encode("ascii"))


def main():
    (OUT / "inbox" / "files").mkdir(parents=True, exist_ok=True)
    write_rows("openfda-510k.ndjson", sorted(CLEARANCES, key=lambda row: row["k_number"]))
    write_rows("openfda-pma.ndjson", PREMARKET)
    write_workbook("1-firms-and-products.xlsx", [("firms", firm_rows()), ("products", product_rows())])
    write_table("2-scopes.csv", "批准机构,批准编号,产品编号,纳入日期,证明材料",
                [f"FDA,{number},{product},{day},{number}-letter.pdf" for number, product, day in SCOPES], "gb18030")
    write_table("3-declarations.csv", "uscc,product_id,authority,first_approval,signed_on,document",
                [f"{CODE[firm]},{product},FDA,是,{day},commitment-{product}.pdf" for firm, product, day in DECLARATIONS],
                "utf-8", "\n")
    header = "销售编号,统一社会信用代码,产品编号,最终目的国,日期,金额,币种,报关单号,发票号,证明材料"
    write_table("4-sales.csv", header, SALES)
    write_table("5-sales-with-mistakes.csv", header, SALES_WITH_MISTAKES)
    write_workbook("6-costs.xlsx", [("costs", cost_rows()), ("fx", rate_rows())])
    for name in FILES:
        write_pdf(name)


if __name__ == "__main__":
    main()
