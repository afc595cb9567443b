#!/usr/bin/python3
"""tests/tally.py - runs a kind of tests for tests/run, prints each with its outcome and notes it in a ledger.

    tally.py ctest BUILD [NAME]     the unit tests of a build folder; each claim of a cmocka program counts as one
    tally.py valgrind BUILD         the same programs under valgrind, each counting as one
    tally.py python FILE...         files of Python's unittest; each method counts as one
    tally.py file FILE              one of them, in this process

As many programs or files run at a time as there are processors; what they say comes in the order of their names.

The ledger, $M13_LEDGER, gets a line `passed NAME`, `failed NAME` or `skipped NAME: why` for each.
"""

import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import time
import unittest
import xml.etree.ElementTree
from concurrent.futures import ThreadPoolExecutor

TAIL_LINES = 40
AT_A_TIME = len(os.sched_getaffinity(0))
FILE_SECONDS = 1800  # for a file of Python's unittest
# Leaks are ASan's: here a process that a test forks would tell its own by its exit code.
VALGRIND = ["valgrind", "--quiet", "--leak-check=no", "--error-exitcode=99", "--child-silent-after-fork=yes",
            "--vgdb=no", f"--suppressions={pathlib.Path(__file__).resolve().parent / 'valgrind.supp'}"]
VALGRIND_SKIPS = {
    "unit/crash_test": "it kills writers after so many milliseconds, in which nothing happens yet",
    **dict.fromkeys(["unit/publish_file_test", "unit/publish_fault_test", "unit/publish_reuse_test",
                    "unit/publish_casework_test", "unit/publish_alert_test",
                    "unit/publish_equal_test"],
                    "it starts itself anew, and under valgrind it is valgrind that would be started"),
}
# The same paths over and over, with a kill or a fault at each call, or with thousands of random worlds: under ASan they
# are walked in full.
VALGRIND_REPEATERS = ("_kill_test", "_fault_test", "_property_test", "_brute_test")
# Time limits of a build without valgrind are stretched by this.
VALGRIND_SLOWNESS = 40


def note(outcome, name, why=""):
    with open(os.environ["M13_LEDGER"], "a", encoding="utf-8") as ledger:
        ledger.write(f"{outcome} {name}{': ' + why if why else ''}\n")


def show(outcome, name, remark="", output=""):
    print(f"{outcome:8}{name}{'  ' + remark if remark else ''}", flush=True)
    if output:
        tail = output.rstrip("\n").split("\n")[-TAIL_LINES:]
        print("\n".join("    | " + line for line in tail), flush=True)


def claims(output, mark):
    """Names of the claims that a cmocka program says it passed, failed or skipped; failed ones it says twice."""
    return set(re.findall(rf"^\[ *{mark} *\] (\w+)$", output, re.MULTILINE))


def tally_program(name, ended_well, output):
    outcomes = {"passed": claims(output, "OK"), "failed": claims(output, "FAILED"),
                "skipped": claims(output, "SKIPPED")}
    if not ended_well and not outcomes["failed"]:  # a crash, a time-out, a sanitizer's report
        outcomes["failed"] = {"as a whole"}
    elif not any(outcomes.values()):
        outcomes["passed"] = {"as a whole"}
    for outcome, names in outcomes.items():
        for claim in sorted(names):
            note(outcome, f"{name}: {claim}")
    remark = ", ".join(f"{len(names)} {outcome}" for outcome, names in outcomes.items() if names)
    show("ok" if ended_well else "FAILED", name, remark, "" if ended_well else output)
    return ended_well


def run_ctest(build, name="."):
    with tempfile.TemporaryDirectory() as folder:
        report = pathlib.Path(folder, "report.xml")
        subprocess.run(["ctest", "--test-dir", build, f"-j{AT_A_TIME}", "-R", name, "--output-junit", report, "--quiet",
                        "--test-output-size-passed", "1000000", "--test-output-size-failed", "1000000"],
                       check=False, stdout=subprocess.DEVNULL)
        cases = xml.etree.ElementTree.parse(report).getroot().findall("testcase")
    results = [tally_program(case.get("name"), case.get("status") == "run",
                             case.findtext("system-out") or "no output") for case in cases]
    if not results and name == ".":
        note("failed", f"{build} has no unit tests")
    return all(results)


