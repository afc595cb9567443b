"""Whole registers of invented approvals as their authorities publish them, at their real sizes, seeded: what a decoder reads.

The form is the authentic one (columns, separators, character set, line ends, traps); every firm is invented.
"""
import io
import json
import random
import sys
import zipfile

from measuring import SOURCE

sys.path.insert(0, str(SOURCE / "tests" / "support"))
import workbook

SYLLABLES = "chen lan qi fan he xu si zhuo ming yuan rui an tai kang jia xin bo wei".split()
CITIES = ["Beijing", "Shenzhen, Guangdong", "Tianjin", "Suzhou", "Hangzhou", "Haidian District, Beijing"]


class Dice(random.Random):
    """Seeded by what is made, so that each register is the same every time."""

    def word(self):
        return "".join(self.choice(SYLLABLES) for _ in range(self.randint(2, 3))).capitalize()

    def firm(self):
        return f"{self.word()} {self.choice(['Medical', 'Biotech', 'Imaging', 'Devices'])} {self.choice(['Co., Ltd.', 'Inc.', 'GmbH'])}"

    def day(self, form):
        return form.format(year=self.randint(2010, 2026), month=self.randint(1, 12), day=self.randint(1, 28))

    def digits(self, count):
        return "".join(self.choices("0123456789", k=count))


def anvisa(file, rows=180000):
    """TA_PRODUTO_SAUDE_SITE.csv: windows-1252, `;`, CR LF, quotes that are data."""
    dice = Dice("anvisa")
    names = ("NUMERO_REGISTRO_CADASTRO;NUMERO_PROCESSO;NOME_TECNICO;CLASSE_RISCO;NOME_COMERCIAL;CNPJ_DETENTOR_REGISTRO_CADASTRO;"
             "DETENTOR_REGISTRO_CADASTRO;NOME_FABRICANTE;NOME_PAIS_FABRIC;DT_PUB_REGISTRO_CADASTRO;VALIDADE_REGISTRO_CADASTRO;"
             "DT_ATUALIZACAO_DADO")
    with open(file, "w", encoding="cp1252", newline="") as out:
        out.write(names + "\r\n")
        for number in range(rows):
            quote = dice.choice(["", "", "", "", '"', ' 0,35"'])
            country = dice.choice(["CHINA, REPÚBLICA POPULAR", "BRASIL", "ESTADOS UNIDOS DA AMÉRICA", "ALEMANHA"])
            out.write(f"{80000000000 + number};25351{dice.digits(12)};Equipamento de Diagnóstico {dice.word()};"
                      f"{dice.choice(['I', 'II', 'III', 'IV'])};{dice.word().upper()} – MODELO {number % 97}{quote};{dice.digits(14)};"
                      f"IMPORTADORA {dice.word().upper()} COMÉRCIO DE PRODUTOS HOSPITALARES LTDA;{dice.firm()};{country};"
                      f"{dice.day('{day:02}/{month:02}/{year}')};{dice.choice(['VIGENTE', '31/12/2030'])};11/20/2026 19:00:01\r\n")


def pmda(file, rows=26000):
    """認証品目リスト: a title above the header, full-width No, two columns of one name."""
    dice = Dice("pmda")
    header = ["Ｎｏ．", "分類", "認証番号", "認証年月日", "一般的名称", "販売名", "認証取得者の氏名又は名称", "法人番号", "住所",
              "選任製造販売業者の氏名又は名称", "法人番号", "登録認証機関", "備考"]
    table = [["認証品目リスト", *[""] * 12], header]
    for number in range(rows):
        firm = f"株式会社{dice.word()}メディカル"
        table.append([str(number + 1), dice.choice(["2", "3"]), f"{dice.randint(217, 308)}ABBZX{number:08}"[:16],
                      f"令和{dice.randint(2, 7)}年{dice.randint(1, 12)}月{dice.randint(1, 28)}日", dice.choice(["汎用超音波画像診断装置", "造影剤注入装置", "電子体温計"]),
                      f"{dice.word()} {number}", firm, dice.digits(13), "東京都千代田区", dice.choice(["", firm]), dice.choice(["", dice.digits(13)]),
                      dice.choice(["認証機関一", "認証機関二"]), dice.choice(["", "承継"])])
    workbook.write(file, [workbook.Sheet("認証品目リスト", table)])


def pmn(file, rows=100000):
    """pmn96cur.zip: one pipe-separated text in windows-1252 without quotes."""
    dice = Dice("pmn")
    out = io.StringIO()
    out.write("KNUMBER|APPLICANT|CONTACT|STREET1|STREET2|CITY|STATE|COUNTRY_CODE|ZIP|POSTAL_CODE|DATERECEIVED|DECISIONDATE|DECISION|"
              "REVIEWADVISECOMM|PRODUCTCODE|STATEORSUMM|CLASSADVISECOMM|SSPINDICATOR|TYPE|THIRDPARTY|EXPEDITEDREVIEW|DEVICENAME\r\n")
    for number in range(rows):
        day = dice.day("{month:02}/{day:02}/{year}")
        out.write(f"K{number:06}|{dice.firm()}||{dice.digits(3)} Example Road|Suite \"{number % 9}\"|{dice.choice(CITIES)}||CN||"
                  f"{dice.digits(6)}|{day}|{day}|SESE|RA|LLZ|Summary|RA||Traditional|N|N|{dice.word()}™ Imaging System\r\n")
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("pmn96cur.txt", out.getvalue().encode("cp1252"))


def cdsco(file, rows=105000):
    """The list of approved devices: one JSON of about 100 MB in one piece."""
    dice = Dice("cdsco")
    with open(file, "w", encoding="utf-8") as out:
        out.write('{"data":[')
        for number in range(rows):
            row = {"licence_no": f"MD-{number:06}", "licence_date": dice.day("{year}-{month:02}-{day:02}"), "device": f"{dice.word()} system",
                   "class": dice.choice("ABCD"), "manufacturer": dice.firm(), "address": f"{dice.digits(3)} Example Road, {dice.choice(CITIES)}",
                   "country": dice.choice(["China", "India", "Germany"]), "agent": f"{dice.word()} Healthcare Pvt Ltd", "status": "Approved",
                   "intended_use": " ".join(dice.word() for _ in range(70)), "models": [dice.word() for _ in range(12)]}
            out.write(("," if number else "") + json.dumps(row))
        out.write("]}")


def news(file, rows=100000):
    """An RSS of approvals, far longer than any regulator's."""
    dice = Dice("news")
    with open(file, "w", encoding="utf-8") as out:
        out.write('<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0"><channel><title>Approvals</title>\n')
        for number in range(rows):
            out.write(f"<item><guid>R-{number}</guid><title>{dice.word()} system &amp; {dice.word()}</title><author>{dice.firm()}</author>"
                      f"<pubDate>{dice.day('{year}-{month:02}-{day:02}')}</pubDate><category>active</category>"
                      f"<description>{' '.join(dice.word() for _ in range(20))}</description></item>\n")
        out.write("</channel></rss>\n")


def page(file, rows=10000):
    """A page with one table, as cancellations are published."""
    dice = Dice("page")
    with open(file, "w", encoding="utf-8") as out:
        out.write("<!DOCTYPE html><html><head><title>Cancellations</title></head><body><table><tr><th>Sponsor<th>Device<th>Number<th>What<th>When</tr>\n")
        for number in range(rows):
            out.write(f"<tr><td>{dice.firm()}<td>{dice.word()} &nbsp;system<td>{100000 + number}<td>Cancelled<td>{dice.day('{day:02}/{month:02}/{year}')}</tr>\n")
        out.write("</table></body></html>\n")
