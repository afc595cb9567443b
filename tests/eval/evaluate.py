#!/usr/bin/env python3
"""Precision and recall of the matcher on labelled names.

    evaluate.py MATCH_LINES FOLDER [MAKERS.csv ...] [-v]

MATCH_LINES is the built program; FOLDER holds CSV files in the layouts of beijing_firms.csv,
beijing_firm_spellings.csv, hard_negatives.csv, anvisa_fda_to_eudamed_cn_pairs.csv,
eudamed_same_srn_name_pairs.csv, eudamed_crossscript_pairs_real.csv and synthetic_crossscript.csv; what lacks is
left out. MAKERS.csv are whole registers (columns srn, name: "NAME [EN], NAME [BG]"), for the review load. Exit code 1
when any automatic match is wrong. With -v every miss is told by name, and why: the reasons of a review, or what the
two names have in common. Names without a rare word in common are taken as those that no name can decide.
"""
import csv
import difflib
import json
import os
import re
import subprocess
import sys
import unicodedata

ARGUMENTS = [argument for argument in sys.argv[1:] if argument != "-v"]
if len(ARGUMENTS) < 2 or not os.path.isdir(ARGUMENTS[1]):
    sys.exit(__doc__.split("\n\n")[1])
PROGRAM, FOLDER, *REGISTERS = ARGUMENTS
VERBOSE = "-v" in sys.argv


