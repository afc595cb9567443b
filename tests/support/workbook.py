"""Workbooks (XLSX, ECMA-376) as different programs write them, row by row; and a small reader and a filler-in of forms.

    write(file, [Sheet("企业", rows)], EXCEL)

A cell is None (no cell at all), a str, an int, a decimal.Decimal, a bool, a datetime.date, an Error or a Formula.
"""
import dataclasses
import datetime
import decimal
import re
import typing
import xml.etree.ElementTree
import zipfile
from xml.sax.saxutils import escape

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
EPOCHS = {False: datetime.date(1899, 12, 30), True: datetime.date(1904, 1, 1)}
# Styles: none, a date of the built-in formats, one in Chinese, text.
STYLES = {"number": 0, "date": 1, "chinese date": 2, "text": 3}
FORMATS = (0, 14, 164, 49)
ROWS_AT_ONCE = 500


@dataclasses.dataclass(frozen=True)
class Error:
    """What a formula that fails leaves."""
    text: str = "#REF!"


@dataclasses.dataclass(frozen=True)
class Formula:
    """With the value that its program last saw; None = it was never computed."""
    text: str
    value: typing.Any = None


@dataclasses.dataclass(frozen=True)
class Manner:
    """How a program writes."""
    shared_strings: bool = True     # else each string stands in its cell
    numbers_as_text: bool = False   # the green corner: text cells that hold digits
    dates: str = "date"             # "date", "chinese date": numbers in that style; "text": 2026/3/5; "iso": t="d"
    epoch_1904: bool = False        # old Macintoshes
    references: bool = True         # r="B3" on each cell; without it cells are counted
    prefix: str = ""                # of the namespace: "x:" as the Open XML SDK writes it
    strings_first: bool = False     # in the archive; Excel puts them behind the sheets
    text_style: bool = False        # every string cell has the format @
    compression: int = 6


EXCEL = Manner()
# What is seen of WPS Office and of exports by Chinese web systems: no shared strings, numbers kept as text.
WPS = Manner(shared_strings=False, numbers_as_text=True, dates="text", text_style=True)
MACINTOSH = Manner(epoch_1904=True)
OPEN_XML_SDK = Manner(shared_strings=False, prefix="x:", references=False)


@dataclasses.dataclass
class Sheet:
    name: str
    rows: typing.Iterable  # lists of cells; None = a blank row that is not even written
    hidden: bool = False
    merged: tuple = ()     # ranges, "A1:H1"


def column_name(number):
    """1 -> A, 27 -> AA."""
    name = ""
    while number:
        number, letter = divmod(number - 1, 26)
        name = chr(65 + letter) + name
    return name


# --- writing ----------------------------------------------------------------------------------------------------------


class Strings:
    """The table that cells share."""

    def __init__(self):
        self.numbers, self.uses = {}, 0

    def number(self, text):
        self.uses += 1
        return self.numbers.setdefault(text, len(self.numbers))


class Cells:
    """Cells of one workbook to XML."""

    def __init__(self, manner):
        self.manner, self.strings, self.prefix = manner, Strings(), manner.prefix
        self.names = [column_name(number) for number in range(1, 200)]

    def string(self, place, text):
        p, style = self.prefix, f' s="{STYLES["text"]}"' if self.manner.text_style else ""
        if self.manner.shared_strings:
            return f'<{p}c{place}{style} t="s"><{p}v>{self.strings.number(text)}</{p}v></{p}c>'
        return f'<{p}c{place}{style} t="inlineStr"><{p}is>{self.text(text)}</{p}is></{p}c>'

    def text(self, text):
        """Blanks at its ends are kept."""
        return f'<{self.prefix}t xml:space="preserve">{escape(text)}</{self.prefix}t>'

    def date(self, place, day):
        p, manner = self.prefix, self.manner
        if manner.dates == "text":
            return self.string(place, f"{day.year}/{day.month}/{day.day}")
        if manner.dates == "iso":
            return f'<{p}c{place} s="{STYLES["date"]}" t="d"><{p}v>{day.isoformat()}</{p}v></{p}c>'
        serial = (day - EPOCHS[manner.epoch_1904]).days
        return f'<{p}c{place} s="{STYLES[manner.dates]}"><{p}v>{serial}</{p}v></{p}c>'

    def formula(self, place, value):
        p = self.prefix
        result = f"<{p}v>{escape(str(value.value))}</{p}v>" if value.value is not None else ""
        kind = ' t="str"' if isinstance(value.value, str) else ""
        return f"<{p}c{place}{kind}><{p}f>{escape(value.text)}</{p}f>{result}</{p}c>"

    def cell(self, place, value):
        p = self.prefix
        if isinstance(value, str):
            return self.string(place, value)
        if isinstance(value, bool):
            return f'<{p}c{place} t="b"><{p}v>{int(value)}</{p}v></{p}c>'
        if isinstance(value, (int, decimal.Decimal)):
            return self.string(place, str(value)) if self.manner.numbers_as_text else f"<{p}c{place}><{p}v>{value}</{p}v></{p}c>"
        if isinstance(value, datetime.date):
            return self.date(place, value)
        if isinstance(value, Error):
            return f'<{p}c{place} t="e"><{p}v>{value.text}</{p}v></{p}c>'
        return self.formula(place, value)

    def row(self, number, values):
        p, names, made = self.prefix, self.names, []
        for at, value in enumerate(values):
            if self.manner.references:
                if value is not None:
                    made.append(self.cell(f' r="{names[at]}{number}"', value))
            else:  # a cell without a name stands where it is counted to
                made.append(f"<{p}c/>" if value is None else self.cell("", value))
        at = f' r="{number}"' if self.manner.references else ""
        return f"<{p}row{at}>{''.join(made)}</{p}row>"


