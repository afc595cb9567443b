#!/usr/bin/python3
"""The publishing child: everything from nothing, and again after one case has changed.

M13_BENCH_CASES cases (50,000): those of a small load, copied under other numbers until there are so many.
"""
import contextlib
import os
import sqlite3

import invented
from measuring import BUILD, NOW_SECONDS, PATH_510K, Cost, Register, figure, give_feed, heading, house_with

CASES = int(os.environ.get("M13_BENCH_CASES", 50000))
ROWS = 10000

COPY = """
INSERT INTO approval (id, authority, number, feed, first_seen_at, first_poll)
    SELECT id + :copy * 1000000, authority, number || '-' || :copy, feed, first_seen_at, first_poll
    FROM approval WHERE id IN (SELECT approval FROM case_file WHERE id <= :cases);
INSERT INTO approval_version
    SELECT approval + :copy * 1000000, version, seq_from, seq_to, payload, row, content, maker, route, status, holder, device,
        product_code, parent, decision_first, decision_last, record
    FROM approval_version WHERE approval IN (SELECT approval FROM case_file WHERE id <= :cases);
INSERT INTO case_file
    SELECT id + :copy * :cases, printf('M13-2026-%05d', id + :copy * :cases), policy, authority, number || '-' || :copy, item,
        approval + :copy * 1000000, opened_at, opened_seq, stage, stage_since
    FROM case_file WHERE id <= :cases;
INSERT INTO case_version
    SELECT case_file + :copy * :cases, version, seq_from, seq_to, at, uscc, product_id, verdict, review_kind, amount_state, award,
        missing, next_action, facts_hash, parameters_hash, facts, trace
    FROM case_version WHERE case_file <= :cases
"""
CHANGE = """
INSERT INTO case_version
    SELECT case_file, version + 1, seq_from + 1, NULL, at, uscc, product_id, 'excluded', review_kind, amount_state, award, missing,
        next_action, facts_hash, parameters_hash, facts, trace
    FROM case_version WHERE case_file = :case AND seq_to IS NULL;
UPDATE case_version SET seq_to = seq_from + 1
    WHERE case_file = :case AND seq_to IS NULL
        AND version < (SELECT max(version) FROM case_version WHERE case_file = :case)
"""


def write(house, script, rounds):
    database = sqlite3.connect(house.state / "m13d.db")
    with database:
        for values in rounds:
            for statement in script.split(";"):
                database.execute(statement, values)
    database.close()


def publish(house):
    return Cost([BUILD / "m13d", "--child", "publish", house.state, NOW_SECONDS * 1000])


def main():
    firms = invented.firms(400)
    rows, _ = invented.rows(ROWS, firms)
    with house_with(invented.firms_table(firms)) as house:
        invented.write_register(house.folder / "rows.ndjson", rows)
        register = Register(house.folder, {PATH_510K: house.folder / "rows.ndjson"}, etag=False)
        give_feed(house, register.url)
        house.once("--all")
        register.close()
        cases = house.rows("SELECT count(*) FROM case_file")[0][0]
        write(house, COPY, ({"copy": copy, "cases": cases} for copy in range(1, CASES // cases + 1)))
        heading(f"publication of {house.rows('SELECT count(*) FROM case_file')[0][0]} cases")

        published = house.state / "published" / "m13.db"
        published.unlink()
        figure("publish: everything, from nothing", publish(house).seconds, "s")
        write(house, CHANGE, [{"case": 7}])
        cost = publish(house)
        with contextlib.closing(house.database("published/m13.db")) as database:
            changed = database.execute("SELECT verdict FROM bi_case WHERE rowid = 7").fetchone()
        if changed != ("excluded",):
            raise AssertionError("the changed case is not published")
        figure("publish: after one changed case", cost.seconds, "s", 1)
        figure("publish: peak memory", cost.peak, "MiB")
        figure("publish: size of the file", published.stat().st_size / 1e6, "MB", 40)


main()
