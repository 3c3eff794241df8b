"""Workbooks of openpyxl, with what Excel and people put into them."""

import datetime
import re

from openpyxl import Workbook
from openpyxl.styles import Font, PatternFill
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from .case import FILE, WARNING, Case, event, settle, titles
from .people import check_digit, people, with_digit

SHEET = "名单"
EVENTS = "--list health-public-event"


def sheet_of(rows, name=SHEET):
    workbook = Workbook()
    sheet = workbook.active
    sheet.title = name
    for row in rows:
        sheet.append(row)
    return workbook, sheet


def events(count=3, **changes):
    """A list whose second person has the changes."""
    rows = [titles()]
    for nth, person in enumerate(people(count)):
        rows.append(event(person, **(changes if nth == 1 else {})))
    return rows


def make(folder):
    folder = folder / "openpyxl"
    headers(folder)
    sheets(folder)
    hidden(folder)
    formulas_and_merged(folder)
    numbers(folder)
    dates(folder)
    money(folder)
    sizes(folder)
    across_rows(folder)


def headers(folder):
    workbook, sheet = sheet_of([["突发公共卫生事件名单（2026年11月）"], ["填报单位：市卫生健康委"], *events()])
    sheet.merge_cells("A1:G1")
    sheet.merge_cells("A2:G2")
    Case(folder, "merged-titles-above.xlsx").rows(3).workbook(workbook)

    groups = ["住址", None, None, "人员", None, "事件", None]
    workbook, sheet = sheet_of([groups, *events()])
    for block in ("A1:C1", "D1:E1", "F1:G1"):
        sheet.merge_cells(block)
    Case(folder, "group-titles-above-the-header.xlsx").rows(3).workbook(workbook)

    upper = ["县（区）", "乡（镇）", "行政村", "人员信息", None, "数据截止日期", "事件名称"]
    lower = [None, None, None, "姓名", "证件号码", None, None]
    workbook, sheet = sheet_of([["突发公共卫生事件名单"], upper, lower, *events()[1:]])
    sheet.merge_cells("D2:E2")
    for column in "ABCFG":
        sheet.merge_cells(f"{column}2:{column}3")
    Case(folder, "header-of-two-lines.xlsx").rows(3).workbook(workbook)

    aids = ["奖学金", "助学贷款", "助学金", "补助", "减免"]
    upper = ["县（区）", "乡（镇）", "行政村", "姓名", "证件号码", "学段", "学年", "应缴学费", "资助情况", *[None] * 4,
             "扣除资助后自付", "数据截止日期"]
    workbook, sheet = sheet_of([upper, [*[None] * 8, *aids, None, None]])
    for person in people(3):
        place = [person.county, person.town, person.village, person.name, person.id]
        sheet.append([*place, "高职", "2026-2027", 5000, 0, 0, 1000, 0, 500, 3500, "2026-10-31"])
    for column in "ABCDEFGHNO":
        sheet.merge_cells(f"{column}1:{column}2")
    sheet.merge_cells("I1:M1")
    Case(folder, "header-with-sub-columns.xlsx", listed="education-school-costs").rows(3).workbook(workbook)

    rows = events()
    rows[0] = ["县\n（区）", "乡\n（镇）", "行政\n村", "姓 名", "证 件 号 码", "数据截止\n日期", "事件名称\n(必填)"]
    workbook, _ = sheet_of(rows)
    Case(folder, "line-breaks-in-titles.xlsx").rows(3).workbook(workbook)

    workbook, sheet = sheet_of([])
    for nth, row in enumerate(events()):
        for at, value in enumerate(row):
            sheet.cell(nth + 5, at + 4, value)
    Case(folder, "list-begins-at-d5.xlsx").rows(3).workbook(workbook)


