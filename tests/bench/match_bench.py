#!/usr/bin/python3
"""The matcher alone, one thread: distinct spellings a second, the time of one, building of the index and memory at
10,000, 100,000 and 1,000,000 firms; and the same spellings compared with every firm by python3-levenshtein's C core
(ratio, Jaro-Winkler). Times are CPU time of the one thread. No spelling may take longer than a slice of the loop, not
even one that is made to be slow: rows of words that many firms share, of words a slip away from many, of other scripts.

Names are invented from the statistics of tokens in EUDAMED (matching-evidence.md, section 2): how many core words a name
has, how often they recur, where the place stands, how the trade words are spread. M13_BENCH_FIRMS (1000000) is the most.
"""
import os
import pathlib
import random
import re
import subprocess
import tempfile
import time

import Levenshtein

from invented import PLACES, SOUNDS
from measuring import BUILD, figure, heading

MOST_FIRMS = int(os.environ.get("M13_BENCH_FIRMS", 1000000))
SEED = 13
# Most Mandarin syllables; the characters are any: what counts is that two firms rarely share two of them.
SYLLABLES = [initial + final for initial in "b p m f d t n l g k h j q x zh ch sh r z c s y w".split()
             for final in "a ai an ang ao e ei en eng i ian iang in ing ong ou u ui un".split()]
READING = {syllable: chr(0x4e00 + 29 * at) for at, syllable in enumerate(SYLLABLES)}
# Chinese, English, and how many makers of a thousand have it.
TRADE = [("医疗", "Medical", 160), ("科技", "Technology", 90), ("器械", "Devices", 40), ("生物", "Biological", 25),
         ("仪器", "Instruments", 35), ("设备", "Equipment", 25), ("电子", "Electronics", 20), ("用品", "Products", 26),
         ("健康", "Health", 15), ("国际", "International", 18), ("工业", "Industry", 12), ("光学", "Optical", 8),
         ("康复", "Rehabilitation", 4), ("材料", "Materials", 6), ("发展", "Development", 6), ("贸易", "Trading", 9)]
CITIES = [("北京", "Beijing")] + [(city, latin) for city, latin in zip(("深圳", "苏州", "杭州", "天津"),
                                                                       (place[0] for place in PLACES))]
# At so many firms: distinct spellings a second at least, seconds of building and MiB at most (matching.md, Speed).
SLICE_MS = 5
GOALS = {10000: (100000, 0.2, 16), 1000000: (5000, 6, 600)}


class Names:
    def __init__(self):
        self.dice = random.Random(SEED)

    def core(self):
        """One core word in Chinese and Latin: two or three syllables, now and then a Western brand."""
        dice = self.dice
        if dice.random() < 0.15:
            brand = "".join(dice.choice(SOUNDS) for _ in range(dice.choice((2, 3)))).capitalize()
            return brand, brand
        chosen = [dice.choice(SYLLABLES) for _ in range(dice.choice((2, 2, 2, 3, 3)))]
        latin = " ".join(chosen).title() if dice.random() < 0.1 else "".join(chosen).capitalize()
        return "".join(READING[one] for one in chosen), latin

    def firm(self):
        """(Chinese, English) name; 56 % have one core word, 60 % the place first, 16 % in brackets."""
        dice = self.dice
        cores = [self.core() for _ in range(1 if dice.random() < 0.56 else 2)]
        trade = dice.choices(TRADE, [weight for _, _, weight in TRADE], k=dice.choice((1, 2, 2, 3)))
        trade = list(dict.fromkeys(trade))
        city_zh, city = dice.choice(CITIES)
        words = [latin for _, latin in cores] + [english for _, english, _ in trade]
        where = dice.random()
        if where < 0.6:
            words.insert(0, city)
        elif where < 0.76:
            words.append(f"({city})")
        zh = city_zh + "".join(zh for zh, _ in cores) + "".join(zh for zh, _, _ in trade) + "有限公司"
        return zh, " ".join(words) + " Co., Ltd."

    def spelling(self, name):
        """As another register writes it."""
        way = self.dice.randrange(6)
        if way == 0:
            return name.upper().replace(".", "").replace(",", "")
        if way == 1:
            return name.replace("Technology", "Tech.").replace("Instruments", "Instr")
        if way == 2:
            at = self.dice.randrange(4, len(name) - 12)
            return name[:at] + name[at + 1:]
        if way == 3:
            return name.replace(" ", "", 1)
        return name


