"""Two days of local records, told to m13d with or without a disturbance: chapters as in story.py, but of files alone.

Told as CSV and as workbooks; they hold every kind of change: rows good and bad, corrections,
withdrawals, a full list, a candidate that becomes a firm, documents before and after those who name them.
"""
import datetime
import decimal

from desk import book, many_firms, table
from story import Chapter
from demo_records import uscc

FIRMS, SALES = 150, 900
CODES = [row[0] for row in list(many_firms(FIRMS))[1:]]
PROMOTED = uscc("110108", "MA1PRMT1")


def products():
    yield ["product_id", "uscc", "name_zh", "class"]
    for number, code in enumerate(CODES):
        yield [f"P-{number}", code, f"监护仪{number}", "二类" if number % 9 else "四类"]  # each ninth is none
    yield ["P-X", PROMOTED, "等候企业的产品", ""]


def sales(correction=False):
    yield ["sale_id", "uscc", "product_id", "country", "date", "amount", "currency", "document", "作废"]
    for number in range(SALES // 3 if correction else SALES):
        firm = number % FIRMS
        amount = decimal.Decimal(1000 + number + correction * (number % 2))
        yield [f"S-{number}", CODES[firm], f"P-{firm}", "美国" if number % 50 else "某国", datetime.date(2026, 1, 1 + number % 28),
               amount, "USD", f"early-{firm}.pdf" if correction and number % 4 == 3 else f"{firm}.pdf",
               "作废" if correction and number % 10 == 0 else None]


def declarations():
    yield ["uscc", "product_id", "authority", "first_approval", "signed_on", "document"]
    for firm in range(20):
        yield [CODES[firm], f"P-{firm}", "FDA", "是", datetime.date(2026, 6, 1), "合同.pdf" if firm in (5, 6) else f"承诺-{firm}.pdf"]


def candidates():
    yield ["srn", "name_en"]
    yield ["CN-MF-000000771", "Beijing Promoted Devices Co., Ltd."]
    yield ["CN-MF-000000772", "Beijing Waiting Devices Co., Ltd."]


def full_list():
    firms = list(many_firms(FIRMS, "昌平区"))
    return [firms[0] + ["SRN号"]] + [row + [None] for row in firms[5:]] + \
        [[PROMOTED, "北京晋级医疗器械有限公司", None, "昌平区", "CN-MF-000000771"], [None, None, None, None, "CN-MF-000000772"]]


def contacts():
    yield ["uscc", "channel", "address", "name"]
    for number, code in enumerate(CODES[:30]):
        yield [code, "email", f"person{number}@firm.example.cn", f"某人{number}"]


def as_csv(rows):
    return table(*([cell if cell is not None else "" for cell in row] for row in rows)).encode("gb18030")


def as_workbook(*tables):
    return book(*((f"表{number}", rows) for number, rows in enumerate(tables, 1)))


# Those of some rows that come with them, one that nobody names yet, and one that two firms name; and those that were named
# the day before.
ATTACHED = {f"files/{name}.pdf": f"%PDF-1.7 {name}" * 400 for name in (*range(6), "early-3", "合同")}
LATER_ATTACHED = {f"files/承诺-{firm}.pdf": f"%PDF-1.7 promise {firm}" for firm in (1, 2)}


def chapters(form):
    """`form` is csv or xlsx."""
    if form == "csv":
        first = {"1.csv": as_csv(many_firms(FIRMS)), "2.csv": as_csv(products()), "3.csv": as_csv(sales()),
                 "4.csv": as_csv(declarations()), "5.csv": as_csv(candidates())}
        second = {"6.csv": as_csv(sales(correction=True)), "7.csv": as_csv([["全量"], *full_list()])}
    else:
        first = {"1.xlsx": as_workbook(many_firms(FIRMS), products()), "3.xlsx": as_workbook(sales(), declarations()),
                 "5.xlsx": as_workbook(candidates())}
        second = {"6.xlsx": as_workbook(sales(correction=True)), "7.xlsx": book(("企业全量", full_list()))}
    return (
        Chapter(f"files arrive ({form})", "2026-09-01T08:00:00+08:00", 0, "", (), first | ATTACHED),
        Chapter(f"corrections, a full list ({form})", "2026-09-02T08:00:00+08:00", 0, "", (), second | LATER_ATTACHED),
    )


# Contacts are kept by a database of their own right before their file is sealed. A kill between the two is no harm: the file is
# taken once more, and nothing in it is new then. So its counts differ, and facts are compared.
CONTACTS = (Chapter("contacts", "2026-09-01T08:00:00+08:00", 0, "", (), {
    "1.csv": as_csv(many_firms(FIRMS)), "2.csv": as_csv(contacts()), "3.xlsx": as_workbook(contacts())}),)
