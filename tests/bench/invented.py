"""Registers and firms for the measurements: invented, in the shape that openFDA serves, the same at each run.

What costs time is as in FDA's own file: every second product code drags a hundred registration numbers along, a third of
the rows name a maker that no row before them named, and a few per cent of the makers are firms of ours, each under a
spelling of its own.
"""
import csv
import io
import json
import pathlib
import random
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from demo_records import clearance, uscc

SEED = 13
CHARACTERS = dict(zip(
    "晨岚思卓启帆和煦远澄明锐安康华瑞德信博恒泽润嘉诚天衡正源凯达新宇维科同仁立方云海星光长青永泰中创百川",
    "chen lan si zhuo qi fan he xu yuan cheng ming rui an kang hua rui de xin bo heng ze run jia cheng tian heng zheng yuan "
    "kai da xin yu wei ke tong ren li fang yun hai xing guang chang qing yong tai zhong chuang bai chuan".split()))
SECTORS = [("医疗科技", "Medical Technology"), ("医疗器械", "Medical Devices"), ("生物技术", "Biotech"),
           ("影像设备", "Imaging Equipment"), ("康复器械", "Rehabilitation Devices"), ("诊断试剂", "Diagnostics"),
           ("光电科技", "Optoelectronics"), ("骨科材料", "Orthopaedics")]
DISTRICTS = [("110108", "海淀区"), ("110114", "昌平区"), ("110115", "大兴区"), ("110112", "通州区")]
PLACES = [("Shenzhen", "CN", "518057"), ("Suzhou", "CN", "215123"), ("Hangzhou", "CN", "310052"), ("Tianjin", "CN", "300457")]
ABROAD = [("Portland", "US", "97201", "OR"), ("Denver", "US", "80202", "CO"), ("Boston", "US", "02110", "MA"),
          ("Fremont", "US", "94538", "CA"), ("Jena", "DE", "07743", ""), ("Uppsala", "SE", "75320", ""),
          ("Leeds", "GB", "LS1 4AP", ""), ("Osaka", "JP", "530-0001", ""), ("Seongnam", "KR", "13494", "")]
SOUNDS = "al ber cor den el fen gar hol is jun kest lor mar nor os pel quin ros ster tal ul vor wes yar zen".split()
OTHER_BEIJING_PER_MILLE, OTHER_CHINESE_PER_MILLE = 10, 120


def brand(dice, characters=2):
    """In Chinese and in pinyin."""
    chosen = dice.sample(list(CHARACTERS), characters)
    return "".join(chosen), "".join(CHARACTERS[one] for one in chosen).capitalize()


def firms(count):
    """(USCC, Chinese name, English name, district) of so many firms of Beijing."""
    dice, found, names = random.Random(SEED), [], set()
    while len(found) < count:
        zh, pinyin = brand(dice, dice.choice((2, 3)))
        sector_zh, sector = dice.choice(SECTORS)
        code, district = dice.choice(DISTRICTS)
        name = f"北京{zh}{sector_zh}有限公司"
        if name not in names:
            names.add(name)
            found.append((uscc(code, f"MA{len(found):06d}"), name, f"Beijing {pinyin} {sector} Co., Ltd.", district))
    return found


def firms_table(chosen):
    """As the bureau hands it over."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["统一社会信用代码", "企业名称", "英文名称", "所属区"])
    writer.writerows(chosen)
    return out.getvalue()


def spelled(dice, name):
    """A firm's English name as somebody typed it into FDA's form."""
    return dice.choice((name, name.upper(), name.replace("Co., Ltd.", "Co.,Ltd"), name.replace("., Ltd.", " Ltd"),
                        name.replace("Beijing ", "", 1), name.replace("Co., Ltd.", "Company Limited")))


def maker(dice, chosen, matched):
    """(applicant, city, country, postcode, state)"""
    lot = dice.randrange(1000)
    _, pinyin = brand(dice, dice.choice((2, 3)))
    chinese = f"{pinyin} {dice.choice(SECTORS)[1]} Co., Ltd."
    if lot < matched:
        return spelled(dice, dice.choice(chosen)[2]), "Beijing", "CN", dice.choice(("100094", "102200", "")), ""
    if lot < matched + OTHER_BEIJING_PER_MILLE:
        return "Beijing " + chinese, dice.choice(("Beijing", "Bejing")), "CN", "100176", ""
    if lot < matched + OTHER_BEIJING_PER_MILLE + OTHER_CHINESE_PER_MILLE:
        city, country, postcode = dice.choice(PLACES)
        return f"{city} {chinese}", city, country, postcode, ""
    word = "".join(dice.choices(SOUNDS, k=3)).capitalize()
    city, country, postcode, state = dice.choice(ABROAD)
    return f"{word} {dice.choice(SECTORS)[1]}{dice.choice((', Inc.', ' GmbH', ' Ltd', ' LLC', ' Corp.'))}", \
        city, country, postcode, state


def product_codes(dice, count=600):
    """Code -> its openfda object; numbers of all the world's registrations under the code."""
    codes = {}
    while len(codes) < count:
        registrations = min(int(dice.expovariate(1 / 152)), 850)
        numbers = [[""] + [str(dice.randrange(1000000, 3040000000)) for _ in range(registrations)] for _ in range(2)]
        joined = {"registration_number": numbers[0], "fei_number": numbers[1]} if registrations else {}
        codes["".join(dice.choices("ABCDEFGHIJKLMNOPQRSTUVWXYZ", k=3))] = joined | {
            "device_name": "Recorder, Example", "medical_specialty_description": "Cardiovascular",
            "regulation_number": "870.2920", "device_class": "2"}
    return codes


def day(dice, first_year, last_year):
    return f"{dice.randint(first_year, last_year)}-{dice.randint(1, 8):02d}-{dice.randint(1, 28):02d}"


def rows(count, chosen, matched=30):
    """So many clearances in order of number, without their arrays, and product code -> arrays. So many of 1,000 makers are
    among the chosen firms; a tenth of the clearances are special ones.
    """
    dice, made, makers = random.Random(SEED + 1), [], []
    codes = product_codes(dice)
    names = list(codes)
    step = max(1, 160000 // max(1, count))  # FDA's numbers begin with the year, which is near that of the decision
    for number in range(count):
        filed = 100000 + number * step
        decided = min(2026, 2000 + filed // 10000)
        if not makers or dice.randrange(3) == 0:
            makers.append(maker(dice, chosen, matched))
        applicant, city, country, postcode, state = dice.choice(makers)
        device = f"Example{number % 977} Recorder (model {number % 89}) with Accessories"
        row = clearance(f"K{filed}", applicant, city, country, postcode, day(dice, decided, decided), day(dice, 2008, 2009),
                        device, dice.choice(names), kind="Special" if number % 10 == 0 else "Traditional", state=state)
        row["openfda"] = {}
        made.append(row)
    return made, codes


def served(value, depth):
    """Bytes of an object as openFDA indents them. Rows stand one a line, so a blank takes the place of each line's end."""
    return json.dumps(value, indent=2, ensure_ascii=False).replace("\n", " " + " " * depth)


def write_register(file, made, codes=None):
    """One row a line: with their arrays as served, or, without `codes`, slim."""
    arrays = {code: served(value, 6) for code, value in (codes or {}).items()}
    with open(file, "w", encoding="utf-8") as out:
        for row in made:
            if codes:
                out.write(served(row, 4).replace('"openfda": {}', '"openfda": ' + arrays[row["product_code"]]) + "\n")
            else:
                out.write(json.dumps(row, ensure_ascii=False, separators=(",", ":")) + "\n")
