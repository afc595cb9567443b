#!/usr/bin/python3
"""How long a turn of the running daemon's loop keeps others waiting during a first load, with what the disk takes to keep
a page, measured beside it in the same seconds. The stall's limit holds where the disk's p99 is at most 5 ms.

M13_BENCH_ROWS rows (20,000), of the size that openFDA serves; 400 firms.
"""
import os

import invented
from measuring import FEED_510K, PATH_510K, Disk, House, Register, beside, figure, give_feed, heading, wait_for

ROWS = int(os.environ.get("M13_BENCH_ROWS", 20000))
FSYNC_P99_MS = 5


def done(house):
    applied = house.rows("SELECT count(*) FROM poll WHERE state = 'applied'")[0][0]
    return applied and house.rows("SELECT count(*) FROM work")[0][0] == 0


def main():
    firms = invented.firms(400)
    rows, codes = invented.rows(ROWS, firms)
    heading(f"loop of a daemon that ingests {ROWS} rows")
    with House(feeds=()) as house:
        invented.write_register(house.folder / "rows.ndjson", rows, codes)
        register = Register(house.folder, {PATH_510K: house.folder / "rows.ndjson"}, etag=False)
        house.put("firms.csv", invented.firms_table(firms))
        give_feed(house, register.url)
        disk = Disk(house.state)
        with house.daemon(wait=60), beside(disk.probe, 0.02):
            house.ctl("poll", FEED_510K)
            wait_for(lambda: done(house), 600, "everything is applied and decided")
            status = house.ctl("status")[0]
        register.close()
    fsync = disk.percentile(99)
    figure("disk: fsync of one page, p99", fsync, "ms", FSYNC_P99_MS)
    figure("disk: fsync of one page, longest", max(disk.took), "ms")
    figure("loop: turns", status["loop_turns"], "")
    figure("loop: stall, median", status["stall_p50_us"] / 1000, "ms")
    figure("loop: stall, p99", status["stall_p99_us"] / 1000, "ms", 50)
    figure("loop: stall, longest", status["stall_max_us"] / 1000, "ms", 100)
    if fsync > FSYNC_P99_MS:
        print("   this disk is slower than the stall's limits are meant for")


main()