def write_sheet(out, sheet, cells):
    p = cells.prefix
    namespace = f'xmlns:{p[:-1]}="{MAIN}"' if p else f'xmlns="{MAIN}"'
    out.write(f"{HEAD}<{p}worksheet {namespace}><{p}sheetData>".encode())
    made = []
    for number, values in enumerate(sheet.rows, 1):
        if values is not None:
            made.append(cells.row(number, values))
        elif not cells.manner.references:
            made.append(f"<{p}row/>")
        if len(made) >= ROWS_AT_ONCE:
            out.write("".join(made).encode())
            made.clear()
    merged = "".join(f'<{p}mergeCell ref="{area}"/>' for area in sheet.merged)
    merged = f"<{p}mergeCells>{merged}</{p}mergeCells>" if merged else ""
    out.write(f"{''.join(made)}</{p}sheetData>{merged}</{p}worksheet>".encode())


def write_strings(out, cells):
    p, strings = cells.prefix, cells.strings
    namespace = f'xmlns:{p[:-1]}="{MAIN}"' if p else f'xmlns="{MAIN}"'
    out.write(f'{HEAD}<{p}sst {namespace} count="{strings.uses}" uniqueCount="{len(strings.numbers)}">'.encode())
    made = []
    for text in strings.numbers:
        made.append(f"<{p}si>{cells.text(text)}</{p}si>")
        if len(made) >= ROWS_AT_ONCE:
            out.write("".join(made).encode())
            made.clear()
    out.write(f"{''.join(made)}</{p}sst>".encode())


def styles():
    used = "".join(f'<xf numFmtId="{number}" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>'
                   for number in FORMATS)
    return (f'{HEAD}<styleSheet xmlns="{MAIN}"><numFmts count="1"><numFmt numFmtId="164" formatCode="'
            'yyyy&quot;年&quot;m&quot;月&quot;d&quot;日&quot;;@"/></numFmts><fonts count="1"><font><sz val="11"/></font></fonts>'
            '<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>'
            '</fills><borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs>'
            f'<cellXfs count="{len(FORMATS)}">{used}</cellXfs></styleSheet>')


def book(sheets, epoch_1904):
    hidden = {True: ' state="hidden"', False: ""}
    listed = "".join(f'<sheet name="{escape(sheet.name)}" sheetId="{number}"{hidden[sheet.hidden]} r:id="rId{number}"/>'
                     for number, sheet in enumerate(sheets, 1))
    properties = '<workbookPr date1904="1"/>' if epoch_1904 else "<workbookPr/>"
    return f'{HEAD}<workbook xmlns="{MAIN}" xmlns:r="{RELATIONS}">{properties}<sheets>{listed}</sheets></workbook>'


def relations(pairs):
    made = "".join(f'<Relationship Id="rId{number}" Type="{RELATIONS}/{kind}" Target="{target}"/>'
                   for number, (kind, target) in enumerate(pairs, 1))
    return f'{HEAD}<Relationships xmlns="{PACKAGE}/relationships">{made}</Relationships>'


def content_types(sheets, shared):
    form = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    parts = [("/xl/workbook.xml", "sheet.main"), ("/xl/styles.xml", "styles")]
    parts += [(f"/xl/worksheets/sheet{number}.xml", "worksheet") for number in range(1, len(sheets) + 1)]
    parts += [("/xl/sharedStrings.xml", "sharedStrings")] if shared else []
    made = "".join(f'<Override PartName="{part}" ContentType="{form}.{kind}+xml"/>' for part, kind in parts)
    return (f'{HEAD}<Types xmlns="{PACKAGE}/content-types"><Default Extension="rels" ContentType="application/vnd.'
            f'openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>{made}</Types>')


