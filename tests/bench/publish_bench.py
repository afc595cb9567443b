#!/usr/bin/python3
"""The publishing child: everything from nothing, again after one case has changed, and after an approval has besides.

M13_BENCH_CASES cases (50,000).
"""
import contextlib
import os

from many_cases import house_with_cases, write
from measuring import BUILD, NOW_SECONDS, Cost, figure, heading

CASES = int(os.environ.get("M13_BENCH_CASES", 50000))

CHANGE = """
INSERT INTO case_version (case_file, version, seq_from, seq_to, at, uscc, product_id, verdict, review_kind, amount_state, award,
        missing, next_action, facts_hash, parameters_hash, trace_hash, facts, trace)
    SELECT case_file, version + 1, seq_from + 1, NULL, at, uscc, product_id, 'excluded', review_kind, amount_state, award, missing,
        next_action, facts_hash, parameters_hash, trace_hash, facts, trace
    FROM case_version WHERE case_file = :case AND seq_to IS NULL;
UPDATE case_version SET seq_to = seq_from + 1
    WHERE case_file = :case AND seq_to IS NULL
        AND version < (SELECT max(version) FROM case_version WHERE case_file = :case)
"""

# What of cases is copied rests on approvals that have not changed: now one is listed no more.
GONE = "UPDATE approval SET gone_at = 1 WHERE id = (SELECT approval FROM case_file WHERE id = :case)"


def publish(house):
    return Cost([BUILD / "m13d", "--child", "publish", house.state, NOW_SECONDS * 1000])


def main():
    with house_with_cases(CASES) as house:
        heading(f"publication of {house.rows('SELECT count(*) FROM case_file')[0][0]} cases")
        published = house.state / "published" / "m13.db"
        published.unlink()
        figure("publish: everything, from nothing", publish(house).seconds, "s")
        write(house, CHANGE, [{"case": 7}])
        cost = publish(house)
        with contextlib.closing(house.database("published/m13.db")) as database:
            changed = database.execute("SELECT verdict FROM bi_case WHERE case_id = 'M13-2026-00007'").fetchone()
        if changed != ("excluded",):
            raise AssertionError("the changed case is not published")
        figure("publish: after one changed case", cost.seconds, "s", 1)
        figure("publish: CPU of it", cost.cpu, "s")
        figure("publish: peak memory", cost.peak, "MiB")
        figure("publish: size of the file", published.stat().st_size / 1e6, "MB", 40)
        write(house, GONE, [{"case": 8}])
        cost = publish(house)
        figure("publish: after a changed approval", cost.seconds, "s")
        figure("publish: CPU of it", cost.cpu, "s")


main()
