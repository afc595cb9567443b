#!/usr/bin/python3
"""The sandboxed decoder alone, by hand: `m13d decode` on one file, as openFDA serves rows and slim; and its peak memory on
a payload of 10 MB and on one of M13_BENCH_PAYLOAD_MB (500).
"""
import os
import pathlib
import tempfile

import invented
from measuring import BUILD, FEED_510K, Cost, House, figure, give_feed, heading

ROWS = int(os.environ.get("M13_BENCH_ROWS", 20000))
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


main()
