#!/usr/bin/python3
"""The sandboxed decoder alone, by hand: `m13d decode` on one file, as openFDA serves rows and slim; its peak memory on
a payload of 10 MB and on one of M13_BENCH_PAYLOAD_MB (500); and whole registers of each format at their real size
(M13_BENCH_SHARE of it, 1), beside the other way that Debian has for each.
"""
import os
import pathlib
import shutil
import tempfile

import invented
import invented_tables
from measuring import BUILD, FEED_510K, Cost, House, figure, give_feed, heading

ROWS = int(os.environ.get("M13_BENCH_ROWS", 20000))
SHARE = float(os.environ.get("M13_BENCH_SHARE", 1))
PAYLOAD_MB = int(os.environ.get("M13_BENCH_PAYLOAD_MB", 500))
HEAD = '{\n  "meta": {"last_updated": "2026-01-12", "results": {"skip": 0, "limit": 1000, "total": 20000}},\n  "results": [\n'


def write_payload(file, register, megabytes=None):
    """One document of the register's rows, or of so many MB of them, over and over."""
    most = megabytes * 1000000 if megabytes else None
    with open(file, "w", encoding="utf-8") as out:
        out.write(HEAD)
        first = True
        while first or (most and out.tell() < most):
            with open(register, encoding="utf-8") as rows:
                for row in rows:
                    if most and out.tell() >= most:
                        break
                    out.write(("" if first else ",\n") + "    " + row.rstrip("\n"))
                    first = False
        out.write("\n  ]\n}\n")


def decode(house, file):
    return Cost([BUILD / "m13d", "-c", house.config, "decode", FEED_510K, file])


DEFINITION = """
authority = "FDA"; routes = ["510k"];
title  = {{ zh = "测试"; en = "test"; }}; covers = {{ zh = "全部"; en = "all"; }}; limits = {{ zh = "无"; en = "none"; }};
request  = {{ base = "https://register.example"; poll = {{ path = "/rows"; }}; }};
schedule = {{ every = "1d"; }};
expect   = {{ completeness = "register"; fresh = "3d"; maximum-bytes = "1G"; }};
format   = {{ {form} }};
fields   = {{ {fields} }};
"""

# Name, how it is made, rows, format, fields, and the other ways: the same columns out of it, as a shell command.
REGISTERS = (
    ("CSV (ANVISA)", invented_tables.anvisa, 180000, 'kind = "csv"; separator = ";"; quote = "none"; charset = "windows-1252";',
     'number = "NUMERO_REGISTRO_CADASTRO"; holder = "DETENTOR_REGISTRO_CADASTRO"; manufacturer = "NOME_FABRICANTE"; '
     'decision_date = { from = "DT_PUB_REGISTRO_CADASTRO"; forms = ["eu"]; }; route = "CLASSE_RISCO"; '
     'status = "VALIDADE_REGISTRO_CADASTRO"; device = "NOME_COMERCIAL";',
     (("mlr", "iconv -f cp1252 -t utf-8 {file} | mlr --icsvlite --quote-original --ifs ';' --ojson cut -f NUMERO_REGISTRO_CADASTRO,"
       "NOME_FABRICANTE,DT_PUB_REGISTRO_CADASTRO,NOME_COMERCIAL,VALIDADE_REGISTRO_CADASTRO"),
      ("csvcut", "csvcut -e cp1252 -d ';' -u 3 -c NUMERO_REGISTRO_CADASTRO,NOME_FABRICANTE,DT_PUB_REGISTRO_CADASTRO,NOME_COMERCIAL,"
       "VALIDADE_REGISTRO_CADASTRO {file}"))),
    ("XLSX (PMDA)", invented_tables.pmda, 26000, 'kind = "xlsx";',
     'number = "認証番号"; holder = "認証取得者*"; route = "分類"; status = "法人番号#2"; device = "一般的名称"; brand = "販売名"; '
     'decision_date = { from = "認証年月日"; forms = ["ja"]; };',
     (("xlsx2csv", "xlsx2csv {file}"),)),
    ("zip of pipes (FDA)", invented_tables.pmn, 100000, 'container = "zip"; member = "*.txt"; kind = "csv"; separator = "|"; '
     'quote = "none"; charset = "windows-1252";',
     'number = "KNUMBER"; holder = "APPLICANT"; decision_date = { from = "DECISIONDATE"; forms = ["us"]; }; route = "TYPE"; '
     'status = "DECISION"; device = "DEVICENAME";',
     (("mlr", "unzip -p {file} | iconv -f cp1252 -t utf-8 | mlr --icsvlite --quote-original --ifs '|' --ojson cut -f KNUMBER,APPLICANT,"
       "DECISIONDATE,TYPE,DECISION,DEVICENAME"),)),
    ("JSON (CDSCO)", invented_tables.cdsco, 105000, 'kind = "json"; rows = "data"; charset = "utf-8";',
     'number = "licence_no"; holder = "agent"; manufacturer = "manufacturer"; route = "class"; status = "status"; '
     'device = "device"; decision_date = { from = "licence_date"; forms = ["iso"]; };',
     (("jq", "jq -c '.data[] | {{licence_no, licence_date, device, manufacturer, class, status}}' {file}"),)),
    ("XML (RSS)", invented_tables.news, 100000, 'kind = "xml"; rows = "/rss/channel/item"; charset = "utf-8";',
     'number = "guid"; holder = "author"; device = "title"; route = "category"; status = "category"; '
     'decision_date = { from = "pubDate"; forms = ["iso"]; };',
     (("xmllint", "xmllint --xpath '//item/guid | //item/author | //item/title | //item/pubDate' {file}"),)),
    ("HTML (cancellations)", invented_tables.page, 10000, 'kind = "html"; rows = "//table//tr[td]"; charset = "utf-8";',
     'number = "td[3]"; holder = "td[1]"; device = "td[2]"; route = "td[4]"; status = "td[4]"; '
     'decision_date = { from = "td[5]"; forms = ["eu"]; };',
     (("xmllint", "xmllint --html --xpath '//table//tr[td]' {file}"),)),
)


