#!/usr/bin/python3
"""What the daemon holds and does when there is nothing to do: after 10,000 firms and a first load.

M13_BENCH_FIRMS firms (10,000); M13_BENCH_QUIET seconds (330) until it is looked at: the daemon gives memory back in a quiet
minute, which it looks for every five.
"""
import os
import pathlib
import re
import time

import invented
from measuring import FEED_510K, PATH_510K, House, Register, figure, give_feed, heading, peak_of, wait_for

FIRMS = int(os.environ.get("M13_BENCH_FIRMS", 10000))
QUIET_SECONDS = int(os.environ.get("M13_BENCH_QUIET", 330))
ROWS, LOOK_SECONDS = 20000, 20
# Timers that may be due in the time: the inbox is looked at every minute, the quiet looked for every five.
TIMERS = 2


def proportional_mib(pid):
    told = pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text()
    return int(re.search(r"^Pss:\s+(\d+)", told, re.MULTILINE)[1]) / 1024


def wake_ups(pid):
    """Times that the process has slept so far."""
    told = pathlib.Path(f"/proc/{pid}/status").read_text()
    return int(re.search(r"^voluntary_ctxt_switches:\s+(\d+)", told, re.MULTILINE)[1])


def main():
    firms = invented.firms(FIRMS)
    rows, _ = invented.rows(ROWS, firms)
    heading(f"daemon at rest with {FIRMS} firms and {ROWS} approvals")
    with House(feeds=()) as house:
        invented.write_register(house.folder / "rows.ndjson", rows)
        register = Register(house.folder, {PATH_510K: house.folder / "rows.ndjson"}, etag=False)
        house.put("firms.csv", invented.firms_table(firms))
        give_feed(house, register.url)
        with house.daemon(wait=60) as daemon:
            house.ctl("poll", FEED_510K)
            wait_for(lambda: house.rows("SELECT (SELECT count(*) FROM poll WHERE state = 'applied') > 0 AND "
                                        "(SELECT count(*) FROM work) = 0 AND (SELECT count(*) FROM local_file) > 0")[0][0],
                     600, "everything is applied and decided")
            time.sleep(15)  # the publication that is still under way
            figure("at rest: memory right after the load (PSS)", proportional_mib(daemon.pid), "MiB")
            time.sleep(QUIET_SECONDS)
            before = wake_ups(daemon.pid)
            time.sleep(LOOK_SECONDS)
            figure(f"at rest: wake-ups in {LOOK_SECONDS} s", wake_ups(daemon.pid) - before, "", TIMERS)
            figure("at rest: memory after the quiet minute (PSS)", proportional_mib(daemon.pid), "MiB", 64)
            figure("at rest: highest memory so far", peak_of(daemon.pid), "MiB")
        register.close()


main()
