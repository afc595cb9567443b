"""What the measurements share: how a figure is told, what a process cost, how fast the disk is."""
import contextlib
import math
import os
import pathlib
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "system"))
from house import BUILD, FEED_510K, NOW, NOW_SECONDS, SOURCE, House, Register, wait_for

PATH_510K = "/device/510k.json"


def figure(name, value, unit, limit=None, most=True):
    """One line: name, figure, limit, their ratio, and whether it is held. `most`: the limit is a ceiling."""
    told = f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"
    line = f"{name:<58}{told:>12} {unit:<10}"
    if limit is not None:
        within = value <= limit if most else value >= limit
        ratio = value / limit if limit else math.inf if value else 0
        line += f" limit {'<=' if most else '>='} {limit:<8,g} ratio {ratio:<6.2f} {'within' if within else 'OVER'}"
    print(line.rstrip(), flush=True)


def heading(what):
    load = os.getloadavg()[0]
    print(f"-- {what}; {os.cpu_count()} cores, load {load:.1f}", flush=True)


class Cost:
    """What a command and its children cost: seconds, CPU seconds, and the peak (MiB) of the largest of them.

    time(1) starts it, since Linux counts what the starting process holds as a peak of the started one.
    """

    def __init__(self, arguments, stdout=subprocess.DEVNULL, **options):
        with tempfile.NamedTemporaryFile("r") as told:
            done = subprocess.run(["time", "--quiet", "-o", told.name, "-f", "%e %U %S %M", *map(str, arguments)],
                                  stdout=stdout, check=True, **options)
            seconds, user, system, peak = map(float, told.read().split())
        self.output = done.stdout
        self.seconds, self.cpu, self.peak = max(seconds, 0.01), user + system, peak / 1024


def peak_of(pid):
    """Highest resident memory that the process itself has had so far, in MiB; 0 when it is gone."""
    with contextlib.suppress(OSError):
        for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) / 1024
    return 0


@contextlib.contextmanager
def beside(work, every):
    """Calls work() every so many seconds in a thread while the block runs."""
    over = threading.Event()

    def repeat():
        while not over.wait(every):
            work()

    thread = threading.Thread(target=repeat)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


class Disk:
    """Milliseconds that the disk takes to keep a page for good."""

    def __init__(self, folder):
        self.file = os.open(pathlib.Path(folder) / "fsync-probe", os.O_CREAT | os.O_RDWR, 0o600)
        self.took = []

    def probe(self):
        os.pwrite(self.file, b"m" * 4096, 0)
        begin = time.perf_counter()
        os.fsync(self.file)
        self.took.append((time.perf_counter() - begin) * 1000)

    def percentile(self, per_cent):
        ordered = sorted(self.took)
        return ordered[min(len(ordered) - 1, len(ordered) * per_cent // 100)] if ordered else 0


def house_with(firms_table):
    """A house whose firms have been imported, and which knows no feed yet."""
    house = House(feeds=())
    house.put("firms.csv", firms_table)
    house.once()
    return house


def give_feed(house, url, **options):
    """From now on the house has FDA's feed of clearances, at `url`. The budget is the daemon's manners, not its speed."""
    text = (SOURCE / "conf" / "feeds.d" / f"{FEED_510K}.conf").read_text(encoding="utf-8")
    (house.definitions / f"{FEED_510K}.conf").write_text(text, encoding="utf-8")
    house.amend(FEED_510K, ("a-minute = 60;", "a-minute = 6000;"), ("a-day = 500;", "a-day = 50000;"))
    house.configure(url, feeds=(FEED_510K,), **options)


def fetch_pages(url, folder):
    """The register's pages as the daemon is served them: files, in order."""
    files, link = [], f"{url}{PATH_510K}?limit=1000"
    while link:
        try:
            answer = urllib.request.urlopen(link)
        except urllib.error.HTTPError:  # openFDA's 404: a full last page links to one that is none
            break
        with answer:
            files.append(pathlib.Path(folder) / f"page-{len(files):04d}.json")
            files[-1].write_bytes(answer.read())
            following = answer.headers.get("Link")
        link = following[following.index("<") + 1:following.index(">")] if following else None
    return files
