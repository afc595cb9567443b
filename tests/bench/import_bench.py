#!/usr/bin/python3
"""Local records by the hundred thousand through a daemon that runs, as workbooks and as CSV: three files, handed over by
m13ctl, until all of it is applied. Beside it in the same run, on the same workbook of sales, Debian's xlsx2csv and
ssconvert, which do nothing but write it out as CSV.

M13_BENCH_FIRMS firms (10,000), five products each, ten sales a product. What it takes to decide the firms anew is told
apart. ssconvert is given M13_BENCH_PATIENCE seconds (180).
"""
import csv
import datetime
import decimal
import os
import pathlib
import random
import subprocess
import tempfile
import time

import invented
from measuring import BUILD, Cost, Disk, House, beside, figure, heading, peak_of, wait_for

import workbook  # beside demo_records, whose folder invented.py has made known

FIRMS = int(os.environ.get("M13_BENCH_FIRMS", 10000))
PATIENCE = int(os.environ.get("M13_BENCH_PATIENCE", 180))
PRODUCTS_A_FIRM, SALES_A_PRODUCT = 5, 10
SECONDS_MOST, CHILD_MIB_MOST = 60, 64
COUNTRIES = ("美国", "DE", "JPN", "巴西", "502")


def firms(chosen):
    yield ["统一社会信用代码", "企业名称", "英文名称", "所属区", "成立日期"]
    for number, (code, zh, en, district) in enumerate(chosen):
        yield [code, zh, en, district, datetime.date(1998, 1, 1) + datetime.timedelta(number % 9000)]


def products(chosen):
    yield ["产品编号", "统一社会信用代码", "产品名称", "英文名称", "注册证编号", "管理类别"]
    for number, (code, *_) in enumerate(chosen):
        for product in range(PRODUCTS_A_FIRM):
            yield [f"P{number:05d}-{product}", code, f"示例{product}号监护仪", f"Example {product} Monitor",
                   f"京械注准2023207{number % 10000:04d}", "二类"]


def sales(chosen):
    dice, number = random.Random(invented.SEED), 0
    yield ["销售编号", "统一社会信用代码", "产品编号", "买方", "最终目的国（地区）", "销售日期", "金额", "币种", "报关单号", "发票号"]
    for at, (code, *_) in enumerate(chosen):
        for sale in range(PRODUCTS_A_FIRM * SALES_A_PRODUCT):
            number += 1
            yield [f"S-{number:07d}", code, f"P{at:05d}-{sale % PRODUCTS_A_FIRM}", f"Harbor {number % 997} Medical, Inc.",
                   COUNTRIES[number % len(COUNTRIES)], datetime.date(2025, 11, 24) + datetime.timedelta(number % 300),
                   decimal.Decimal(dice.randrange(10000, 99999999)) / 100, "USD", f"0101202601{number:08d}", f"INV-{number:08d}"]


TABLES = {"firms": firms, "products": products, "sales": sales}


def write_table(path, rows):
    with open(path, "w", encoding="utf-8-sig", newline="") as out:
        csv.writer(out).writerows(rows)


def write_book(path, rows):
    workbook.write(path, [workbook.Sheet("sheet", rows)], workbook.EXCEL)


class Watch:
    """Highest memory of the daemon and of its decoders."""

    def __init__(self, pid):
        self.pid, self.daemon, self.child = pid, 0, 0

    def look(self):
        self.daemon = max(self.daemon, peak_of(self.pid))
        try:
            for child in pathlib.Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split():
                if b"decode" in pathlib.Path("/proc", child, "cmdline").read_bytes():
                    self.child = max(self.child, peak_of(child))
        except OSError:
            pass


def cpu_of(pid):
    """Seconds of CPU of the daemon, and of its children that have ended."""
    told = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    ticks = [int(told[at]) for at in (11, 12, 13, 14)]
    return (ticks[0] + ticks[1]) / os.sysconf("SC_CLK_TCK"), (ticks[2] + ticks[3]) / os.sysconf("SC_CLK_TCK")


def hand_over(house, path):
    """Seconds until all of it is applied."""
    begun = time.monotonic()
    done = subprocess.run([BUILD / "m13ctl", "-c", house.config, "--json", "import", path], text=True, capture_output=True, check=False)
    seconds = time.monotonic() - begun
    if done.returncode != 0:
        raise AssertionError(f"{path}: exit {done.returncode}: {done.stdout[:2000]}{done.stderr[:2000]}")
    return seconds


