#!/usr/bin/python3
"""A first load of FDA's clearances from a server on this machine into the database: fetch, evidence, decode, stage, apply,
match, decide, publish. Beside it in the same run, on the same rows, jq and sqlite3's .import.

M13_BENCH_ROWS rows (20,000), of the size that openFDA serves and slim; M13_BENCH_FIRMS firms (400).
"""
import contextlib
import csv
import os
import pathlib
import subprocess
import tempfile

import invented
from measuring import (BUILD, NOW, PATH_510K, Cost, Register, beside, fetch_pages, figure, give_feed,
                       heading, house_with, peak_of)

ROWS = int(os.environ.get("M13_BENCH_ROWS", 20000))
FIRMS = int(os.environ.get("M13_BENCH_FIRMS", 400))

# What .import fills: the same rows under the indexes that an approval and its version have.
TABLE = """
CREATE TABLE approval ({columns}, UNIQUE (authority, k_number));
CREATE INDEX decided ON approval (decision_date);
CREATE INDEX maker ON approval (applicant);
CREATE UNIQUE INDEX version ON approval (k_number, authority);
"""


def ingest(name, file, folder, firms):
    """Seconds of the whole; the pages stay in `folder`."""
    with house_with(invented.firms_table(firms)) as house:
        register = Register(house.folder, {PATH_510K: file}, etag=False)
        pages = fetch_pages(register.url, folder)
        give_feed(house, register.url)
        peak = [0]

        def look():
            for child in pathlib.Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children").read_text().split():
                for daemon in pathlib.Path(f"/proc/{child}/task/{child}/children").read_text().split():
                    peak[0] = max(peak[0], peak_of(daemon))

        def watch():
            with contextlib.suppress(OSError):
                look()

        with beside(watch, 0.05):
            cost = Cost([BUILD / "m13d", "-c", house.config, "once", "--all", "--now", NOW], stderr=subprocess.DEVNULL)
        register.close()
        approvals = house.rows("SELECT count(*) FROM approval")[0][0]
        if approvals != ROWS:
            raise AssertionError(f"{approvals} approvals of {ROWS}; {house.feed()}")
        cases = house.rows("SELECT count(*) FROM case_file")[0][0]
        matched, makers = house.rows("SELECT sum(band <> 'none'), count(*) FROM match WHERE seq_to IS NULL")[0]
    print(f"   {approvals} approvals, {makers} makers of which {matched} are {len(firms)} firms', {cases} cases; "
          f"{cost.cpu:.2f} s CPU in {cost.seconds:.2f} s")
    figure(f"ingest {name}: end to end", ROWS / cost.seconds, "records/s", 8000, most=False)
    figure(f"ingest {name}: for each second of CPU", ROWS / cost.cpu, "records")
    figure(f"ingest {name}: peak memory of the daemon", peak[0], "MiB")
    figure(f"ingest {name}: peak of the largest child", cost.peak, "MiB")
    return cost, pages


def beside_jq(name, ours, pages):
    jq = Cost(["jq", "-c", ".results[]", *pages])
    figure(f"jq -c '.results[]' on the same pages, {name}", ROWS / jq.seconds, "records/s")
    limit = 3 if name == "fat" else None
    figure(f"ingest {name}: speed beside jq", jq.seconds / ours.seconds, "times", limit, most=False)
    figure(f"ingest {name}: CPU of jq beside ours", jq.cpu / ours.cpu, "times")


def beside_import(ours, rows, folder):
    columns = [key for key in rows[0] if key != "openfda"]
    with open(folder / "rows.csv", "w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerows([*(row[key] for key in columns), "FDA"] for row in rows)
    script = folder / "import.sql"
    script.write_text(TABLE.format(columns=", ".join(f"{column} TEXT" for column in [*columns, "authority"]))
                      + f".mode csv\n.import {folder}/rows.csv approval\n")
    load = Cost(["sqlite3", folder / "import.db", f".read {script}"])
    figure("sqlite3 .import of the slim rows", ROWS / load.seconds, "records/s")
    figure("ingest slim: time beside .import", ours.seconds / load.seconds, "times", 15)


def main():
    firms = invented.firms(FIRMS)
    rows, codes = invented.rows(ROWS, firms)
    heading(f"ingest of {ROWS} rows, {FIRMS} firms")
    with tempfile.TemporaryDirectory(prefix="m13-bench-") as folder:
        for name in ("fat", "slim"):
            room = pathlib.Path(folder) / name
            room.mkdir()
            invented.write_register(room / "register.ndjson", rows, codes if name == "fat" else None)
            cost, pages = ingest(name, room / "register.ndjson", room, firms)
            beside_jq(name, cost, pages)
        beside_import(cost, rows, room)


main()
