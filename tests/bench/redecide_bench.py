#!/usr/bin/python3
"""All cases are decided again because a parameter has changed, and a tenth of them come out differently: `m13d once` from its
start to its end, with the publication. M13_BENCH_CASES cases (100,000).
"""
import os
import subprocess

from many_cases import house_with_cases
from measuring import BUILD, NOW, SOURCE, Cost, figure, heading

CASES = int(os.environ.get("M13_BENCH_CASES", 100000))


def decide_all(house, route):
    """Another answer than the shipped one for a route."""
    text = (SOURCE / "conf" / "measure13.conf").read_text(encoding="utf-8")
    lines = [line.replace('"yes"', '"no"').replace('"review"', '"no"') if f'code = "{route}"' in line else line
             for line in text.splitlines(keepends=True)]
    (house.folder / "measure13.conf").write_text("".join(lines), encoding="utf-8")
    versions = house.rows("SELECT count(*) FROM case_version")[0][0]
    cost = Cost([BUILD / "m13d", "-c", house.config, "once", "--now", NOW], stderr=subprocess.DEVNULL)
    return cost, house.rows("SELECT count(*) FROM case_version")[0][0] - versions


def main():
    with house_with_cases(CASES) as house:
        heading(f"decision of {house.rows('SELECT count(*) FROM case_file')[0][0]} cases")
        decide_all(house, "eua")  # no case has it, but the copies still stand as those that they were copied from
        cost, changed = decide_all(house, "510k-special")
        print(f"   {changed} cases changed; {cost.cpu:.1f} s CPU")
        figure("decide all again, a tenth changing", cost.seconds, "s", 30)
        figure("decide all again: peak memory", cost.peak, "MiB")


main()
