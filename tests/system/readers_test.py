#!/usr/bin/python3
"""Whoever reads while m13d writes: never an error, never half of anything."""
import datetime
import json
import multiprocessing
import sqlite3
import subprocess
import sys
import time
import unittest

from house import BUILD, FEED_510K, House, Register, wait_for, write_rows
from demo_records import CODE, FIRMS, clearance

PATH = "/device/510k.json"
ROUNDS = 6
MAKERS = {"CHEN": "Beijing Chenlan Medical Technology Co., Ltd.", "SIZH": "Beijing Sizhuo Imaging Equipment Co., Ltd.",
          "QIFA": "Qifan Biotech (Beijing) Co., Ltd."}
FOREIGN = "Northwind Instruments LLC"


def rows_of_the_register(count, generation=0):
    rows, today = [], datetime.date.today()  # the daemon runs in real time: all lie in the window of its polls
    for n in range(count):
        maker = list(MAKERS.values())[n % 3] if n % 10 == 0 else f"{FOREIGN} {n % 50}"
        rows.append(clearance(f"K26{10000 + n}", maker, "Beijing" if n % 10 == 0 else "Boston", "CN" if n % 10 == 0 else "US",
                              "100094", str(today - datetime.timedelta(n % 60)), "2025-12-05",
                              f"Probe {n} {'' if n % 3 else generation}", "DSH"))
    return rows


def firms_table(keys):
    names = {key: (zh, en, district) for key, _, _, zh, en, district, *_ in FIRMS}
    return "uscc,name_zh,name_en,district\n" + "".join(
        f'{CODE[key]},{names[key][0]},"{names[key][1]}",{names[key][2]}\n' for key in keys)


# --- readers, each in a process of its own; what they find wrong comes back as text ---------------------------------------


def look_at(database, seen):
    """One reading, as a dashboard does it; raises on anything that is not whole."""
    database.execute("BEGIN")
    meta = dict(database.execute("SELECT name, value FROM bi_meta"))
    [(cases, firms, verdicts)] = database.execute("SELECT count(*), count(nullif(firm_name, '')), count(nullif(verdict, '')) "
                                                  "FROM bi_case")
    assert int(meta["cases"]) == cases == firms == verdicts, (meta, cases, firms, verdicts)
    [(orphans,)] = database.execute("SELECT count(*) FROM bi_case_rule WHERE case_id NOT IN (SELECT case_id FROM bi_case)")
    assert orphans == 0, orphans
    [(without,)] = database.execute("SELECT count(*) FROM bi_case WHERE verdict = 'pending' AND case_id NOT IN "
                                    "(SELECT case_id FROM bi_case_rule WHERE outcome = 'missing')")
    assert without == 0, without
    [(unknown,)] = database.execute("SELECT count(*) FROM bi_case c WHERE NOT EXISTS "
                                    "(SELECT 1 FROM bi_label l WHERE l.kind = 'verdict' AND l.code = c.verdict)")
    assert unknown == 0, unknown
    for name in ("journal_entries", "cases", "approvals"):
        assert int(meta[name]) >= seen.get(name, 0), (name, meta[name], seen)
        seen[name] = int(meta[name])
    database.execute("ROLLBACK")
    return meta["published_at"], cases


def read_again_and_again(path, stop, answer):
    """Opens the published file anew each time, without a pause."""
    seen, readings, versions = {}, 0, set()
    try:
        while not stop.is_set():
            database = sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=0, isolation_level=None)
            versions.add(look_at(database, seen))
            if readings % 50 == 0:
                assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            database.close()
            readings += 1
        answer.put((readings, len(versions), ""))
    except Exception as problem:  # whatever it is, the test must hear of it
        answer.put((readings, len(versions), repr(problem)))


def hold_open(path, stop, answer):
    """Keeps its connection: goes on seeing the file that it has opened, whole."""
    readings, versions = 0, set()
    try:
        database = sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=0, isolation_level=None)
        while not stop.is_set():
            versions.add(look_at(database, {}))
            readings += 1
            time.sleep(0.01)
        answer.put((readings, len(versions), ""))
    except Exception as problem:
        answer.put((readings, len(versions), repr(problem)))


