#!/usr/bin/python3
"""Tables of registers through `m13d decode`, row for row beside a reader of another make: quotes that are data, windows-1252,
zip, workbooks with thousands of shared texts, cells over several lines.

Always over small fixtures; with M13_REAL_DATA=FOLDER over real files of ANVISA, FDA and EUDAMED as well (FOLDER/anvisa/...,
which are not part of this repository).
"""
import collections
import io
import json
import os
import pathlib
import re
import subprocess
import unittest
import zipfile

from house import BUILD, House
from workbook import read

REAL = os.environ.get("M13_REAL_DATA")

DEFINITION = """
authority = "{authority}"; routes = ["510k"];
title  = {{ zh = "测试"; en = "test"; }}; covers = {{ zh = "全部"; en = "all"; }}; limits = {{ zh = "无"; en = "none"; }};
request  = {{ base = "https://register.example"; poll = {{ path = "/rows"; }}; }};
schedule = {{ every = "1d"; }};
expect   = {{ completeness = "register"; fresh = "3d"; }};
format   = {{ {format} }};
fields   = {{ {fields} }};
"""

ANVISA = ('kind = "csv"; separator = ";"; quote = "none"; charset = "windows-1252";',
          'number = "NUMERO_REGISTRO_CADASTRO"; holder = "DETENTOR_REGISTRO_CADASTRO"; manufacturer = "NOME_FABRICANTE"; '
          'decision_date = { from = "DT_PUB_REGISTRO_CADASTRO"; forms = ["eu"]; required = false; }; '
          'device = "NOME_COMERCIAL"; brand = "NOME_TECNICO"; device_class = "CLASSE_RISCO"; route = "CLASSE_RISCO"; '
          'status = "VALIDADE_REGISTRO_CADASTRO"; source_reason = "NOME_PAIS_FABRIC";')
CODES = ('kind = "csv"; separator = "|"; quote = "none"; charset = "windows-1252";',
         'number = "PRODUCTCODE"; holder = "MEDICALSPECIALTY"; device = "DEVICENAME"; device_class = "DEVICECLASS"; '
         'decision_date = { from = "GMPEXEMPTFLAG"; forms = ["us"]; required = false; }; route = "REGULATIONNUMBER"; '
         'status = "REVIEW_PANEL";')
ACTORS = ('kind = "xlsx";',
          'number = "Actor ID/SRN"; holder = "Name"; manufacturer = "Name"; route = "Role"; status = "Version"; '
          'decision_date = { from = "Abbreviated Name"; forms = ["iso"]; required = false; };')


ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")  # how a workbook writes what XML cannot


def unescape(match):
    return chr(int(match[1], 16))


def clean(text):
    """As clean.h has it: blanks and control characters fold."""
    return " ".join(re.sub(r"[\x00-\x20\x7f-\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+", " ", text).split())


def cp1252(content):
    """What a total table makes of it: five bytes mean nothing."""
    return content.decode("cp1252", "replace")


