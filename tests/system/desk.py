"""A house with a desk: whoever puts files into its inbox, and reads what comes of them."""
import csv
import io
import json
import os
import sys

from house import SOURCE, House

sys.path.append(str(SOURCE / "tests" / "support"))
import workbook  # noqa: E402
from demo_records import uscc  # noqa: E402

# Columns of an errors file.
ROW, COLUMN, REASON, RIGHT = "行", "列", "问题", "应为"


def book(*sheets, manner=workbook.EXCEL):
    """Bytes of a workbook; each sheet is (name, rows) or a workbook.Sheet."""
    out = io.BytesIO()
    workbook.write(out, [sheet if isinstance(sheet, workbook.Sheet) else workbook.Sheet(*sheet) for sheet in sheets], manner)
    return out.getvalue()


def table(*rows, delimiter=",", end="\r\n"):
    """Text of a CSV."""
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, lineterminator=end).writerows(rows)
    return out.getvalue()


def many_firms(count, district="海淀区"):
    """The header and so many invented firms of one district."""
    yield ["统一社会信用代码", "企业名称", "英文名称", "所属区"]
    for number in range(count):
        yield [uscc("110108", f"MA1{number:05d}"), f"北京示例{number}号医疗器械有限公司", f"Beijing Example {number} Co., Ltd.", district]


class Desk(House):
    """One folder of inbox, one of what went back, and the questions of a person at the desk."""

    @property
    def inbox(self):
        return self.state / "inbox"

    def deliver(self, name, content, now, **options):
        """Puts a file into the inbox, and m13d takes it at that time; what it says of it: one dictionary a sheet."""
        self.put(name, content)
        last = self.last_file()
        self.said = self.once(now=now, **options).stdout
        return self.files("id > ?", last)

    # --- what is known ---

    def dictionaries(self, sql, *parameters):
        database = self.database()
        try:
            cursor = database.execute(sql, parameters)
            names = [column[0] for column in cursor.description]
            return [dict(zip(names, row)) for row in cursor]
        finally:
            database.close()

    def last_file(self):
        return self.rows("SELECT coalesce(max(id), 0) FROM local_file")[0][0] if (self.state / "m13d.db").exists() else 0

    def files(self, where="1", *parameters):
        return self.dictionaries(f"SELECT * FROM local_file WHERE {where} ORDER BY id", *parameters)

    def versions(self, kind, key):
        """All versions of a record, its fields as a dictionary."""
        found = self.dictionaries("SELECT * FROM local_record WHERE kind = ? AND key = ? ORDER BY version", kind, key)
        for row in found:
            row["fields"] = json.loads(row["fields"])
        return found

    def record(self, kind, key):
        """The current version, or None where it is withdrawn or was never there."""
        current = [row for row in self.versions(kind, key) if row["seq_to"] is None and not row["withdrawn"]]
        return current[0] if current else None

    def fields(self, kind, key):
        record = self.record(kind, key)
        return record["fields"] if record else None

    def keys(self, kind):
        """Of the current records."""
        return [key for key, in self.rows("SELECT key FROM local_record WHERE kind = ? AND seq_to IS NULL AND withdrawn = 0 "
                                          "ORDER BY key", kind)]

    def waiting(self):
        """(kind, key, what is missing, its name)"""
        return set(self.rows("SELECT kind, key, missing, name FROM local_waiting"))

    def case(self, number):
        """As m13ctl shows it."""
        return next((case for case in self.ctl("cases") if case["number"] == number), None)

    # --- what went back ---

    def errors(self, name):
        """Rows of inbox/rejected/NAME.errors.csv as Excel would read them; None where there is none."""
        path = self.inbox / "rejected" / f"{name}.errors.csv"
        if not path.exists():
            return None
        content = path.read_bytes()
        assert content.startswith(b"\xef\xbb\xbf"), "Excel takes it for GBK"
        return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))

    def receipts(self):
        """What the desk was told of files, in order."""
        return [json.loads(body) for body, in self.rows("SELECT body FROM outbox WHERE audience = 'desk' AND kind = 'receipt' "
                                                        "ORDER BY id")]

    def lying_in(self, folder):
        """Names of the files there; what m13d itself wrote is left out."""
        path, ours = self.inbox / folder, (".errors.csv", ".warnings.csv")
        return sorted(entry.name for entry in path.iterdir() if entry.is_file() and not entry.name.endswith(ours)
                      and not entry.name.startswith(".")) if path.exists() else []

    def where_it_says(self, *values):
        """Files of the whole house in which one of the values stands, in UTF-8, UTF-16 or GB18030."""
        forms = [value.encode(encoding) for value in values for encoding in ("utf-8", "utf-16-le", "gb18030")]
        found = []
        for path in self.folder.rglob("*"):
            if path.is_file():
                content = path.read_bytes()
                if any(form in content for form in forms):
                    found.append(os.path.relpath(path, self.folder))
        return sorted(found)