def sheets(folder):
    workbook, _ = sheet_of(events())
    other = workbook.create_sheet("二月")
    other.append(titles())
    for person in people(5)[3:]:
        other.append(event(person))
    Case(folder, "same-list-on-two-sheets.xlsx").rows(5).workbook(workbook)

    workbook, _ = sheet_of(events())
    other = workbook.create_sheet("续表")
    other.append(titles())
    other.append(event(people(1)[0]))
    other.append(event(people(2)[1], D="欧阳修远"))
    case = Case(folder, "same-person-on-two-sheets.xlsx").rows(3, 2).problem("E107", 2, 5, "续表")
    case.problem("E107", 3, 5, "续表").problem("E108", 3, 4, "续表").workbook(workbook)

    workbook, _ = sheet_of(events())
    workbook.create_sheet("说明").append(["本表由各县区填报"])
    workbook.create_sheet("空表")
    Case(folder, "sheets-without-a-header.xlsx").rows(3).problem("E012").workbook(workbook)


def hidden(folder):
    for state, name in (("hidden", "hidden-sheet"), ("veryHidden", "very-hidden-sheet")):
        workbook, _ = sheet_of(events())
        other = workbook.create_sheet("旧名单")
        other.append(titles())
        other.append(event(people(4)[3]))
        other.sheet_state = state
        Case(folder, f"{name}-with-people.xlsx").rows(0, 3).problem("E004", level=FILE).workbook(workbook)
    workbook, _ = sheet_of(events())
    other = workbook.create_sheet("选项")
    other.append(["上蔡县"])
    other.sheet_state = "hidden"
    Case(folder, "hidden-sheet-of-choices.xlsx").rows(3).problem("E004", level=WARNING).workbook(workbook)
    for confirmed in (False, True):
        workbook, sheet = sheet_of(events())
        sheet.row_dimensions[3].hidden = True
        if confirmed:
            case = Case(folder, "hidden-row-confirmed.xlsx", "--confirm E005").rows(3)
            case.problem("E005", sheet=SHEET, level=WARNING).workbook(workbook)
        else:
            Case(folder, "hidden-row.xlsx").rows(0, 3).problem("E005", sheet=SHEET).workbook(workbook)
    workbook, sheet = sheet_of(events())
    case = Case(folder, "row-of-no-height.xlsx").rows(0, 3).problem("E005", sheet=SHEET)
    workbook.save(case.path)
    settle(case.path, lambda _, part: part.replace(b'<row r="4"', b'<row r="4" ht="0" customHeight="1"'))
    case.write()
    workbook, sheet = sheet_of(events())
    sheet.column_dimensions["E"].hidden = True
    Case(folder, "hidden-column.xlsx").rows(0, 3).problem("E005", sheet=SHEET).workbook(workbook)
    rows = events()
    rows[0].append("血型")
    workbook, sheet = sheet_of(rows)
    sheet.column_dimensions["H"].hidden = True
    case = Case(folder, "hidden-column-that-is-not-sent.xlsx").rows(3)
    case.problem("E009", sheet=SHEET).problem("E005", sheet=SHEET, level=WARNING).workbook(workbook)


def formulas_and_merged(folder):
    workbook, sheet = sheet_of(events())
    sheet["G3"] = '="流感"&"聚集"'
    # openpyxl writes no value beside a formula, as a program does that never reckoned it.
    case = Case(folder, "formula-without-a-value.xlsx").rows(0, 3)
    case.problem("E006", sheet=SHEET).problem("E116", 3, 7, SHEET).workbook(workbook)

    def reckoned(name, content):
        if name != "xl/worksheets/sheet1.xml":
            return content
        return re.sub(rb'(<c r="G3"[^>]*)>(<f>.*?</f>)<v(?: ?/>|></v>)', rb'\1 t="str">\2<v>x</v>', content)

    case = Case(folder, "formula-with-a-value.xlsx").rows(0, 3).problem("E006", sheet=SHEET)
    workbook.save(case.path)
    settle(case.path, reckoned)
    case.write()

    rows = [["序号", *titles()], *([nth, *event(person)] for nth, person in enumerate(people(3), 1))]
    workbook, sheet = sheet_of(rows)
    for row in (3, 4):
        sheet[f"A{row}"] = f"=A{row - 1}+1"
    Case(folder, "running-numbers-as-formulas.xlsx").rows(3).workbook(workbook)

    workbook, sheet = sheet_of(events())
    sheet.merge_cells("C2:C4")
    case = Case(folder, "merged-cells-among-people.xlsx").rows(0, 3).problem("E015", sheet=SHEET)
    case.problem("E116", 3, 3, SHEET).problem("E116", 4, 3, SHEET).workbook(workbook)