def take(form, files):
    with House(feeds=()) as house:
        disk = Disk(house.state)
        with house.daemon(wait=60) as daemon:
            watch = Watch(daemon.pid)
            with beside(watch.look, 0.05), beside(disk.probe, 0.05):
                seconds = {kind: hand_over(house, path) for kind, path in files.items()}
            daemon_cpu, children_cpu = cpu_of(daemon.pid)
            status = house.ctl("status")[0]
            begun = time.monotonic()
            wait_for(lambda: house.rows("SELECT count(*) FROM work")[0][0] == 0, 600, "every firm is decided anew")
            decided = time.monotonic() - begun
            decided_cpu = cpu_of(daemon.pid)[0] - daemon_cpu
        held = dict(house.rows("SELECT kind, count(*) FROM local_record WHERE seq_to IS NULL GROUP BY kind"))
    expected = {"firms": FIRMS, "products": FIRMS * PRODUCTS_A_FIRM, "sales": FIRMS * PRODUCTS_A_FIRM * SALES_A_PRODUCT}
    if held != expected:
        raise AssertionError(f"{form}: {held} of {expected}")
    rows, whole = sum(expected.values()), sum(seconds.values())
    for kind in files:
        figure(f"import {form}: {expected[kind]} {kind}", seconds[kind], "s")
    figure(f"import {form}: all three", whole, "s", SECONDS_MOST)
    figure(f"import {form}: all three", rows / whole, "rows/s")
    figure(f"import {form}: CPU of the daemon", daemon_cpu, "s")
    figure(f"import {form}: CPU of its children", children_cpu, "s")
    figure(f"import {form}: peak memory of the daemon", watch.daemon, "MiB")
    figure(f"import {form}: peak memory of the decoder", watch.child, "MiB", CHILD_MIB_MOST)
    figure(f"import {form}: loop stall, p99", status["stall_p99_us"] / 1000, "ms", 50)
    figure(f"import {form}: loop stall, longest", status["stall_max_us"] / 1000, "ms", 100)
    figure("disk: fsync of one page meanwhile, p99", disk.percentile(99), "ms")
    figure(f"import {form}: afterwards, deciding what is left of the firms", decided, "s")
    figure(f"import {form}: CPU of the daemon for that", decided_cpu, "s")
    return seconds


def beside_others(path, ours):
    """Programs of Debian that turn the same workbook to CSV, and ours, which also checks, compares and keeps it."""
    for program, command in (("xlsx2csv", ["xlsx2csv", path, "/dev/null"]),
                             ("ssconvert", ["timeout", PATIENCE, "ssconvert", path, "fd://1", "-T", "Gnumeric_stf:stf_csv"])):
        try:
            cost = Cost(command, stderr=subprocess.DEVNULL)
        except subprocess.CalledProcessError:
            print(f"   {program} did not end well within {PATIENCE} s", flush=True)
            continue
        figure(f"{program} of the same workbook of sales", cost.seconds, "s")
        figure(f"{program}: its CPU", cost.cpu, "s")
        figure(f"{program}: its peak memory", cost.peak, "MiB")
        figure(f"import xlsx: time beside {program}", ours / cost.seconds, "times")


def main():
    chosen = invented.firms(FIRMS)
    heading(f"import of {FIRMS} firms, {FIRMS * PRODUCTS_A_FIRM} products, {FIRMS * PRODUCTS_A_FIRM * SALES_A_PRODUCT} sales")
    with tempfile.TemporaryDirectory(prefix="m13-bench-") as folder:
        for form, write in (("xlsx", write_book), ("csv", write_table)):
            files = {kind: pathlib.Path(folder) / f"{kind}.{form}" for kind in TABLES}
            for kind, path in files.items():
                write(path, TABLES[kind](chosen))
            print(f"   {', '.join(f'{path.name} {path.stat().st_size / 1e6:.1f} MB' for path in files.values())}", flush=True)
            seconds = take(form, files)
            if form == "xlsx":
                beside_others(files["sales"], seconds["sales"])


main()