def ask_m13ctl(config, stop, answer):
    """The reading verbs, over the working database."""
    readings, cases = 0, 0
    verbs = [["status"], ["feeds"], ["cases"], ["seen", "K2610000"], ["seen", "Beijing Chenlan*"], ["cases", "--verdict", "review"], ["verify"]]
    try:
        while not stop.is_set():
            verb = verbs[readings % len(verbs)]
            done = subprocess.run([str(BUILD / "m13ctl"), "-c", str(config), "--json", *verb], stdout=subprocess.PIPE,
                                  stderr=subprocess.PIPE, text=True, timeout=30)
            allowed = (0, 65) if verb[0] == "seen" else (0,)
            assert done.returncode in allowed and not done.stderr, (verb, done.returncode, done.stderr)
            lines = [json.loads(line) for line in done.stdout.splitlines()]
            if verb == ["cases"]:
                assert len(lines) >= cases, (len(lines), cases)
                cases = len(lines)
                if lines:
                    explained = subprocess.run([str(BUILD / "m13ctl"), "-c", str(config), "explain", lines[-1]["case_id"]],
                                               stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=30)
                    assert explained.returncode == 0, explained.stderr
            readings += 1
        answer.put((readings, cases, ""))
    except Exception as problem:
        answer.put((readings, cases, repr(problem)))


class Readers(unittest.TestCase):
    @staticmethod
    def has_all_cases(house):
        """A poll that is asked for in the middle of another is that other: asks again until all is there."""
        if len(house.ctl("cases")) == 150 + 10 * (ROUNDS - 1):
            return True
        house.ctl("poll", FEED_510K)
        time.sleep(0.3)
        return False

    @staticmethod
    def has_published_all_cases(house):
        database = house.database("published/m13.db")
        [(count,)] = database.execute("SELECT count(*) FROM bi_case")
        database.close()
        return count == 150 + 10 * (ROUNDS - 1)

    def test_loads_imports_polls_and_publications_disturb_no_reader(self):
        house = House(feeds=(FEED_510K,))
        self.addCleanup(house.__exit__)
        write_rows(house.folder / "rows.ndjson", rows_of_the_register(1500))
        register = Register(house.folder, {PATH: house.folder / "rows.ndjson"})
        self.addCleanup(register.close)
        house.configure(register.url, (FEED_510K,), more='publish-every = "1s";')
        house.amend(FEED_510K, ("limit=1000", "limit=50"), ("a-minute = 60", "a-minute = 6000"), ("a-day = 500", "a-day = 50000"))
        published = house.state / "published" / "m13.db"

        context = multiprocessing.get_context("fork")
        stop = context.Event()
        readers = {}

        def begin(reader, subject):
            answer = context.SimpleQueue()
            process = context.Process(target=reader, args=(subject, stop, answer))
            process.start()
            self.addCleanup(process.kill)
            readers[reader.__name__] = process, answer

        with house.daemon():
            wait_for(published.exists, 20, "a first publication")
            begin(read_again_and_again, published)
            begin(hold_open, published)
            begin(ask_m13ctl, house.config)
            for turn in range(ROUNDS):
                (house.folder / "firms.csv").write_text(firms_table(list(MAKERS)[:turn % 3 + 1]) + "#" * turn, encoding="utf-8")
                house.ctl("import", str(house.folder / "firms.csv"), check=None)
                register.serve(PATH, rows_of_the_register(1500 + 100 * turn, generation=turn))
                house.ctl("poll", FEED_510K)
                time.sleep(0.6)
            wait_for(lambda: self.has_all_cases(house), 40, "all cases")
            wait_for(lambda: self.has_published_all_cases(house), 20, "their publication")
            time.sleep(0.1)  # so that the reader meets it
            stop.set()
            found = {name: answer.get() for name, (process, answer) in readers.items()}
        for name, (readings, versions, problem) in found.items():
            with self.subTest(name):
                self.assertEqual(problem, "")
                self.assertGreater(readings, 10)
        self.assertGreater(found["read_again_and_again"][1], 2, found)  # publications that it has seen
        self.assertEqual(found["hold_open"][1], 1, found)
        print("\nreadings:", {name: readings for name, (readings, _, _) in found.items()}, file=sys.stderr)
        self.assertTrue(all(row["good"] for row in house.ctl("verify")))


if __name__ == "__main__":
    unittest.main(verbosity=2)
