"""Two days of two registers and a bureau's files, told to m13d with or without a kill in between, and what comes out.

The story is always the same, so that two houses to which it was told can be compared value by value. In no chapter are
both feeds due: which of two registers answers first is chance, with or without a kill, and numbers follow from it.
CROWDED is the same story with both due at once.
"""
import dataclasses
import datetime
import hashlib
import http.server
import json
import os
import pathlib
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time

from house import BUILD, DEMO, FEED_510K, FEED_PMA, SOURCE, House, Register, demo_inbox, read_rows, write_rows

sys.path.append(str(SOURCE / "tests" / "support"))
from demo_records import CODE, clearance, uscc  # noqa: E402

FIRST_LOAD_ROWS = 600
SECRET = "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3"  # of this test alone
# A kill takes nothing from the kernel's cache, so a file system in memory proves the same in a third of the time.
MEMORY = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
NEW_FIRM = uscc("110106", "MA0DEMK7")


@dataclasses.dataclass
class Chapter:
    title: str
    now: str
    register: int  # whose rows: of the first day, the second, the third
    asks: str      # a feed that is due
    feeds: tuple = (FEED_510K, FEED_PMA)
    files: dict = dataclasses.field(default_factory=dict)

    def later(self, hours):
        now = datetime.datetime.fromisoformat(self.now) + datetime.timedelta(hours=hours)
        return dataclasses.replace(self, now=now.isoformat())


CHAPTERS = (
    Chapter("first load and local records", "2026-09-01T08:00:00+08:00", 0, FEED_510K, (FEED_510K,),
            demo_inbox()),
    Chapter("another feed", "2026-09-01T08:30:00+08:00", 0, FEED_PMA),
    Chapter("rows come, change and vanish; records are corrected", "2026-09-01T20:30:00+08:00", 1, FEED_510K, files={
        "6-产品.csv": "产品编号,统一社会信用代码,产品名称,英文名称,注册证编号\n"
                      f"CHEN-P3,{CODE['CHEN']},动脉硬化检测仪,ArterioScan,\n"
                      ",没有编号的行,,,\n",
        "7-证书覆盖产品.csv": "authority,number,product_id,in_scope_from,document\n"
                              "FDA,K262001,CHEN-P3,2026-08-28,K262001-letter.pdf\n",
        "8-境外销售.csv": "sale_id,uscc,product_id,country,date,amount,currency,declaration_no,invoice_no,document\n"
                          f"S-2026-001,{CODE['CHEN']},CHEN-P1,美国,2026-05-20,\"52,000.00\",USD,010120260516000001,"
                          "INV-26-0520,报关单-010120260516000001.pdf\n"
                          f"S-2026-003,{CODE['CHEN']},CHEN-P3,美国,2026-08-30,9000.00,USD,010120260830000003,"
                          "INV-26-0830,invoice-0830.pdf\n",
    }),
    Chapter("the other feed's window", "2026-09-01T22:00:00+08:00", 1, FEED_PMA),
    Chapter("a row is missed again; a firm joins", "2026-09-02T20:30:00+08:00", 2, FEED_510K, files={
        "9-企业名录.csv": "统一社会信用代码,企业名称,英文名称,所属区,别名,FEI\n"
                          f'{NEW_FIRM},北京林泉呼吸器械有限公司,"Beijing Linquan Respiratory Devices Co., Ltd.",丰台区,,\n',
        "9a-没有表头.csv": "这不是一张表\n",
    }),
)

# The same with both feeds due at once.
CROWDED = (
    dataclasses.replace(CHAPTERS[0], feeds=(FEED_510K, FEED_PMA)),
    dataclasses.replace(CHAPTERS[2], now="2026-09-01T22:00:00+08:00"),
    dataclasses.replace(CHAPTERS[4], now="2026-09-02T22:00:00+08:00"),
)


# --- the register -----------------------------------------------------------------------------------------------------

def foreign_clearances(count):
    """What surrounds our firms' rows: many makers, several rows each, all over the world and in Beijing."""
    for i in range(count):
        maker, day = i % 83, f"{1996 + i % 30}-{1 + i % 12:02d}-{1 + i % 27:02d}"
        ours = maker % 20 == 7
        name = f"Beijing Quietwater {maker} Devices Co., Ltd." if ours else f"Harbor {maker} Medical, Inc."
        place = ("Beijing", "CN", "100020") if ours else ("Portland", "US", "97201")
        yield clearance(f"K9{i:05d}", name, *place, day, day, f"Device {i}", "DXN", state="" if ours else "OR")