def under_valgrind(test):
    """Name, whether it passed (None = skipped), a remark, and what it printed."""
    properties = {entry["name"]: entry["value"] for entry in test.get("properties", [])}
    if "command" not in test:
        return test["name"], None, "it was not built", ""
    if test["name"] in VALGRIND_SKIPS:
        return test["name"], None, VALGRIND_SKIPS[test["name"]], ""
    if test["name"].endswith(VALGRIND_REPEATERS):
        return test["name"], None, "it walks the paths of others again and again", ""
    environment = dict(os.environ, **dict(entry.split("=", 1) for entry in properties.get("ENVIRONMENT", [])))
    environment.setdefault("M13_RANDOM_FIRMS", "40")  # random repetitions: valgrind wants each path, not each number
    began = time.monotonic()
    try:
        result = subprocess.run(VALGRIND + test["command"], check=False, text=True, errors="replace",
                                env=environment, cwd=properties.get("WORKING_DIRECTORY"),
                                stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                timeout=properties.get("TIMEOUT", 300) * VALGRIND_SLOWNESS)
    except subprocess.TimeoutExpired as expired:
        return test["name"], False, "", str(expired)
    # 3.19 does not know pidfd_open, by which children are watched.
    if "unhandled amd64-linux syscall" in result.stdout:
        return test["name"], None, "it makes a system call that valgrind does not know", ""
    took = time.monotonic() - began
    return test["name"], result.returncode == 0, f"{took:.0f} s" if took > 20 else "", result.stdout


def run_valgrind(build):
    listing = subprocess.run(["ctest", "--test-dir", build, "--show-only=json-v1"], check=True,
                             stdout=subprocess.PIPE).stdout
    tests = [test for test in json.loads(listing)["tests"] if test["name"].startswith("unit/")]
    everything_passed = True
    with ThreadPoolExecutor(max_workers=AT_A_TIME) as pool:
        for name, passed, remark, output in pool.map(under_valgrind, tests):
            name = "valgrind " + name
            if passed is None:
                note("skipped", name, remark)
                show("skipped", name, remark)
                continue
            note("passed" if passed else "failed", name)
            show("ok" if passed else "FAILED", name, remark, "" if passed else output)
            everything_passed = everything_passed and passed
    return everything_passed


class Telling(unittest.TestResult):
    """Prints and notes each method as it ends."""

    def __init__(self, file):
        super().__init__()
        self.file = file

    def tell(self, test, outcome, why="", output=""):
        name = f"{self.file}: {getattr(test, '_testMethodName', str(test))}"
        note(outcome, name, why)
        show("ok" if outcome == "passed" else outcome.upper() if outcome == "failed" else outcome, name, why, output)

    def addSuccess(self, test):
        super().addSuccess(test)
        self.tell(test, "passed")

    def addFailure(self, test, err):
        super().addFailure(test, err)
        self.tell(test, "failed", output=self.failures[-1][1])

    def addError(self, test, err):
        super().addError(test, err)
        self.tell(test, "failed", output=self.errors[-1][1])

    def addSkip(self, test, reason):
        super().addSkip(test, reason)
        self.tell(test, "skipped", reason)

    def addSubTest(self, test, subtest, err):
        super().addSubTest(test, subtest, err)
        if err is not None:
            self.tell(test, "failed", str(subtest), (self.failures + self.errors)[-1][1])


def apart(file):
    """The exit code of a process of the file's own, and what it printed: into a file, as a pipe stays open as long as
    anything that the test left behind."""
    with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as told:
        done = subprocess.run(["timeout", "--kill-after=10", str(FILE_SECONDS), sys.executable, __file__, "file", file],
                              check=False, stdout=told, stderr=subprocess.STDOUT)
        told.seek(0)
        return done.returncode, told.read()


def run_python(*files):
    everything_passed = True
    with ThreadPoolExecutor(max_workers=AT_A_TIME) as pool:
        for file, (code, output) in zip(files, pool.map(apart, files)):
            print(output, end="", flush=True)
            if code not in (0, 1):  # it died before it could say more
                note("failed", file)
                show("FAILED", file)
            everything_passed = everything_passed and code == 0
    return everything_passed


def run_file(file):
    path = pathlib.Path(file).resolve()
    # What several of them share lies in tests/system.
    sys.path[:0] = [str(path.parent), os.path.join(os.environ["M13_SOURCE"], "tests/system")]
    result = Telling(os.path.relpath(path, os.environ["M13_SOURCE"]))
    unittest.defaultTestLoader.loadTestsFromName(path.stem).run(result)
    if result.testsRun == 0 and not result.errors:
        note("failed", f"{result.file} has no tests")
    return result.wasSuccessful()


def main(arguments):
    kinds = {"ctest": run_ctest, "valgrind": run_valgrind, "python": run_python, "file": run_file}
    if len(arguments) < 2 or arguments[0] not in kinds:
        sys.exit(__doc__)
    sys.exit(0 if kinds[arguments[0]](*arguments[1:]) else 1)


if __name__ == "__main__":
    main(sys.argv[1:])
