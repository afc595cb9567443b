"""A month of all registers in virtual time: how the database and the evidence grow, how many requests are made.

    month_bench.py [--scale 0.1] [--days 30]

Registers as tests/support/registers.py invents them: in a month each 500th row goes, each 200th changes, one in 300 is new, a
thirtieth of it each day. ANVISA's file and TGA's entries carry a stamp that moves each day.
"""
import argparse
import datetime
import os
import pathlib
import sys
import time

sys.path += [str(pathlib.Path(__file__).resolve().parents[1] / name) for name in ("system", "support")]
from house import House, Register  # noqa: E402
from registers import server_arguments, write_all  # noqa: E402

FEEDS = ("eudamed-actors", "eudamed-certificates", "eudamed-certificate-details", "eudamed-devices", "tga-artg", "anvisa-products",
         "roszdravnadzor-elk", "cdsco-import", "kemenkes-akl", "pmda-certified", "who-ivd", "who-pqs", "fda-510k-weekly")


def size(path):
    return sum(file.stat().st_size for file in pathlib.Path(path).rglob("*") if file.is_file()) / 2**20


def database_size(house):
    return sum(os.path.getsize(house.state / name) for name in ("m13d.db", "m13d.db-wal") if (house.state / name).exists()) / 2**20


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scale", type=float, default=0.1)
    parser.add_argument("--days", type=int, default=30)
    arguments = parser.parse_args()
    with House(feeds=FEEDS) as house:
        folder = house.folder / "registers"
        folder.mkdir()
        write_all(folder, arguments.scale)
        register = Register(house.folder, {}, extra=server_arguments(folder))
        for feed in FEEDS:
            if "enabled = false;" in (house.definitions / f"{feed}.conf").read_text(encoding="utf-8"):
                house.amend(feed, ("enabled = false;", ""))
        house.configure(register.url, FEEDS)
        print(f"all registers at {arguments.scale:g} of their size, {arguments.days} days")
        print("day   database MiB   evidence MiB   versions   requests   seconds")
        first = datetime.datetime.fromisoformat("2026-09-01T23:55:00+08:00")
        asked = 0
        for day in range(arguments.days + 1):
            if day > 0:
                write_all(folder, arguments.scale, day=2 + day % 27, share=day / 30)
                register.reread()
            began = time.monotonic()
            now = (first + datetime.timedelta(days=day)).isoformat()
            house.m13d("once", *(["--all"] if day == 0 else []), "--now", now, check=(0, 3), timeout=3000)
            if day == 0:  # the lists that others wait for
                house.m13d("once", "--all", "--now", now, check=(0, 3), timeout=3000)
            versions = house.rows("SELECT count(*) FROM approval_version")[0][0]
            requests = len(register.requests())
            if day < 3 or day % 5 == 0:
                print(f"{day:3} {database_size(house):14.1f} {size(house.state / 'evidence'):14.1f} {versions:10} {requests - asked:10} "
                      f"{time.monotonic() - began:9.1f}", flush=True)
            asked = requests
        register.close()


if __name__ == "__main__":
    main()