def rows(name):
    path = os.path.join(FOLDER, name)
    if not os.path.exists(path):
        return []
    with open(path, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def clean(text):
    return " ".join((text or "").split())


def makers():
    """SRN and name of every maker of the registers, in each of its languages."""
    for path in REGISTERS:
        with open(path, encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                for name in re.split(r"\s*\[[A-Z]{2}\](?:,\s*|$)", clean(row["name"])):
                    if name:
                        yield row["srn"], name


def learnt():
    """Every name that is at hand, as the makers of a database: frequent words are told by them."""
    columns = ("maker_spelling", "eudamed_name", "current_name", "other_name(history_or_other_language)", "name_a", "name_b",
               "spelling_seen", "en_name_official", "latin_name", "other_script_name")
    files = ("anvisa_fda_to_eudamed_cn_pairs", "eudamed_same_srn_name_pairs", "hard_negatives", "beijing_firm_spellings",
             "beijing_firms", "eudamed_crossscript_pairs_real")
    names = {clean(row.get(column)) for file in files for row in rows(file + ".csv") for column in columns}
    return sorted((names | {name for _, name in makers()}) - {""})


LEARNT = learnt()


def words(name):
    plain = "".join(c for c in unicodedata.normalize("NFKD", name.lower()) if not unicodedata.combining(c))
    return re.findall(r"[^\W_]+", plain)


def rare_words():
    """Words of few makers: fewer than 4 in a thousand have them."""
    count = {}
    for name in LEARNT:
        for word in set(words(name)):
            count[word] = count.get(word, 0) + 1
    return {word for word, times in count.items() if len(word) > 3 and 1000 * times < 4 * max(len(LEARNT), 2000)}


RARE = rare_words()


def in_common(seen, right):
    """Rare words of the one that the other has as well, be it joined or misspelt."""
    return [word for one, other in ((right, seen), (seen, right)) for word in words(one) if word in RARE
            and (word in "".join(words(other)) or difflib.get_close_matches(word, words(other), 1, 0.8))]


def ask(firms, queries):
    """firms: [(id, zh, srn, [(kind, name)])]; queries: [(name, country)]; answers: [(band, id, score, rule)]."""
    lines = []
    for key, zh, srn, names in firms:
        lines.append(f"F\t{key}\t{clean(zh)}\t{srn}")
        lines += [f"N\t{kind}\t{clean(name)}" for kind, name in names if clean(name)]
    for query in queries:
        name, country = query[:2]
        lines.append(f"Q\t{clean(name)}\t{country}\t\t")
    lines = [f"L\t{name}" for name in LEARNT] + lines
    out = subprocess.run([PROGRAM], input="\n".join(lines) + "\n", capture_output=True, text=True, check=True).stdout
    answers = [line.split("\t") for line in out.split("\n") if line]
    return [(band, key, score, ",".join(json.loads(why).get("reasons", [])) or rule)
            for band, key, score, rule, _, why in answers]


def beijing_firms(with_former=False):
    firms = []
    for row in rows("beijing_firms.csv"):
        names = [("zh", row["zh_name"]), ("en", row["en_name_official"])]
        firms.append((row["firm_id"], row["zh_name"], "", names))
    return firms


WRONG = 0
BY_SCORE = {}  # of reviews with a label: tenths of the score to [right, wrong]


def share(part, whole):
    return f"{100 * part / whole:.1f} %" if whole else "-"


def report(title, judged):
    """judged: [(wanted or None, answer, label)]; wanted = id or set of ids that are right, None = nobody; label =
    "the name asked | the right one"."""
    global WRONG
    count = {}
    undecided = 0
    for wanted, (band, key, score, rule), label in judged:
        right = key in wanted if isinstance(wanted, set) else key == wanted
        word = band if band == "none" else f"{band} {'right' if wanted and right else 'wrong'}"
        count[word] = count.get(word, 0) + 1
        if band == "review":
            BY_SCORE.setdefault(int(score) // 100, [0, 0])[0 if wanted and right else 1] += 1
        bad_auto = word == "auto wrong"
        WRONG += bad_auto
        missed = wanted and not right
        common = in_common(*label.split(" | ")[:2]) if missed else []
        undecided += bool(missed and not common)
        if bad_auto or (VERBOSE and ((wanted and word != "auto right") or (not wanted and band == "review"))):
            why = f"  ({'in common: ' + ' '.join(common) if common else 'no rare word in common'})" if missed else ""
            print(f"   {word:13} {rule:11} {score:>5}  {label}  -> {key}{why}")
    total = len(judged)
    wanted_any = sum(1 for wanted, _, _ in judged if wanted)
    right = {band: count.get(band + " right", 0) for band in ("auto", "review")}
    wrong = {band: count.get(band + " wrong", 0) for band in ("auto", "review")}
    print(f"{title}: {total}; " + ", ".join(f"{k} {v} ({share(v, total)})" for k, v in sorted(count.items())))
    if wanted_any:
        found = right["auto"] + right["review"]
        print(f"      automatic: precision {share(right['auto'], right['auto'] + wrong['auto'])}, "
              f"recall {share(right['auto'], wanted_any)}; review: precision "
              f"{share(right['review'], right['review'] + wrong['review'])}; both: recall {share(found, wanted_any)}, "
              f"{share(found, wanted_any - undecided)} of the {wanted_any - undecided} that a name can decide")


def spellings():
    labelled = rows("beijing_firm_spellings.csv")
    firms = beijing_firms()
    same = {}
    for row in rows("beijing_firms.csv"):
        same.setdefault(clean(row["en_name_official"]).lower(), set()).add(row["firm_id"])
    for kinds in (("name",), ("former_name", "ocr_error"), ("abbreviation",)):
        chosen = {}
        for row in labelled:
            if row["kind"] in kinds:
                chosen[(row["firm_id"], clean(row["spelling_seen"]))] = row
        queries = [(row["spelling_seen"], "CN") for row in chosen.values()]
        known = {firm[0] for firm in firms}
        extra = {}
        for row in chosen.values():
            if row["firm_id"] not in known:
                extra[row["firm_id"]] = (row["firm_id"], row["zh_name"], "",
                                         [("zh", row["zh_name"]), ("en", row["en_name_official"])])
        answers = ask(firms + list(extra.values()), queries)
        judged = [(same.get(clean(row["en_name_official"]).lower(), set()) | {row["firm_id"]}, answer,
                   f"{row['spelling_seen']} | {row['en_name_official']}") for row, answer in zip(chosen.values(), answers)]
        report(f"spellings of Beijing firms ({', '.join(kinds)})", judged)


def hard_negatives():
    labelled = rows("hard_negatives.csv")
    for way in ("name_b against the firm alone", "name_a against the stranger alone"):
        a, b = ("a", "b") if way.startswith("name_b") else ("b", "a")
        judged = []
        for row in labelled:
            firm = (row[f"id_{a}"] or "A", row[f"zh_{a}"], "", [("zh", row[f"zh_{a}"]), ("en", row[f"name_{a}"])])
            judged.append((None, row, firm, row[f"name_{b}"], row[f"zh_{b}"]))
        latin = [ask([firm], [(name, "")])[0] for _, _, firm, name, _ in judged]
        report(f"hard negatives, {way}",
               [(None, answer, f"{name} | {firm[3][1][1]}") for answer, (_, _, firm, name, _) in zip(latin, judged)])
        chinese = [(firm, zh) for _, _, firm, _, zh in judged if zh and firm[1]]
        answers = [ask([firm], [(zh, "")])[0] for firm, zh in chinese]
        report(f"hard negatives in Chinese, {way}",
               [(None, answer, f"{zh} | {firm[1]}") for answer, (firm, zh) in zip(answers, chinese)])
    firms = beijing_firms()
    outside = [row for row in labelled if row["set"].startswith("mined")]
    answers = ask(firms, [(row["name_b"], "") for row in outside])
    report("mined negatives against all Beijing firms",
           [(None, answer, f"{row['name_b']} | {row['name_a']}") for row, answer in zip(outside, answers)])


def across_registers():
    labelled = rows("anvisa_fda_to_eudamed_cn_pairs.csv")
    firms = {}
    for row in labelled:
        firms.setdefault(row["eudamed_srn"], (row["eudamed_srn"], "", "", [("en", row["eudamed_name"])]))
    answers = ask(list(firms.values()), [(row["maker_spelling"], "CN") for row in labelled])
    by_name = {}
    for firm in firms.values():
        letters = "".join(c for c in firm[3][0][1].lower() if c.isalnum())
        by_name.setdefault(letters, set()).add(firm[0])
    for label in ("1", "0", "?", ""):
        judged = []
        for row, answer in zip(labelled, answers):
            if row["label_by_hand(1/0/?)"] != label:
                continue
            letters = "".join(c for c in row["eudamed_name"].lower() if c.isalnum())
            wanted = by_name[letters] if label == "1" else None
            if label == "" and answer[0] == "auto":
                print(f"   unlabelled auto  {row['maker_spelling']} -> {firms[answer[1]][3][0][1]}")
                continue
            judged.append((wanted, answer, f"{row['maker_spelling']} | {row['eudamed_name']}"))
        report(f"ANVISA and FDA against EUDAMED, label {label or 'none'}", judged)


def renames():
    labelled = rows("eudamed_same_srn_name_pairs.csv")
    firms = {}
    for row in labelled:
        firms.setdefault(row["srn"], (row["srn"], "", "", [("en", row["current_name"])]))
    classes = {}
    other = "other_name(history_or_other_language)"
    answers = ask(list(firms.values()), [(row[other], "") for row in labelled])
    for row, answer in zip(labelled, answers):
        classes.setdefault(row["class"], []).append((row["srn"], answer, f"{row[other]} | {row['current_name']}"))
    print("names under one SRN, world (an automatic `wrong` may be the same firm under a second SRN):")
    global WRONG
    kept = WRONG
    for name, judged in sorted(classes.items()):
        report("  " + name, judged)
    WRONG = kept


def cross_script():
    firms = beijing_firms()
    labelled = rows("synthetic_crossscript.csv")
    answers = ask(firms, [(row["spelling_seen"], "") for row in labelled])
    kinds = {}
    for row, answer in zip(labelled, answers):
        kinds.setdefault(row["kind"], []).append((row["firm_id"], answer, f"{row['spelling_seen']} | {row['en_name_official']}"))
    for kind, judged in kinds.items():
        report(f"made-up spellings, {kind}", judged)
    labelled = rows("eudamed_crossscript_pairs_real.csv")
    firms = [(str(i), "", "", [("en", row["latin_name"])]) for i, row in enumerate(labelled)]
    ids = {}
    for row, firm in zip(labelled, firms):
        ids.setdefault(row["srn"], set()).add(firm[0])
    answers = ask(firms, [(row["other_script_name"], "") for row in labelled])
    kinds = {}
    for row, answer in zip(labelled, answers):
        kinds.setdefault(row["script"], []).append((ids[row["srn"]], answer, f"{row['other_script_name']} | {row['latin_name']}"))
    for kind, judged in kinds.items():
        report(f"real other script, {kind}", judged)


def review_load(title, others):
    """How many makers that are none of Beijing's a person has to look at."""
    firms = beijing_firms()
    others = sorted(others)
    answers = ask(firms, [(name, "") for name in others])
    load = {band: sum(answer[0] == band for answer in answers) for band in ("review", "auto")}
    if others:
        print(f"review load, {title}: {load['review']} of {len(others)} other makers, "
              f"{1000 * load['review'] / len(others):.1f} per thousand; automatic: {load['auto']}")
    names = {firm[0]: firm[3][1][1] for firm in firms}
    for name, answer in zip(others, answers):
        if answer[0] == "auto" or (VERBOSE and answer[0] != "none"):
            print(f"   {answer[0]:6} {answer[3]:11} {answer[2]:>5}  {name}  -> {names[answer[1]]}")


def review_loads():
    ours = {clean(row["en_name_official"]).lower() for row in rows("beijing_firms.csv")}
    labelled = {clean(row["eudamed_name"]) for row in rows("anvisa_fda_to_eudamed_cn_pairs.csv")}
    labelled |= {clean(row["current_name"]) for row in rows("eudamed_same_srn_name_pairs.csv")}
    review_load("labelled files", {name for name in labelled if name and name.lower() not in ours})
    own = {row["eudamed_srn"] for row in rows("beijing_firms.csv")} - {""}
    if REGISTERS:
        review_load("registers", {name for srn, name in makers() if srn not in own and name.lower() not in ours})


def calibration():
    print("reviews by score, right firm first of all:")
    for tenth, (right, wrong) in sorted(BY_SCORE.items()):
        print(f"   {100 * tenth:>4} to {100 * tenth + 99:>4}: {right:>4} of {right + wrong:>4}, {100 * right / (right + wrong):.0f} %")


spellings()
hard_negatives()
across_registers()
renames()
cross_script()
review_loads()
calibration()
print(f"wrong automatic matches: {WRONG}")
sys.exit(1 if WRONG else 0)