def hostile(dice, firms):
    """Spellings that are made to be slow, for these firms."""
    latin = [word for _, english in dice.sample(firms, 400) for word in english.replace("(", " ").split() if word.isalpha()]
    apart = [syllable for syllable in SYLLABLES if len(syllable) > 1]
    rows = []
    for length in (4, 8, 16, 24, 32, 47):
        rows += [" ".join(dice.choices(apart, k=length)) for _ in range(5)]
        rows += [" ".join(dice.choices(latin, k=length)) for _ in range(5)]
        rows += [" ".join(word[:-1] + "x" for word in dice.choices(latin, k=length)) for _ in range(5)]
        rows += [" ".join("".join(dice.choices("カンメイホルシェタワシンユアジョバリ", k=4)) for _ in range(length)) for _ in range(5)]
        rows += [" ".join("".join(dice.choices("канмейхуарш", k=6)) for _ in range(length)) for _ in range(5)]
        rows += ["".join(dice.choices(list(READING.values()), k=length * 6)) for _ in range(5)]
        rows += [" ".join(dice.choices(["Medical", "Technology", "Beijing", "(Beijing)", *apart[:20]], k=length)) for _ in range(5)]
    rows += ["A" * 4000, "a " * 2000, "(" * 200, "&" * 300, "长乐重" * 300]
    return rows


def match(firms, spellings, slow):
    """What match_lines -t says: seconds of building, spellings a second, ms of a spelling, MiB."""
    with tempfile.NamedTemporaryFile("w+", encoding="utf-8") as lines:
        for i, (zh, en) in enumerate(firms):
            lines.write(f"F\t{i:018d}\t{zh}\t\nN\tzh\t{zh}\nN\ten\t{en}\n")
        for name in spellings:
            lines.write(f"Q\t{name}\tCN\t\t\n")
        for name in slow:
            lines.write(f"H\t{name}\tCN\t\t\n")
        lines.flush()
        lines.seek(0)
        told = subprocess.run([BUILD / "match_lines", "-t"], stdin=lines, capture_output=True, text=True, check=True).stdout
    build, a_second, *rest = map(int, re.search(
        r"build (\d+) us, \d+ queries, (\d+) a second, p99 (\d+) us, slowest (\d+) us, hostile (\d+) us, "
        r"index (\d+) KiB, peak (\d+) KiB", told).groups())
    return build / 1e6, a_second, *(us / 1000 for us in rest[:3]), *(kib / 1024 for kib in rest[3:])


def brute_force(firms, spellings, seconds):
    """Spellings a second when each is compared with every firm by two metrics; stops after so long."""
    names = [en.lower() for _, en in firms]
    begin, done = time.perf_counter(), 0
    for spelling in spellings:
        spelling = spelling.lower()
        for name in names:
            Levenshtein.ratio(spelling, name)
            Levenshtein.jaro_winkler(spelling, name)
        done += 1
        if time.perf_counter() - begin > seconds:
            break
    return done / (time.perf_counter() - begin)


def main():
    for count in (10000, 100000, 1000000):
        if count > MOST_FIRMS:
            break
        names = Names()
        firms = [names.firm() for _ in range(count)]
        # Two thirds strangers, as in a register; each spelling once.
        spellings = {names.spelling(names.dice.choice(firms)[1]) for _ in range(20000)}
        spellings = sorted(spellings | {names.firm()[1] for _ in range(40000)})
        names.dice.shuffle(spellings)
        heading(f"{count:,} firms with a Chinese and an English name, {len(spellings):,} distinct spellings")
        build, a_second, usual, slowest, made_slow, own, peak = match(firms, spellings, hostile(names.dice, firms))
        goals = GOALS.get(count, (None, None, None))
        figure("spellings, by the index", a_second, "/s", goals[0], most=False)
        figure("99 of 100 spellings take at most", usual, "ms", SLICE_MS)
        figure("the slowest of them", slowest, "ms", SLICE_MS)
        figure("the slowest of those made to be slow", made_slow, "ms", SLICE_MS)
        figure("building of the index", build, "s", goals[1])
        figure("the index", own, "MiB", goals[2])
        figure("peak of the whole process", peak, "MiB")
        slow = brute_force(firms, spellings, 5)
        figure("spellings, by comparing with every firm", slow, "/s")
        figure("the index goes faster by", a_second / slow, "times")


main()
