"""Workbooks of Excel 97 to 2003, by xlwt."""

import datetime

import xlwt

from .case import FILE, WARNING, Case, event, titles
from .people import people

SHEET = "名单"


def sheet_of(rows, name=SHEET):
    workbook = xlwt.Workbook()
    sheet = workbook.add_sheet(name, cell_overwrite_ok=True)
    fill(sheet, rows)
    return workbook, sheet


def fill(sheet, rows):
    for at, row in enumerate(rows):
        for column, value in enumerate(row):
            if value is not None:
                sheet.write(at, column, value)


def events(count=3):
    return [titles(), *(event(person) for person in people(count))]


def save(case, workbook):
    workbook.save(str(case.path))
    case.write()


def make(folder):
    folder = folder / "xlwt"
    workbook, _ = sheet_of(events())
    save(Case(folder, "plain.xls").rows(3), workbook)

    workbook, sheet = sheet_of(events())
    sheet.write(2, 4, 412825196503150010)
    sheet.write(3, 4, 412825650315001)
    case = Case(folder, "ids-as-numbers.xls").rows(1, 2).problem("E101", 3, 5, SHEET)
    save(case.problem("E105", 4, 5, SHEET), workbook)

    for name, starts_1904 in (("dates-as-days", False), ("dates-counted-from-1904", True)):
        workbook, sheet = sheet_of(events())
        workbook.dates_1904 = starts_1904
        style = xlwt.easyxf(num_format_str="yyyy-mm-dd")
        for row in (1, 2, 3):
            sheet.write(row, 5, datetime.date(2026, 11, 20), style)
        save(Case(folder, f"{name}.xls").rows(3), workbook)

    workbook, sheet = sheet_of(events())
    sheet.row(2).hidden = True
    save(Case(folder, "hidden-row.xls").rows(0, 3).problem("E005", sheet=SHEET), workbook)
    workbook, sheet = sheet_of(events())
    sheet.col(4).hidden = True
    save(Case(folder, "hidden-column.xls").rows(0, 3).problem("E005", sheet=SHEET), workbook)
    for visibility, name in ((1, "hidden-sheet"), (2, "very-hidden-sheet")):
        workbook, _ = sheet_of(events())
        other = workbook.add_sheet("旧名单")
        fill(other, [titles(), event(people(4)[3])])
        other.visibility = visibility
        save(Case(folder, f"{name}.xls").rows(0, 3).problem("E004", level=FILE), workbook)
    workbook, _ = sheet_of(events())
    other = workbook.add_sheet("选项")
    fill(other, [["上蔡县"]])
    other.visibility = 1
    save(Case(folder, "hidden-sheet-of-choices.xls").rows(3).problem("E004", level=WARNING), workbook)

    workbook, sheet = sheet_of(events())
    sheet.write(2, 6, xlwt.Formula('"流"&"感"'))
    case = Case(folder, "formula.xls").rows(0, 3).problem("E006", sheet=SHEET)
    save(case.problem("E116", 3, 7, SHEET), workbook)
    rows = events()
    rows[2][2] = rows[3][2] = None
    workbook, sheet = sheet_of(rows)
    sheet.merge(1, 3, 2, 2)
    case = Case(folder, "merged-cells-among-people.xls").rows(0, 3).problem("E015", sheet=SHEET)
    save(case.problem("E116", 3, 3, SHEET).problem("E116", 4, 3, SHEET), workbook)

    rows = [["突发公共卫生事件名单（2026年11月）"], [], *events(), ["合计", None, None, "3人"]]
    workbook, sheet = sheet_of(rows)
    sheet.merge(0, 0, 0, 6)
    save(Case(folder, "titles-and-totals.xls").rows(3).problem("E008", sheet=SHEET), workbook)
    rows = events()
    rows[1][3], rows[2][3] = "王㛃", "李𬱖"
    workbook, _ = sheet_of(rows)
    save(Case(folder, "rare-characters.xls").rows(3), workbook)
    workbook, _ = sheet_of(events())
    fill(workbook.add_sheet("续表"), [titles(), event(people(1)[0])])
    save(Case(folder, "same-person-on-two-sheets.xls").rows(3, 1).problem("E107", 2, 5, "续表"), workbook)
