"""A house with as many cases as a measurement needs: those of a small load, copied under other numbers."""
import contextlib
import sqlite3

import invented
from measuring import PATH_510K, Register, give_feed, house_with

FIRMS, ROWS, MATCHED = 2000, 10000, 500

# What a copy has of its own, by table and column; every other column is the original's.
OWN = {
    "approval": ({"id": "id + :copy * 1000000", "number": ":copy || number"},
                 "id IN (SELECT approval FROM case_file WHERE id <= :taken)"),
    "approval_version": ({"approval": "approval + :copy * 1000000",
                          "record": "replace(record, '\"number\":\"', '\"number\":\"' || :copy)"},
                         "approval IN (SELECT approval FROM case_file WHERE id <= :taken)"),
    "case_file": ({"id": "id + :copy * :cases", "case_id": "printf('M13-2026-%05d', id + :copy * :cases)",
                   "number": ":copy || number", "approval": "approval + :copy * 1000000"}, "id <= :taken"),
    "case_version": ({"case_file": "case_file + :copy * :cases"}, "case_file <= :taken"),
    "case_event": ({"id": "id + :copy * 1000000", "case_file": "case_file + :copy * :cases"}, "case_file <= :taken"),
}


def copies(house):
    """The statements that copy the first cases, with their approvals."""
    database = sqlite3.connect(house.state / "m13d.db")
    for table, (own, which) in OWN.items():
        columns = [row[1] for row in database.execute(f"PRAGMA table_info({table})")]
        values = ", ".join(own.get(column, column) for column in columns)
        yield f"INSERT INTO {table} ({', '.join(columns)}) SELECT {values} FROM {table} WHERE {which}"
    database.close()


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
        write(house, ";".join(copies(house)), ({"copy": copy, "cases": cases, "taken": min(cases, count - copy * cases)}
                            for copy in range(1, -(-count // cases))))
        yield house
