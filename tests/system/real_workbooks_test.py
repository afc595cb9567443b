#!/usr/bin/python3
"""Workbooks through the real decoder in its sandbox, cell by cell beside a reader of another make (zipfile, ElementTree).

Always over LibreOffice's workbook of the unit tests; with M13_REAL_DATA=FOLDER over the workbooks in FOLDER/eudamed as well
(they are not part of this repository).
"""
import array
import json
import os
import pathlib
import re
import socket
import subprocess
import unittest
import xml.etree.ElementTree
import zipfile

from house import BUILD, SOURCE

REAL = os.environ.get("M13_REAL_DATA")
MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


def decoded(path):
    """[(sheet, {row: cells})] as the daemon's child tells them."""
    ours, its = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    child = subprocess.Popen([BUILD / "m13d", "--child", "decode", "--table"], stdin=its, stdout=subprocess.PIPE)
    its.close()
    with open(path, "rb") as file:
        ours.sendmsg([b"0\n"], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [file.fileno()]))])
    ours.close()
    lines = [json.loads(line) for line in child.stdout]
    child.stdout.close()
    assert child.wait() == 0 and lines[0]["sandbox"].startswith("seccomp") and "end" in lines[-1], lines[-1]
    sheets = []
    for line in lines[1:]:
        if "sheet" in line:
            sheets.append((line["sheet"]["name"], {}))
        elif "row" in line:
            sheets[-1][1][line["row"]] = line["cells"]
    return sheets


def text_of(element):
    runs = [element.find(MAIN + "t"), *element.findall(f"{MAIN}r/{MAIN}t")]
    return "".join(run.text or "" for run in runs if run is not None)


def value_of(cell, strings):
    value = cell.findtext(MAIN + "v", "")
    if cell.get("t") == "s":
        value = strings[int(value)]
    elif cell.get("t") == "inlineStr":
        value = text_of(cell.find(MAIN + "is"))
    value = re.sub("_x([0-9A-Fa-f]{4})_", lambda escape: chr(int(escape.group(1), 16)), value)
    # Blanks and control characters are folded, line breaks kept.
    value = re.sub("[\x00-\x09\x0b\x0c\x0e-\x1f\x7f\ufeff]", " ", value)
    lines = [" ".join(line.split()) for line in re.split("[\r\n]+", value)]
    return "\n".join(line for line in lines if line)


def column_of(place):
    column = 0
    for letter in re.match("[A-Z]+", place).group():
        column = column * 26 + ord(letter) - 64
    return column


def independently_read(path):
    """The same of workbooks whose cells are texts and plain numbers, as those of EUDAMED are."""
    with zipfile.ZipFile(path) as archive:
        def part(name):
            return xml.etree.ElementTree.fromstring(archive.read(name))
        strings = [text_of(item) for item in part("xl/sharedStrings.xml").findall(MAIN + "si")]
        targets = {relation.get("Id"): relation.get("Target") for relation in part("xl/_rels/workbook.xml.rels")}
        sheets = []
        for sheet in part("xl/workbook.xml").iter(MAIN + "sheet"):
            if sheet.get("state", "visible") != "visible":
                continue
            rows = {}
            for row in part("xl/" + targets[sheet.get(RELATION)].removeprefix("/xl/")).iter(MAIN + "row"):
                cells = {}
                for cell in row.findall(MAIN + "c"):
                    value = value_of(cell, strings)
                    if value:
                        cells[column_of(cell.get("r"))] = value
                if cells:
                    rows[int(row.get("r"))] = [cells.get(column, "") for column in range(1, max(cells) + 1)]
            sheets.append((sheet.get("name"), rows))
    return sheets


class Workbooks(unittest.TestCase):
    def test_both_readers_agree_on_libreoffices_texts(self):
        path = SOURCE / "tests/unit/decode/fixtures/roster.xlsx"
        ours, theirs = decoded(path), independently_read(path)
        self.assertEqual([name for name, _ in ours], ["企业名单", "产品"])
        self.assertEqual([name for name, _ in ours], [name for name, _ in theirs])
        self.assertEqual([list(rows) for _, rows in ours], [list(rows) for _, rows in theirs])
        self.assertEqual(ours[0][1][4], theirs[0][1][4])
        self.assertEqual(ours[1], theirs[1])

    @unittest.skipUnless(REAL, "M13_REAL_DATA names no folder with real records")
    def test_both_readers_agree_on_every_real_cell(self):
        paths = sorted(pathlib.Path(REAL).glob("eudamed/*.xlsx"))
        self.assertTrue(paths)
        for path in paths:
            with self.subTest(path.name):
                ours, theirs = decoded(path), independently_read(path)
                self.assertEqual([name for name, _ in ours], [name for name, _ in theirs])
                for (_, rows), (_, expected) in zip(ours, theirs):
                    self.assertEqual(list(rows), list(expected))
                    for number, cells in rows.items():
                        self.assertEqual(cells, expected[number], f"row {number}")


if __name__ == "__main__":
    unittest.main()