def clearances_of_each_day():
    linquan = clearance("K261900", "Beijing Linquan Respiratory Devices Co., Ltd.", "Beijing", "CN", "100070",
                        "2026-07-20", "2026-03-01", "Breeze Ventilator", "CBK")
    demo = read_rows(DEMO / "openfda-510k.ndjson")
    first = [linquan, *demo]
    first += foreign_clearances(FIRST_LOAD_ROWS - len(first))
    second = [dict(row) for row in first if row["k_number"] != "K260310"]  # a row vanishes
    for row in second:
        if row["k_number"] == "K260555":  # one of our firms' rows changes
            row["device_name"] = "Yuancheng Lumbar Cage System II"
    second += [
        clearance("K262001", "Beijing Chenlan Medical Technology Co., Ltd.", "Beijing", "CN", "100094", "2026-08-28",
                  "2026-03-02", "ArterioScan", "DXN"),
        clearance("K262002", "Sizhuo Imaging Inc.", "San Jose", "US", "95110", "2026-08-31", "2026-04-02",
                  "ClearDR 700", "KPR", state="CA"),
        clearance("K262003", "Harbor 3 Medical, Inc.", "Portland", "US", "97201", "2026-08-29", "2026-04-05",
                  "Device N", "DXN", state="OR"),
    ]
    third = second + [clearance("K262004", "Beijing Hexu Rehabilitation Devices Co., Ltd.", "Beijing", "CN", "102600",
                                "2026-09-01", "2026-05-05", "StrideOn Exoskeleton", "PHL")]
    return first, second, third


# --- the receiver of messages -----------------------------------------------------------------------------------------

class Receiver(http.server.ThreadingHTTPServer):
    """Takes signed messages at /NAME and keeps them by that name; may first do something, such as kill."""
    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Receiver.Request)
        self.messages, self.before_answer, self.lock = {}, {}, threading.Lock()
        threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True).start()

    class Request(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            name = self.path.strip("/")
            with self.server.lock:
                self.server.messages.setdefault(name, []).append((self.headers["webhook-id"], json.loads(body)))
                act = self.server.before_answer.pop(name, None)
            if act:
                act()
                self.close_connection = True
                return
            self.send_response(200)
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"ok")

        def log_message(self, *_):
            pass

        def handle(self):
            try:
                super().handle()
            except ConnectionError:  # the sender was killed
                pass

    def close(self):
        self.shutdown()
        self.server_close()


# --- the world and a story in it --------------------------------------------------------------------------------------

class World:
    """The register of each day, the feeds' definitions and the receiver: shared by all stories, changed by none."""

    def __init__(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="m13-world-"))
        self.definitions = self.folder / "feeds.d"
        shutil.copytree(SOURCE / "conf" / "feeds.d", self.definitions)
        self.shorten_pages(self.definitions / f"{FEED_510K}.conf")
        self.receiver = Receiver()
        self.registers = []
        for day, rows in enumerate(clearances_of_each_day()):
            folder = self.folder / str(day)
            folder.mkdir()
            write_rows(folder / "510k.ndjson", rows)
            self.registers.append(Register(folder, {"/device/510k.json": folder / "510k.ndjson",
                                                    "/device/pma.json": DEMO / "openfda-pma.ndjson"}))

    @staticmethod
    def shorten_pages(definition):
        """So that a few rows are a chain of pages."""
        text = definition.read_text(encoding="utf-8")
        text = text.replace('query = "limit=1000"', 'query = "limit=100"').replace("&limit=1000", "&limit=4")
        assert "limit=1000" not in text
        definition.write_text(text, encoding="utf-8")

    def close(self):
        for register in self.registers:
            register.close()
        self.receiver.close()
        shutil.rmtree(self.folder)


