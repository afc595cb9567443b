"""A house with as many cases as a measurement needs: those of a small load, copied under other numbers."""
import contextlib
import sqlite3

import invented
from measuring import PATH_510K, Register, give_feed, house_with

FIRMS, ROWS, MATCHED = 2000, 10000, 500

COPY = """
INSERT INTO approval (id, authority, number, feed, first_seen_at, first_poll)
    SELECT id + :copy * 1000000, authority, :copy || number, feed, first_seen_at, first_poll
    FROM approval WHERE id IN (SELECT approval FROM case_file WHERE id <= :taken);
INSERT INTO approval_version
    SELECT approval + :copy * 1000000, version, seq_from, seq_to, payload, row, content, maker, route, status, holder, device,
        product_code, parent, decision_first, decision_last, replace(record, '"number":"', '"number":"' || :copy)
    FROM approval_version WHERE approval IN (SELECT approval FROM case_file WHERE id <= :taken);
INSERT INTO case_file
    SELECT id + :copy * :cases, printf('M13-2026-%05d', id + :copy * :cases), policy, authority, :copy || number, item,
        approval + :copy * 1000000, opened_at, opened_seq, stage, stage_since
    FROM case_file WHERE id <= :taken;
INSERT INTO case_version
    SELECT case_file + :copy * :cases, version, seq_from, seq_to, at, uscc, product_id, verdict, review_kind, amount_state, award,
        missing, next_action, facts_hash, parameters_hash, trace_hash, facts, trace
    FROM case_version WHERE case_file <= :taken
"""


def write(house, script, rounds):
    """The statements of a script, for each round's values, into the database of a house where nobody is at home."""
    database = sqlite3.connect(house.state / "m13d.db")
    with database:
        for values in rounds:
            for statement in script.split(";"):
                database.execute(statement, values)
    database.close()


@contextlib.contextmanager
def house_with_cases(count):
    """So many cases of some 1,100 firms."""
    firms = invented.firms(FIRMS)
    rows, _ = invented.rows(ROWS, firms, MATCHED)
    with house_with(invented.firms_table(firms)) as house:
        invented.write_register(house.folder / "rows.ndjson", rows)
        register = Register(house.folder, {PATH_510K: house.folder / "rows.ndjson"}, etag=False)
        give_feed(house, register.url)
        house.once("--all")
        register.close()
        cases = house.rows("SELECT count(*) FROM case_file")[0][0]
        write(house, COPY, ({"copy": copy, "cases": cases, "taken": min(cases, count - copy * cases)}
                            for copy in range(1, -(-count // cases))))
        yield house
