"""One trap: a file, and beside it what a check of it must find."""

import json
import re
import zipfile

FILE, ROW, WARNING, INFO = "file", "row", "warning", "info"
LEVELS = dict.fromkeys(["E007", "E013", "E114", "E124", "E128", "E129"], WARNING)
LEVELS |= dict.fromkeys(["E008", "E009", "E012", "E014"], INFO)
LEVELS |= dict.fromkeys(["E001", "E002", "E003", "E004", "E005", "E006", "E010", "E011", "E015"], FILE)


class Case:
    """Says what is expected of one file. Rows and columns are counted from 1."""

    def __init__(self, folder, name, arguments="", listed="health-public-event"):
        self.path = folder / name
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.expected = {
            "arguments": arguments.split(),
            "list": listed,
            "accepted": 0,
            "rejected": 0,
            "exit": 0,
            "problems": [],
        }

    def rows(self, accepted, rejected=0):
        self.expected["accepted"], self.expected["rejected"] = accepted, rejected
        return self

    def problem(self, code, row=None, column=None, sheet=None, level=None):
        found = {"code": code, "level": level or LEVELS.get(code, ROW)}
        found |= {"sheet": sheet, "row": row, "column": column}
        self.expected["problems"].append(found)
        return self

    def refused(self, code, exit_code):
        """No report at all: the command itself fails."""
        self.expected = {"arguments": self.expected["arguments"], "error": code, "exit": exit_code}
        return self

    def unreadable(self, code="E001"):
        self.expected["list"] = None
        return self.problem(code)

    def write(self):
        levels = {one["level"] for one in self.expected.get("problems", [])}
        if levels & {FILE, ROW}:
            self.expected["exit"] = 1
        beside = self.path.with_name(self.path.name + ".expected.json")
        text = json.dumps(self.expected, ensure_ascii=False, indent=1)
        # One problem a line reads better than five.
        text = re.sub(r"\{\n\s+\"code\"[^}]*\}", lambda m: re.sub(r"\s+", " ", m[0]), text)
        beside.write_text(text + "\n", encoding="utf-8")

    def text(self, text, encoding="utf-8"):
        return self.bytes(text.encode(encoding))

    def bytes(self, content):
        self.path.write_bytes(content)
        self.write()

    def workbook(self, workbook):
        """Saves a workbook of openpyxl, the same bytes every time."""
        workbook.save(self.path)
        settle(self.path)
        self.write()


def settle(path, edit=None):
    """Takes the moment of making out of an .xlsx; `edit` may change parts by name."""
    with zipfile.ZipFile(path) as archive:
        parts = [(one.filename, archive.read(one)) for one in archive.infolist()]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, content in parts:
            if name == "docProps/core.xml":
                content = re.sub(rb"20\d\d-[-\d]+T[\d:]+Z", b"2026-11-24T00:00:00Z", content)
            if edit:
                content = edit(name, content)
            entry = zipfile.ZipInfo(name, (2026, 11, 24, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, content)


def titles(*extra):
    return ["县（区）", "乡（镇）", "行政村", "姓名", "证件号码", "数据截止日期", "事件名称", *extra]


def event(person, **changes):
    """A row of the list of public health events; changes are by column letter."""
    row = [person.county, person.town, person.village, person.name, person.id, "2026-11-20", "流感聚集"]
    for letter, value in changes.items():
        at = ord(letter) - ord("A")
        row += [None] * (at + 1 - len(row))
        row[at] = value
    return row