class Story(House):
    """One house to which the story is told, day by day."""
    count = 0
    lock = threading.Lock()

    def __init__(self, world):
        super().__init__(feeds=(), under=MEMORY)
        with Story.lock:
            Story.count += 1
            self.name = f"story-{os.getpid()}-{Story.count}"
        self.world = world
        (self.folder / "secret").write_text(SECRET, encoding="utf-8")

    def begin(self, chapter):
        """The register is another one, and files lie in the inbox: once, however often the chapter is told."""
        for feed in chapter.feeds:
            if not (self.definitions / f"{feed}.conf").exists():
                shutil.copy(self.world.definitions / f"{feed}.conf", self.definitions)
        self.configure(self.world.registers[chapter.register].url, chapter.feeds, alerts=self.alerts())
        for name, content in chapter.files.items():
            self.put(name, content)

    def alerts(self):
        return ('alerts = { mode = "live";\n'
                '    desk = { name = "desk"; phone = "1"; mail = "a@example.gov.cn"; address = "Beijing"; };\n'
                f'    channels = {{ bureau = {{ kind = "webhook"; to = ["firm", "desk"]; url = "{self.receiver_url()}"; '
                f'secret-files = ["{self.folder}/secret"]; }}; }}; }};\n')

    def receiver_url(self):
        return f"http://127.0.0.1:{self.world.receiver.server_address[1]}/{self.name}"

    def tell(self, chapter, check=0, **options):
        return self.once(now=chapter.now, check=check, env={**os.environ, "M13_STORY": self.name}, **options)

    def start(self, chapter):
        """Begins to tell it, and does not wait."""
        return subprocess.Popen([str(BUILD / "m13d"), "-c", str(self.config), "once", "--now", chapter.now],
                                env={**os.environ, "M13_STORY": self.name}, stdout=subprocess.DEVNULL,
                                stderr=subprocess.DEVNULL)

    def messages(self):
        return self.world.receiver.messages.get(self.name, [])

    def processes(self):
        """Numbers of the processes that belong to this story, the daemon's children included."""
        mark = f"M13_STORY={self.name}".encode()
        found = []
        for process in filter(str.isdigit, os.listdir("/proc")):
            try:
                if mark in pathlib.Path("/proc", process, "environ").read_bytes().split(b"\0"):
                    found.append(int(process))
            except OSError:
                pass
        return found

    def processes_after(self, seconds=5):
        """The same, after they have had the time to go."""
        end = time.monotonic() + seconds
        while (left := self.processes()) and time.monotonic() < end:
            time.sleep(0.005)
        return left


# --- what came out ----------------------------------------------------------------------------------------------------

def files_of(folder):
    """Relative name: digest, of all regular files."""
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in sorted(pathlib.Path(folder).rglob("*")) if path.is_file()}


def tables_of(path):
    """Table: rows as dictionaries, of a database that nobody writes."""
    database = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    database.row_factory = sqlite3.Row
    try:
        names = [name for name, in database.execute("SELECT name FROM sqlite_schema WHERE type IN ('table', 'view')")]
        return {name: [dict(row) for row in database.execute(f'SELECT * FROM "{name}"')] for name in names}
    finally:
        database.close()


def outcome_of(story):
    return {
        "database": tables_of(story.state / "m13d.db"),
        "contacts": tables_of(story.state / "contacts.db") if (story.state / "contacts.db").exists() else {},
        "published": tables_of(story.state / "published" / "m13.db"),
        "evidence": files_of(story.state / "evidence"),
        "inbox": files_of(story.state / "inbox"),
        "messages": {identity: body for identity, body in story.messages()},
    }


def differences(expected, actual, left_out, most=12):
    """Sentences, the first few. `left_out`: {table: columns that may differ}."""
    said = []
    for part in ("database", "contacts", "published"):
        for table in sorted(expected[part].keys() | actual[part].keys()):
            said += differing_rows(f"{part}.{table}", expected[part].get(table, []), actual[part].get(table, []),
                                   left_out.get(f"{part}.{table}", {}))
    for part in ("evidence", "inbox", "messages"):
        for name in sorted(expected[part].keys() | actual[part].keys()):
            ours, theirs = expected[part].get(name), actual[part].get(name)
            if ours != theirs:
                said.append(f"{part}: {name}: expected {str(ours)[:300]}, is {str(theirs)[:300]}")
    return said[:most]


def differing_rows(table, expected, actual, left_out):
    def compared(row):
        return {column: value for column, value in row.items() if column not in left_out}

    ours, theirs = [compared(row) for row in expected], [compared(row) for row in actual]
    if ours == theirs:
        return []
    said = [f"{table}: {len(ours)} rows expected, there are {len(theirs)}"] if len(ours) != len(theirs) else []
    for at, (one, other) in enumerate(zip(ours, theirs)):
        for column in one:
            if one[column] != other.get(column):
                said.append(f"{table} row {at + 1} {column}: expected {str(one[column])[:200]!r}, "
                            f"is {str(other.get(column))[:200]!r}")
    return said[:6]
