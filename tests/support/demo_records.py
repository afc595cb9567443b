#!/usr/bin/python3
"""Writes the recorded feeds and the sample local records of conf/demo.

All firms are invented. The rows have the shape, the keys and the quirks of openFDA: strings throughout, openfda arrays
joined by product code, windows-1252 bytes read as Latin-1, one row that cannot be read.
"""
import json
import pathlib

OUT = pathlib.Path(__file__).resolve().parents[2] / "conf" / "demo"
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
    ("CHEN-P1", "CHEN", "动态心电记录仪", "CardioWave Patch", "京械注准20232070101"),
    ("CHEN-P2", "CHEN", "指夹式脉搏血氧仪", "PulseLeaf Oximeter", "京械注准20212070102"),
    ("SIZH-P1", "SIZH", "数字化医用X射线摄影系统", "ClearDR 500", ""),
    ("QIFA-P1", "QIFA", "呼吸道病原体核酸检测试剂", "RespiQuick Panel", ""),
]
SCOPES = [("K253101", "CHEN-P1", "2026-02-11"), ("K253544", "CHEN-P2", "2026-03-19"), ("K260077", "SIZH-P1", "2026-04-07"),
          ("K260310", "QIFA-P1", "2026-05-14")]


def write_rows(name, rows):
    lines = (json.dumps(row, ensure_ascii=False, separators=(",", ":")) for row in rows)
    (OUT / name).write_text("".join(line + "\n" for line in lines), encoding="utf-8")


def write_table(name, header, rows, encoding="utf-8-sig", end="\r\n"):
    """As a spreadsheet saves it: byte-order mark, CRLF."""
    text = header + end + "".join(row + end for row in rows)
    (OUT / "inbox" / name).write_bytes(text.encode(encoding))


def main():
    (OUT / "inbox").mkdir(parents=True, exist_ok=True)
    write_rows("openfda-510k.ndjson", sorted(CLEARANCES, key=lambda row: row["k_number"]))
    write_rows("openfda-pma.ndjson", PREMARKET)
    write_table("1-firms.csv", "统一社会信用代码,企业名称,英文名称,所属区,别名,FEI",
                [f'{CODE[key]},{zh},"{en}",{district},{alias},{fei}' for key, _, _, zh, en, district, alias, fei in FIRMS],
                encoding="gb18030")
    write_table("2-products.csv", "产品编号,统一社会信用代码,产品名称,英文名称,注册证编号",
                [f"{product},{CODE[firm]},{zh},{en},{nmpa}" for product, firm, zh, en, nmpa in PRODUCTS])
    write_table("3-scopes.csv", "authority,number,product_id,in_scope_from,document",
                [f"FDA,{number},{product},{day},{number}-letter.pdf" for number, product, day in SCOPES], "utf-8", "\n")
    write_table("4-declarations.csv", "uscc,product_id,authority,first_approval,signed_on,document",
                [f'{CODE["CHEN"]},CHEN-P1,FDA,是,2026-06-30,首次获证承诺-CHEN-P1.pdf',
                 f'{CODE["SIZH"]},SIZH-P1,FDA,是,2026-07-02,首次获证承诺-SIZH-P1.pdf'], "utf-8", "\n")
    write_table("5-sales.csv", "sale_id,uscc,product_id,country,date,amount,currency,declaration_no,invoice_no,document",
                [f'S-2026-001,{CODE["CHEN"]},CHEN-P1,美国,2026-05-20,"48,000.00",USD,010120260516000001,INV-26-0520,'
                 "报关单-010120260516000001.pdf",
                 f'S-2026-002,{CODE["SIZH"]},SIZH-P1,US,2026/6/2,125000.00,USD,010120260616000002,INV-26-0602,'
                 "invoice-0602.pdf"])


if __name__ == "__main__":
    main()
