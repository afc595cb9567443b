#!/usr/bin/env python3
"""FDA's rows as tables turned back into the JSON that openFDA serves.

    openfda_json.py [--rows] [--openfda] [--total N] [--as-of DATE] KIND FILE

KIND is `510k` (CSV whose header has openFDA's own names, or the short names K_Number, DecisionDate ... of
FDA's monthly lists) or `pma` (pma.txt, `|`-separated, windows-1252 or ASCII, perhaps .gz). The whole answer of
the API is written, indented as the API does; with --rows, one row a line. --openfda adds to each row an
`openfda` object as large as the real ones (some 7 KB), for measurements.

As at openFDA: every value is a string, a missing text is "" with its key present, dates are ISO, and a PMA
date that is empty has no key at all.
"""

import argparse
import csv
import gzip
import io
import json
import re
import sys

FIELDS_510K = """third_party_flag city advisory_committee_description address_1 address_2 statement_or_summary
product_code zip_code applicant decision_date decision_code country_code device_name advisory_committee contact
expedited_review_flag k_number state date_received review_advisory_committee postal_code decision_description
clearance_type""".split()

SHORT_NAMES_510K = {
    "K_Number": "k_number", "DecisionDate": "decision_date", "Applicant": "applicant",
    "DeviceName": "device_name", "Contact": "contact", "DateReceived": "date_received",
    "AC": "advisory_committee", "PC": "product_code", "SubmType": "clearance_type",
    "Country": "country_code", "Statement": "statement_or_summary", "City": "city", "State": "state",
}

FIELDS_PMA = {
    "PMANUMBER": "pma_number", "SUPPLEMENTNUMBER": "supplement_number", "APPLICANT": "applicant",
    "STREET_1": "street_1", "STREET_2": "street_2", "CITY": "city", "STATE": "state", "ZIP": "zip",
    "ZIP_EXT": "zip_ext", "GENERICNAME": "generic_name", "TRADENAME": "trade_name",
    "PRODUCTCODE": "product_code", "ADVISORYCOMMITTEE": "advisory_committee",
    "SUPPLEMENTTYPE": "supplement_type", "SUPPLEMENTREASON": "supplement_reason",
    "REVIEWGRANTEDYN": "expedited_review_flag", "DATERECEIVED": "date_received",
    "DECISIONDATE": "decision_date", "DOCKETNUMBER": "docket_number",
    "FEDREGNOTICEDATE": "fed_reg_notice_date", "DECISIONCODE": "decision_code", "AOSTATEMENT": "ao_statement",
}
PMA_DATES = ("date_received", "decision_date", "fed_reg_notice_date")


def iso_date(text):
    """MM/DD/YYYY as YYYY-MM-DD; anything else as it is, as openFDA's own loader does."""
    found = re.fullmatch(r"(\d{2})/(\d{2})/(\d{4})", text)
    return f"{found[3]}-{found[1]}-{found[2]}" if found else text


def rows_510k(lines):
    for source in csv.DictReader(lines):
        named = {SHORT_NAMES_510K.get(name, name): value or "" for name, value in source.items()}
        row = {name: named.get(name, "") for name in FIELDS_510K}
        row["date_received"] = iso_date(row["date_received"])
        row["decision_date"] = iso_date(row["decision_date"])
        yield row


def rows_pma(lines):
    header = next(lines).rstrip("\r\n").split("|")
    for line in lines:
        row = dict(zip((FIELDS_PMA[name] for name in header), line.rstrip("\r\n").split("|")))
        for name in PMA_DATES:
            row[name] = iso_date(row.get(name, ""))
            if not row[name]:
                del row[name]
        yield row


def openfda_like_the_real_ones(number):
    """Some 7 KB of the numbers of everyone who has the product code."""
    return {
        "registration_number": ["" if not i else f"{3000000000 + number * 131 + i * 7919}" for i in range(140)],
        "fei_number": ["" if not i else f"{3010000000 + number * 137 + i * 6011}" for i in range(140)],
        "device_name": "Invented Device, Name Of Its Product Code",
        "medical_specialty_description": "General, Plastic Surgery",
        "regulation_number": "878.4400",
        "device_class": "2",
    }


def open_text(path):
    raw = gzip.open(path, "rb") if path.endswith(".gz") else open(path, "rb")
    with raw:
        data = raw.read()
    try:
        return io.StringIO(data.decode("utf-8-sig"), newline="")
    except UnicodeDecodeError:
        return io.StringIO(data.decode("iso-8859-1"), newline="")  # openFDA's own mistake, hence the C1 characters


def write_envelope(rows, total, as_of, out):
    meta = {
        "disclaimer": "Do not rely on openFDA to make decisions regarding medical care.",
        "terms": "https://open.fda.gov/terms/",
        "license": "https://open.fda.gov/license/",
        "last_updated": as_of,
        "results": {"skip": 0, "limit": len(rows), "total": len(rows) if total is None else total},
    }
    json.dump({"meta": meta, "results": rows}, out, indent=2, ensure_ascii=False)
    out.write("\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", action="store_true", help="one row a line instead of the whole answer")
    parser.add_argument("--openfda", action="store_true", help="with a large openfda object in each row")
    parser.add_argument("--total", type=int, help="meta.results.total (default: the rows that there are)")
    parser.add_argument("--as-of", default="2026-01-12", help="meta.last_updated")
    parser.add_argument("kind", choices=("510k", "pma"))
    parser.add_argument("file")
    arguments = parser.parse_args()
    sys.stdout.reconfigure(encoding="utf-8")
    lines = open_text(arguments.file)
    rows = list(rows_510k(lines) if arguments.kind == "510k" else rows_pma(lines))
    for number, row in enumerate(rows):
        row["openfda"] = openfda_like_the_real_ones(number) if arguments.openfda else {}
    if arguments.rows:
        for row in rows:
            print(json.dumps(row, ensure_ascii=False))
    else:
        write_envelope(rows, arguments.total, arguments.as_of, sys.stdout)


if __name__ == "__main__":
    main()