def numbers(folder):
    def number(name, value, accepted, code=None):
        workbook, sheet = sheet_of(events())
        sheet["E3"] = value
        case = Case(folder, f"{name}.xlsx").rows(accepted, 3 - accepted)
        if code:
            case.problem(code, 3, 5, SHEET)
        case.workbook(workbook)

    number("id-as-a-number-of-15-digits", 412825650315001, 2, "E105")
    number("id-as-a-number-of-16-digits", 4128256503150011, 2, "E101")
    number("id-as-a-number-of-17-digits", 41282519650315001, 2, "E101")
    # Cut to fifteen digits by Excel, this number still passes the check digit.
    lucky = next(n for n in (f"41282519{year}0315000" for year in range(50, 99)) if check_digit(n) == "0")
    number("id-as-a-number-that-still-passes", int(lucky + "0"), 2, "E101")
    number("id-as-scientific-text", "4.12825E+17", 2, "E101")

    rows = events()
    rows[2][4] = with_digit("41282519770305", "X")
    workbook, sheet = sheet_of(rows)
    sheet["E2"] = int(people(1)[0].id.replace("X", "0"))
    sheet["E4"] = int(people(3)[2].id.replace("X", "0"))
    case = Case(folder, "column-where-only-x-stayed-text.xlsx").rows(1, 2)
    case.problem("E101", 2, 5, SHEET).problem("E101", 4, 5, SHEET).workbook(workbook)

    workbook, sheet = sheet_of(events())
    sheet["A3"], sheet["A4"] = 411722, 412825
    Case(folder, "county-codes-as-numbers.xlsx").rows(3).workbook(workbook)
    rows = [[*titles(), "联系电话"], *(event(person, H=13812340000 + n) for n, person in enumerate(people(3)))]
    workbook, _ = sheet_of(rows)
    Case(folder, "telephones-as-numbers.xlsx").rows(3).workbook(workbook)


def dates(folder):
    day = datetime.date(2026, 11, 20)
    for name, value, form in (
        ("date-as-a-day", day, "yyyy-mm-dd"),
        ("date-as-a-day-in-chinese", day, 'yyyy"年"m"月"d"日"'),
        ("date-as-a-bare-number", 46346, "General"),
        ("date-as-eight-digits", 20261120, "General"),
        ("date-with-a-time", datetime.datetime(2026, 11, 20, 8, 30), "yyyy-mm-dd hh:mm"),
    ):
        workbook, sheet = sheet_of(events())
        for row in (2, 3, 4):
            sheet[f"F{row}"] = value
            sheet[f"F{row}"].number_format = form
        Case(folder, f"{name}.xlsx").rows(3).workbook(workbook)
    workbook, sheet = sheet_of(events())
    workbook.epoch = CALENDAR_MAC_1904
    for row in (2, 3, 4):
        sheet[f"F{row}"] = day
        sheet[f"F{row}"].number_format = "yyyy-mm-dd"
    Case(folder, "dates-counted-from-1904.xlsx").rows(3).workbook(workbook)


SELF_PAID = ["县（区）", "乡（镇）", "行政村", "姓名", "证件号码", "总费用", "个人自付", "统计期间", "数据截止日期"]