class Tables(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.house = House(feeds=())
        cls.addClassCleanup(cls.house.__exit__)

    def decode(self, form, payload, authority="FDA"):
        """Records by row, rejects by row, and what was said."""
        text = DEFINITION.format(authority=authority, format=form[0], fields=form[1])
        (self.house.definitions / "table.conf").write_text(text, encoding="utf-8")
        file = self.house.folder / "payload"
        file.write_bytes(payload)
        done = subprocess.run([BUILD / "m13d", "-c", self.house.config, "decode", "table", file],
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=300, check=False)
        self.assertIn(done.returncode, (0, 3), done.stderr.decode())
        return [json.loads(line) for line in done.stdout.splitlines()], done.stderr.decode()


class SmallTables(Tables):
    def test_quotes_are_data(self):
        head = "NUMERO_REGISTRO_CADASTRO;DETENTOR_REGISTRO_CADASTRO;NOME_FABRICANTE;DT_PUB_REGISTRO_CADASTRO;NOME_COMERCIAL;" \
               "NOME_TECNICO;CLASSE_RISCO;VALIDADE_REGISTRO_CADASTRO;NOME_PAIS_FABRIC\r\n"
        rows = '8001;Exemplo Ltda;"Chenlan" Medical;05/10/2026;GISITY GOOT";SONDA 0,35";II;VIGENTE;CHINA, REPÚBLICA POPULAR\r\n' \
               '8002;Exemplo Ltda;Qifan – Bio;;Duplo"J";x;I;VIGENTE;CHINA, REPÚBLICA POPULAR\r\n'
        records, said = self.decode(ANVISA, (head + rows).encode("cp1252"))
        self.assertEqual([record["manufacturer"] for record in records], ['"Chenlan" Medical', "Qifan – Bio"])
        self.assertEqual([record["device"] for record in records], ['GISITY GOOT"', 'Duplo"J"'])
        self.assertEqual(said, "")


@unittest.skipUnless(REAL, "M13_REAL_DATA names no folder")
class RealTables(Tables):
    def test_anvisa_every_row_comes_through(self):
        content = next(pathlib.Path(REAL, "anvisa").glob("TA_PRODUTO_SAUDE_SITE*.csv")).read_bytes()
        lines = content.split(b"\r\n")
        self.assertEqual(lines.pop(), b"")
        names = lines[0].decode().split(";")
        rows = [dict(zip(names, map(cp1252, line.split(b";")))) for line in lines[1:]]
        self.assertEqual(len(rows), 15412)
        self.assertEqual({len(line.split(b";")) for line in lines}, {12})
        records, said = self.decode(ANVISA, content)
        self.assertEqual(len(records), len(rows), said[:2000])
        for record, row in zip(records, rows):
            self.assertEqual((record["number"], record.get("manufacturer", ""), record.get("device", ""), record.get("status", "")),
                             tuple(clean(row[name]) for name in ("NUMERO_REGISTRO_CADASTRO", "NOME_FABRICANTE", "NOME_COMERCIAL",
                                                                 "VALIDADE_REGISTRO_CADASTRO")))
            day, month, year = row["DT_PUB_REGISTRO_CADASTRO"].split("/") if row["DT_PUB_REGISTRO_CADASTRO"] else ("", "", "")
            self.assertEqual(record.get("decision_date", ""), f"{year}-{month}-{day}" if year else "")
        countries = collections.Counter(record["source_reason"] for record in records)
        self.assertEqual(countries["CHINA, REPÚBLICA POPULAR"], 2898)
        self.assertEqual(sum(bool(re.search("bei ?jing|bejing", record["manufacturer"], re.IGNORECASE)) and
                             record["source_reason"].startswith("CHINA") for record in records), 92)

    def test_product_codes_of_fda_in_a_zip_and_out_of_it(self):
        content = next(pathlib.Path(REAL, "fda").glob("foiclass*.txt")).read_bytes()
        expected = len(content.split(b"\r\n")) - 2
        plain, said = self.decode(CODES, content)
        self.assertEqual(len(plain) + said.count("row "), expected, said[:2000])
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("foiclass.txt", content)
        zipped, _ = self.decode(('container = "zip"; member = "foi*.txt"; ' + CODES[0], CODES[1]), packed.getvalue())
        self.assertEqual(zipped, plain)

    def test_a_workbook_of_43669_makers_row_for_row(self):
        file = next(pathlib.Path(REAL, "eudamed").glob("Eudamed_Manufacturers*.xlsx"))
        (header, *rows), = read(file).values()
        self.assertEqual(len(rows), 43669)
        records, said = self.decode(ACTORS, file.read_bytes())
        self.assertEqual(len(records) + len(re.findall("^row ", said, re.MULTILINE)), len(rows), said[:2000])
        number, name = header.index("Actor ID/SRN"), header.index("Name")
        self.assertEqual([(record["number"], record.get("manufacturer", "")) for record in records],
                         [(clean(row[number]), clean(ESCAPED.sub(unescape, row[name]))) for row in rows])


if __name__ == "__main__":
    unittest.main(verbosity=2)
