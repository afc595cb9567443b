"""A m13d of its own for a test: scratch state, configuration, a register on 127.0.0.1, and the questions to ask it."""
import contextlib
import datetime
import json
import os
import pathlib
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time

SOURCE = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(SOURCE / "tests" / "support"))
BUILD = pathlib.Path(os.environ.get("M13_BUILD", SOURCE / "build" / "release"))
DEMO = SOURCE / "conf" / "demo"
NOW = "2026-09-01T08:00:00+08:00"
FEED_510K, FEED_PMA = "fda-510k", "fda-pma"


def demo_inbox():
    """Name in the inbox: content, of all local records of the demonstration, those in files/ included."""
    folder = DEMO / "inbox"
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


class Register:
    """tests/support/register_server: openFDA's dialect over rows of NDJSON, with faults on demand."""

    def __init__(self, folder, datasets, scenario=None, etag=True, gzip=False, extra=()):
        self.datasets = {path: pathlib.Path(file) for path, file in datasets.items()}
        self.log = pathlib.Path(folder) / "requests.log"
        self.scenario = pathlib.Path(folder) / "scenario.json"
        self.scenario.write_text(json.dumps(scenario or []))
        arguments = [str(BUILD / "tests" / "support" / "register_server"), "--log", str(self.log), "--scenario", str(self.scenario)]
        arguments += ["--etag"] if etag else []
        arguments += ["--gzip"] if gzip else []
        for path, file in datasets.items():
            arguments += ["--dataset", f"{path}={file}"]
        self.process = subprocess.Popen(arguments + list(extra), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.url = self.process.stdout.readline().split()[-1]

    def misbehave(self, faults):
        """From now on these faults; the counts of earlier requests are forgotten."""
        self.scenario.write_text(json.dumps(faults))
        self.reread()

    def serve(self, path, rows):
        """From now on these rows. The old file stays whole for whoever still maps it."""
        fresh = self.datasets[path].with_suffix(".fresh")
        write_rows(fresh, rows)
        fresh.rename(self.datasets[path])
        self.reread()

    def reread(self):
        self.process.send_signal(signal.SIGHUP)
        time.sleep(0.05)  # the signal is handled between two requests

    def requests(self):
        return [json.loads(line) for line in self.log.read_text().splitlines()] if self.log.exists() else []

    def close(self):
        self.process.stdin.close()
        self.process.wait(10)
        self.process.stdout.close()


class House:
    """A state folder with its configuration. Use as a context manager."""

    def __init__(self, url=None, feeds=(FEED_510K, FEED_PMA), minimum_rows=0, alerts="", more="", under=None):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="m13-system-", dir=under))
        self.state = self.folder / "state"
        self.definitions = self.folder / "feeds.d"
        self.definitions.mkdir()
        (self.state / "inbox").mkdir(parents=True)
        for feed in feeds:
            shutil.copy(SOURCE / "conf" / "feeds.d" / f"{feed}.conf", self.definitions)
        self.config = self.folder / "m13d.conf"
        self.configure(url, feeds, minimum_rows, alerts, more)

    def configure(self, url, feeds=(FEED_510K, FEED_PMA), minimum_rows=0, alerts="", more=""):
        overrides = "".join(f'{feed} = {{ base = "{url}"; minimum-rows = {minimum_rows}; }};\n' for feed in feeds)
        text = f'state = "{self.state}";\nfeeds = "{self.definitions}";\n{more}\n'
        if url:
            text += f"overrides = {{\n{overrides}}};\n"
        self.config.write_text(text)
        if alerts:
            (self.folder / "alerts.conf").write_text(alerts)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        shutil.rmtree(self.folder, ignore_errors=True)

    def m13d(self, *arguments, check=None, timeout=300, wrapper=(), **options):
        done = subprocess.run([*wrapper, str(BUILD / "m13d"), "-c", str(self.config), *arguments], text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=timeout, **options)
        if check is not None and done.returncode not in (check if isinstance(check, tuple) else (check,)):
            raise AssertionError(f"m13d {' '.join(arguments)}: exit {done.returncode}\n{done.stdout}")
        return done

    def amend(self, feed, *replacements):
        """Changes this house's copy of a definition; each replacement is (old, new) and must be found."""
        file = self.definitions / f"{feed}.conf"
        text = file.read_text(encoding="utf-8")
        for old, new in replacements:
            if old not in text:
                raise AssertionError(f"{file.name} has no {old!r}")
            text = text.replace(old, new)
        file.write_text(text, encoding="utf-8")

    @contextlib.contextmanager
    def daemon(self, wait=10):
        """m13d run, from the moment it listens on its socket; ends with SIGTERM."""
        process = self.start(wait)
        try:
            yield process
        finally:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
                process.wait(20)

    def start(self, wait=10):
        """m13d run as a process; what it says is in daemon.log. The caller ends it."""
        with open(self.folder / "daemon.log", "ab") as log:
            process = subprocess.Popen([str(BUILD / "m13d"), "-c", str(self.config), "run"], stdout=log, stderr=log,
                                       stdin=subprocess.DEVNULL)
        wait_for(lambda: process.poll() is not None or self.answers(), wait, "the daemon listens")
        if process.poll() is not None:
            raise AssertionError(f"m13d run: exit {process.returncode}\n{self.daemon_log()}")
        return process

    def answers(self):
        listener = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        try:
            listener.connect(str(self.state / "control"))
            return True
        except OSError:
            return False
        finally:
            listener.close()

    def daemon_log(self):
        return (self.folder / "daemon.log").read_text(encoding="utf-8", errors="replace")

    def once(self, *arguments, now=NOW, check=0, **options):
        return self.m13d("once", *arguments, "--now", now, check=check, **options)

    def ctl(self, *arguments, check=0, stdin=None):
        done = subprocess.run([str(BUILD / "m13ctl"), "-c", str(self.config), "--json", *arguments], text=True, input=stdin,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=120)
        if check is not None and done.returncode != check:
            raise AssertionError(f"m13ctl {' '.join(arguments)}: exit {done.returncode}\n{done.stdout}{done.stderr}")
        return [json.loads(line) for line in done.stdout.splitlines()]

    def feed(self, name=FEED_510K):
        return next(row for row in self.ctl("feeds") if row["feed"] == name)

    def put(self, name, text, encoding="utf-8"):
        """Into the inbox or a folder of it (files/NAME), as a careful writer does it: under another name first."""
        path = self.state / "inbox" / name
        path.parent.mkdir(exist_ok=True)
        fresh = path.with_name(f".{path.name}.tmp")
        fresh.write_bytes(text if isinstance(text, bytes) else text.encode(encoding))
        fresh.rename(path)

    def database(self, path="m13d.db"):
        return sqlite3.connect(f"file:{self.state / path}?mode=ro", uri=True, timeout=30)

    def rows(self, sql, *parameters):
        database = self.database()
        try:
            return database.execute(sql, parameters).fetchall()
        finally:
            database.close()


def wait_for(condition, seconds, what):
    """Until the condition holds: its value. Fails after so many seconds."""
    end = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > end:
            raise AssertionError(f"not within {seconds} s: {what}")
        time.sleep(0.02)


def moment(seconds):
    """Seconds since 1970 as --now takes them."""
    return datetime.datetime.fromtimestamp(seconds, datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


NOW_SECONDS = int(datetime.datetime.fromisoformat(NOW).timestamp())


def read_rows(file):
    return [json.loads(line) for line in pathlib.Path(file).read_text(encoding="utf-8").splitlines()]


def write_rows(file, rows):
    pathlib.Path(file).write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