def measure_register(house, file, name, rows, form, fields, others):
    text = DEFINITION.format(form=form, fields=fields)
    (house.definitions / "register.conf").write_text(text, encoding="utf-8")
    cost = Cost([BUILD / "m13d", "-c", house.config, "decode", "register", file])
    figure(f"decode {name}, {file.stat().st_size / 1e6:.0f} MB", rows / cost.seconds, "rows/s")
    figure(f"decode {name}: peak memory", cost.peak, "MiB", 64)
    for other, command in others:
        if shutil.which(other) is None:
            print(f"   {other} is not installed", flush=True)
            continue
        cost = Cost(["sh", "-c", command.format(file=file)])
        figure(f"   beside it {other}", rows / cost.seconds, "rows/s")
        figure(f"   {other}: peak memory", cost.peak, "MiB")


def measure_registers(folder):
    heading("whole registers, each one payload")
    with House(feeds=()) as house:
        for name, make, rows, form, fields, others in REGISTERS:
            file = folder / "register"
            make(file, int(rows * SHARE))
            measure_register(house, file, name, int(rows * SHARE), form, fields, others)
            file.unlink()


def main():
    firms = invented.firms(400)
    rows, codes = invented.rows(ROWS, firms)
    heading(f"decode of {ROWS} rows in one file")
    with tempfile.TemporaryDirectory(prefix="m13-bench-") as folder, House(feeds=()) as house:
        folder = pathlib.Path(folder)
        give_feed(house, "http://127.0.0.1:9")
        house.amend(FEED_510K, ('maximum-bytes  = "64M"', 'maximum-bytes  = "2G"'))
        payload = folder / "payload.json"
        for name in ("slim", "fat"):
            register = folder / f"{name}.ndjson"
            invented.write_register(register, rows, codes if name == "fat" else None)
            write_payload(payload, register)
            cost = decode(house, payload)
            figure(f"decode {name}", ROWS / cost.seconds, "records/s")
            figure(f"decode {name}: for each second of CPU", payload.stat().st_size / 1e6 / cost.cpu, "MB")
        for megabytes in (10, PAYLOAD_MB):
            write_payload(payload, register, megabytes)
            cost = decode(house, payload)
            figure(f"decode: peak memory, {megabytes} MB in one payload", cost.peak, "MiB", 64)
        payload.unlink()
        measure_registers(folder)


main()