def write(file, sheets, manner=EXCEL):
    """`file`: a path, or something that can be written and sought."""
    cells = Cells(manner)
    shared = manner.shared_strings
    targets = [("worksheet", f"worksheets/sheet{number}.xml") for number in range(1, len(sheets) + 1)]
    targets += [("styles", "styles.xml")] + ([("sharedStrings", "sharedStrings.xml")] if shared else [])
    first = shared and manner.strings_first
    if first:
        sheets = [dataclasses.replace(sheet, rows=list(sheet.rows)) for sheet in sheets]
        for sheet in sheets:  # to know them all before any cell is written
            for number, values in enumerate(sheet.rows, 1):
                cells.row(number, values or ())
        cells.strings.uses = 0
    def part(name):
        """Of no time of its own: the same workbook has the same bytes."""
        info = zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0))
        info.compress_type = zipfile.ZIP_DEFLATED
        return info

    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=manner.compression) as archive:
        archive.writestr(part("[Content_Types].xml"), content_types(sheets, shared))
        archive.writestr(part("_rels/.rels"), relations([("officeDocument", "xl/workbook.xml")]))
        archive.writestr(part("xl/workbook.xml"), book(sheets, manner.epoch_1904))
        archive.writestr(part("xl/_rels/workbook.xml.rels"), relations(targets))
        archive.writestr(part("xl/styles.xml"), styles())
        if first:
            with archive.open(part("xl/sharedStrings.xml"), "w", force_zip64=True) as out:
                write_strings(out, cells)
        for number, sheet in enumerate(sheets, 1):
            with archive.open(part(f"xl/worksheets/sheet{number}.xml"), "w", force_zip64=True) as out:
                write_sheet(out, sheet, cells)
        if shared and not first:
            with archive.open(part("xl/sharedStrings.xml"), "w", force_zip64=True) as out:
                write_strings(out, cells)


# --- reading and filling in -------------------------------------------------------------------------------------------


def parts_of(archive):
    """Name of each sheet: its part; in order."""
    def tree(part):
        return xml.etree.ElementTree.fromstring(archive.read(part))

    targets = {one.get("Id"): one.get("Target") for one in tree("xl/_rels/workbook.xml.rels")}
    return {sheet.get("name"): "xl/" + targets[sheet.get(f"{{{RELATIONS}}}id")].removeprefix("/xl/")
            for sheet in tree("xl/workbook.xml").iter(f"{{{MAIN}}}sheet")}


def read(file):
    """{sheet: rows}, each a list of strings ("" for no cell): what stands in the cells, numbers as they are written."""
    with zipfile.ZipFile(file) as archive:
        shared = []
        if "xl/sharedStrings.xml" in archive.namelist():
            table = xml.etree.ElementTree.fromstring(archive.read("xl/sharedStrings.xml"))
            shared = ["".join(part.text or "" for part in item.iter(f"{{{MAIN}}}t")) for item in table]
        return {name: read_sheet(archive.read(part), shared) for name, part in parts_of(archive).items()}


def read_sheet(text, shared):
    rows = []
    for row in xml.etree.ElementTree.fromstring(text).iter(f"{{{MAIN}}}row"):
        rows += [[] for _ in range(int(row.get("r")) - 1 - len(rows))]
        cells = []
        for cell in row:
            letters = re.match("[A-Z]+", cell.get("r"))[0]
            column = sum((ord(letter) - 64) * 26 ** at for at, letter in enumerate(reversed(letters)))
            cells += [""] * (column - len(cells))
            value = "".join(part.text or "" for part in cell if part.tag != f"{{{MAIN}}}f") + \
                "".join(part.text or "" for part in cell.iter(f"{{{MAIN}}}t"))
            cells[column - 1] = shared[int(value)] if cell.get("t") == "s" else value
        rows.append(cells)
    return rows


def fill_in(form, filled, sheet, cells):
    """A copy of a workbook in which somebody has typed: cells is {(row, column): text}, both from 1. Formats stay."""
    with zipfile.ZipFile(form) as archive, zipfile.ZipFile(filled, "w", zipfile.ZIP_DEFLATED) as out:
        part = parts_of(archive)[sheet]
        for item in archive.infolist():
            content = archive.read(item)
            out.writestr(item, type_into(content.decode(), cells).encode() if item.filename == part else content)


def type_into(text, typed):
    """The sheet's XML with the cells replaced or added, in order of row and column."""
    rows = {}
    for row in re.finditer(r'<row r="(\d+)"([^>]*?)(?:/>|>(.*?)</row>)', text, re.DOTALL):
        rows[int(row[1])] = (row[2], dict(cells_of(row[3] or "")))
    for (row, column), value in typed.items():
        attributes, cells = rows.setdefault(row, ("", {}))
        old = re.search(r' s="\d+"', cells.get(column, ""))
        cells[column] = (f'<c r="{column_name(column)}{row}"{old[0] if old else ""} t="inlineStr"><is><t xml:space="preserve">'
                         f"{escape(str(value))}</t></is></c>")
    made = "".join(f'<row r="{number}"{re.sub(" spans=.[^ ]*", "", attributes)}>'
                   f"{''.join(cell for _, cell in sorted(cells.items()))}</row>"
                   for number, (attributes, cells) in sorted(rows.items()))
    data = f"<sheetData>{made}</sheetData>"
    return re.sub(r"<sheetData/>|<sheetData>.*</sheetData>", lambda _: data, text, flags=re.DOTALL)


def cells_of(row):
    for cell in re.finditer(r'<c r="([A-Z]+)\d+"[^>]*?(?:/>|>.*?</c>)', row, re.DOTALL):
        yield sum((ord(letter) - 64) * 26 ** at for at, letter in enumerate(reversed(cell[1]))), cell[0]