def money(folder):
    def list_of(name, values, problems=(), period="2026-01至2026-10", accepted=3):
        rows = [SELF_PAID]
        for person, (total, paid) in zip(people(3), values):
            place = [person.county, person.town, person.village, person.name, person.id]
            rows.append([*place, total, paid, period, "2026-10-31"])
        workbook, _ = sheet_of(rows)
        case = Case(folder, f"{name}.xlsx", listed="medical-insurance-self-paid").rows(accepted, 3 - accepted)
        for problem in problems:
            case.problem(*problem, SHEET)
        case.workbook(workbook)

    list_of("money-with-commas-and-yuan", [("86,500.00元", "￥23,000.5"), ("１５２３００", "41200元"), (98000, 26000.004)],
            [("E014", 3, 6)])
    list_of("money-with-wan", [("8.6万", "23000"), ("152300", "4.1万"), ("98000", "26000")],
            [("E110", 2, 6), ("E110", 3, 7)], accepted=1)
    list_of("money-above-and-below-its-limits", [("86500", "90000"), ("152300", "4999.99"), ("98000", "5000")],
            [("E123", 2, 7), ("E124", 3, 7)], accepted=2)
    list_of("money-as-a-month", [("86500", "23000")] * 3, period="2026年1-10月")
    list_of("period-that-is-none", [("86500", "23000")] * 3,
            [("E111", row, 8) for row in (2, 3, 4)], period="今年以来", accepted=0)
    list_of("month-as-a-number-with-a-decimal", [("86500", "23000")] * 3, period="202610.0")


def sizes(folder):
    workbook, sheet = sheet_of(events())
    for row in range(5, 2000):
        sheet.cell(row, 1).fill = PatternFill("solid", fgColor="FFFF00")
    for column in range(8, 40):
        sheet.cell(1, column).font = Font(bold=True)
    Case(folder, "styles-without-content.xlsx").rows(3).workbook(workbook)
    workbook, sheet = sheet_of([titles(), *(event(person) for person in people(4)[:3])])
    for at, value in enumerate(event(people(4)[3], E="412825196503150010")):
        sheet.cell(1_048_576, at + 1, value)
    case = Case(folder, "person-in-the-last-row-of-the-sheet.xlsx").rows(3, 1)
    case.problem("E103", 1_048_576, 5, SHEET).workbook(workbook)
    workbook, _ = sheet_of(events(G="长" * 10_922))
    Case(folder, "longest-cell.xlsx").rows(3).workbook(workbook)
    workbook, _ = sheet_of(events(G="长" * 10_923))
    Case(folder, "cell-too-long.xlsx", EVENTS).rows(0, 1).problem("E010").workbook(workbook)
    workbook, sheet = sheet_of(events())
    sheet.cell(2, 257, "远")
    Case(folder, "more-columns-than-a-list-has.xlsx", listed=None).problem("E010").workbook(workbook)
    workbook, _ = sheet_of(events(D="=张三", G="@流感"))
    workbook.active["D3"].data_type = "s"
    Case(folder, "text-that-looks-like-a-formula.xlsx").rows(3).workbook(workbook)
    workbook, _ = sheet_of(events())
    for _ in range(64):
        workbook.create_sheet()
    Case(folder, "more-sheets-than-a-list-has.xlsx", listed=None).problem("E010").workbook(workbook)


def across_rows(folder):
    rows = events(4)
    rows[3] = event(people(1)[0], D=people(1)[0].name)
    rows[4] = event(people(4)[3], E=f"'{people(2)[1].id}", D="司马青衫")
    workbook, _ = sheet_of(rows)
    case = Case(folder, "duplicates-in-other-spelling.xlsx").rows(2, 2).problem("E107", 4, 5, SHEET)
    case.problem("E014", 5, 5, SHEET).problem("E107", 5, 5, SHEET).problem("E108", 5, 4, SHEET).workbook(workbook)
