"""Some of the workbooks again, as LibreOffice writes them. Its files name its version, so these are
made only when asked for."""

import json
import pathlib
import shutil
import subprocess
import tempfile

# The file, and what it is converted to.
CONVERTED = [
    ("openpyxl/merged-titles-above.xlsx", "xls"),
    ("openpyxl/hidden-row.xlsx", "xls"),
    ("openpyxl/hidden-column.xlsx", "xls"),
    ("openpyxl/very-hidden-sheet-with-people.xlsx", "xls"),
    ("openpyxl/merged-cells-among-people.xlsx", "xls"),
    ("openpyxl/id-as-a-number-that-still-passes.xlsx", "xls"),
    ("openpyxl/dates-counted-from-1904.xlsx", "xls"),
    ("openpyxl/same-person-on-two-sheets.xlsx", "xls"),
    ("every-list/payout-loan-interest.xlsx", "xls"),
    ("xlwt/dates-counted-from-1904.xls", "xlsx"),
    ("xlwt/hidden-row.xls", "xlsx"),
    ("xlwt/merged-cells-among-people.xls", "xlsx"),
    ("xlwt/rare-characters.xls", "xlsx"),
    ("every-list/roster.xlsx", "xlsx"),
    ("openpyxl/merged-titles-above.xlsx", "ods"),
]


def make(folder):
    target = folder / "libreoffice"
    target.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as profile:
        for source, ending in CONVERTED:
            convert(folder / source, ending, target, profile)


def convert(source, ending, target, profile):
    with tempfile.TemporaryDirectory() as room:
        line = ["soffice", "--headless", f"-env:UserInstallation=file://{profile}", "--convert-to", ending]
        subprocess.run([*line, "--outdir", room, source], check=True, capture_output=True)
        made = pathlib.Path(room) / f"{source.stem}.{ending}"
        shutil.copy(made, target / made.name)
    expected = json.loads(source.with_name(source.name + ".expected.json").read_text())
    if ending == "ods":
        problem = {"code": "E001", "level": "file", "sheet": None, "row": None, "column": None}
        expected |= {"list": None, "accepted": 0, "rejected": 0, "exit": 1, "problems": [problem]}
    beside = target / f"{made.name}.expected.json"
    beside.write_text(json.dumps(expected, ensure_ascii=False, indent=1) + "\n")
