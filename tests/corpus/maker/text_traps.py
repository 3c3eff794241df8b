"""Lists as text: encodings, separators, quotation, and what is typed into cells."""

import csv
import io

from .case import Case, event, titles
from .people import people, with_digit

EVENTS = "--list health-public-event"


def table(rows, **dialect):
    out = io.StringIO()
    csv.writer(out, lineterminator=dialect.pop("end", "\r\n"), **dialect).writerows(rows)
    return out.getvalue()


def events(count=3):
    return [titles(), *(event(person) for person in people(count))]


def make(folder):
    encodings(folder / "text")
    separators(folder / "text")
    rows_passed_over(folder / "text")
    cells(folder / "text")
    numbers(folder / "text")
    files(folder / "text")


def encodings(folder):
    plain = table(events())
    Case(folder, "utf-8.csv").rows(3).text(plain)
    Case(folder, "utf-8-with-mark.csv").rows(3).text(plain, "utf-8-sig")
    rare = events()
    rare[1][3], rare[2][3], rare[3][3] = "王㛃", "李𬱖", "张䶮"
    Case(folder, "gb18030-rare-characters.csv").rows(3).text(table(rare), "gb18030")
    Case(folder, "gb18030.csv").rows(3).text(plain, "gb18030")
    Case(folder, "utf-16-with-mark.txt").unreadable().bytes(table(events(), delimiter="\t").encode("utf-16"))
    Case(folder, "utf-16-without-mark.txt").unreadable().bytes(table(events(), delimiter="\t").encode("utf-16-le"))
    lost = table(events()).replace("流感", "流\ufffd", 1)
    Case(folder, "replacement-characters.csv").unreadable("E011").text(lost)
    Case(folder, "gb18030-broken-byte.csv").unreadable("E011").bytes(plain.encode("gb18030") + b"\xff\xff\r\n")
    Case(folder, "nul-bytes.csv").unreadable().bytes(
        plain.replace(people(1)[0].name, people(1)[0].name + "\0", 1).encode())


def separators(folder):
    Case(folder, "semicolons.csv").rows(3).text(table(events(), delimiter=";"))
    Case(folder, "tabs.csv").rows(3).text(table(events(), delimiter="\t"))
    Case(folder, "carriage-returns-only.csv").rows(3).text(table(events(), end="\r"))
    Case(folder, "no-line-end-at-the-end.csv").rows(3).text(table(events()).rstrip("\r\n"))
    rows = events()
    rows[1][6] = "流感聚集\n第二行，“引号”与\"双引号\""
    rows[2][4] = rows[2][4][:17] + ("1" if rows[2][4][17] != "1" else "2")
    # A line feed within a cell makes no row: the fault stands in row 3 as a spreadsheet counts.
    Case(folder, "line-breaks-within-quotes.csv").rows(2, 1).problem("E103", 3, 5).text(table(rows))
    rows = events()
    rows[1][6], rows[2][6], rows[3][6] = "=1+1", "@SUM(A1)", "-5"
    Case(folder, "cells-that-look-like-formulas.csv").rows(3).text(table(rows))
    rows = events()
    rows[1][3] = "=HYPERLINK(\"http://example.org\",\"张三\")"
    Case(folder, "name-that-looks-like-a-formula.csv").rows(3).text(table(rows))
    # What follows the open quotation mark is one cell, until it is longer than a cell may be.
    rest = table(events(1)[1:]) * 400
    Case(folder, "quote-never-closed.csv", EVENTS).rows(0, 3).problem("E010").text(
        table(events()) + '上蔡县,芦岗街道,东李村,"张三' + rest)


def rows_passed_over(folder):
    rows = events()
    for nth in range(1, 11):
        above = [[f"突发公共卫生事件名单（第{line}行）"] for line in range(1, nth)]
        Case(folder, f"header-in-row-{nth:02}.csv").rows(3).text(table([*above, *rows]))
    above = [["说明"]] * 10
    Case(folder, "header-in-row-11.csv", listed=None).problem("E002").text(table([*above, *rows]))
    Case(folder, "header-in-row-11-of-a-named-list.csv", EVENTS).problem("E002").text(table([*above, *rows]))
    total = ["合计", None, None, "3人", None, None, None]
    Case(folder, "totals.csv").rows(3).problem("E008").text(table([*rows, total]))
    page = [*rows[:2], rows[0], *rows[2:], ["本页小计", None, None, "2", None, None, None]]
    Case(folder, "repeated-page-headers.csv").rows(3).problem("E008").text(table(page))
    signed = [*rows, ["制表人：张三"], ["", "", "", "审核人：李四", "", "2026年11月24日"]]
    Case(folder, "signatures-below-the-list.csv").rows(3).problem("E008").text(table(signed))
    Case(folder, "blank-rows.csv").rows(3).problem("E008").text(
        table([*rows[:2], [""] * 7, [""] * 7, *rows[2:], [""] * 7]))
    Case(folder, "blank-columns.csv").rows(3).text(table([[r[0], "", "", *r[1:4], "", *r[4:], ""] for r in rows]))
    Case(folder, "list-begins-at-column-d.csv").rows(3).text(table([["", "", "", *r] for r in rows]))
    aliases = [["户籍县区", "乡镇街道", "村（居）", "公民姓名", "公民身份号码", "截止日期", "*事件 名称（必填）"], *rows[1:]]
    Case(folder, "aliases-as-titles.csv").rows(3).text(table(aliases))
    twice = [[*rows[0], "身份证号"], *([*r, r[4]] for r in rows[1:])]
    Case(folder, "title-and-alias-of-one-column.csv").rows(3).problem("E013").text(table(twice))
    unknown = [[*rows[0], "血型"], *([*r, "A"] for r in rows[1:])]
    Case(folder, "unknown-column.csv").rows(3).problem("E009").text(table(unknown))
    lacking = [r[:5] + r[6:] for r in rows]
    Case(folder, "missing-column.csv", EVENTS).rows(0, 3).problem("E003").text(table(lacking))
    ambiguous = [r[:6] for r in rows]
    Case(folder, "fits-several-lists.csv").refused("which-list", 2).text(table(ambiguous))
    Case(folder, "wrong-list-for-the-schema.csv", "--list water-safety", "water-safety").rows(0, 3).problem(
        "E003").problem("E009").text(table(rows))
    Case(folder, "head-count-differs（共5人）.csv").rows(3).problem("E007").text(table(rows))
    Case(folder, "head-count-agrees（3人）.csv").rows(3).text(table(rows))
    numbered = [["序号", *rows[0]], *([str(n), *r] for n, r in enumerate(rows[1:], 1)), *([str(n)] + [""] * 7 for n in (4, 5, 6))]
    Case(folder, "running-numbers-below-the-last-person.csv").rows(3).text(table(numbered))


def one(folder, name, healed=None, fault=None, **changes):
    """A list of three whose second person has the trap in one cell."""
    trio = people(3)
    rows = [titles(), event(trio[0]), event(trio[1], **changes), event(trio[2])]
    case = Case(folder, name).rows(3 if fault is None else 2, 0 if fault is None else 1)
    for letter, codes in ((healed, ["E014"]), *((letter, [code]) for letter, code in fault or [])):
        if letter:
            for code in codes:
                case.problem(code, 3, ord(letter) - ord("A") + 1)
    case.text(table(rows))


def cells(folder):
    person = people(3)[1]
    full = person.id.translate(str.maketrans("0123456789", "０１２３４５６７８９"))
    ends_in_x = with_digit("41282519770305", "X")
    one(folder, "full-width-digits.csv", healed="E", E=full)
    one(folder, "zero-width-characters.csv", healed="E", E=person.id[:6] + "\u200b" + person.id[6:] + "\ufeff")
    one(folder, "spaces-within-a-number.csv", healed="E", E=f"{person.id[:6]} {person.id[6:14]} {person.id[14:]}")
    one(folder, "no-break-space.csv", healed="D", D=person.name + "\u00a0")
    one(folder, "ideographic-space-within-a-name.csv", healed="D", D="张\u3000三")
    one(folder, "leading-apostrophe.csv", healed="E", E="'" + person.id)
    one(folder, "lower-case-x.csv", E=ends_in_x.lower())
    one(folder, "full-width-x.csv", healed="E", E=ends_in_x[:17] + "ｘ")
    for nth, dot in enumerate("·•・‧∙．.･⋅"):
        one(folder, f"dot-in-a-name-{nth + 1}.csv", D=f"买买提{dot}艾力")
    one(folder, "name-with-a-digit.csv", fault=[("D", "E119")], D="张3")
    one(folder, "date-in-chinese.csv", F="2026年11月20日")
    one(folder, "date-with-slashes.csv", F="2026/11/20")
    one(folder, "date-with-dots.csv", F="2026.11.20")
    one(folder, "date-in-eight-digits.csv", F="20261120")
    one(folder, "date-with-a-time.csv", F="2026-11-20 08:30:00")
    one(folder, "date-as-serial-number.csv", F="46346")
    one(folder, "date-that-is-none.csv", fault=[("F", "E111")], F="2026-02-30")
    one(folder, "date-after-today.csv", fault=[("F", "E118")], F="2126-11-20")
    one(folder, "county-as-code.csv", A="411722")
    one(folder, "county-as-former-code.csv", A="412825")
    one(folder, "county-as-alias.csv", A="市开发区")
    one(folder, "county-unknown.csv", fault=[("A", "E109")], A="天边县")
    one(folder, "county-empty.csv", fault=[("A", "E116")], A="")
    one(folder, "longest-cell.csv", G="长" * 10_922)
    Case(folder, "cell-too-long.csv", EVENTS).problem("E010").rows(0, 1).text(
        table([titles(), event(people(1)[0]), event(person, G="长" * 10_923)]))


def numbers(folder):
    trio = people(3)
    one(folder, "id-check-digit.csv", fault=[("E", "E103")], E=trio[1].id[:17] + ("1" if trio[1].id[17] != "1" else "2"))
    one(folder, "id-of-17-characters.csv", fault=[("E", "E102")], E=trio[1].id[:17])
    one(folder, "id-of-15-digits.csv", fault=[("E", "E105")], E="412825650315001")
    one(folder, "id-with-a-letter.csv", fault=[("E", "E119")], E="4128251965031500A1")
    one(folder, "id-as-scientific-text.csv", fault=[("E", "E101")], E="4.12825E+17")
    one(folder, "id-born-in-2099.csv", fault=[("E", "E104")], E=with_digit("41282520990305", "1"))
    one(folder, "id-born-on-30-february.csv", fault=[("E", "E104")], E=with_digit("41282519800230", "1"))
    one(folder, "same-id-same-name.csv", fault=[("E", "E107")], D=trio[0].name, E=trio[0].id)
    one(folder, "same-id-other-name.csv", fault=[("E", "E107"), ("D", "E108")], D="欧阳修远", E=trio[0].id)
    rows = [[*titles(), "联系电话"], event(trio[0], H="0396-2915678"), event(trio[1], H="1381234567"), event(trio[2], H="13812341234、0396 2915678")]
    Case(folder, "phone-too-short.csv").rows(2, 1).problem("E115", 3, 8).problem("E014", 4, 8).text(table(rows))


def files(folder):
    Case(folder, "empty.csv", listed=None).problem("E002").bytes(b"")
    Case(folder, "only-a-mark.csv", listed=None).problem("E002").bytes(b"\xef\xbb\xbf")
    Case(folder, "header-only.csv").text(table([titles()]))
    Case(folder, "web-page-called.xls").unreadable().text("<html><body><table><tr><td>姓名</td></tr></table></body></html>")
    picture = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(range(64))
    Case(folder, "picture-called.csv").unreadable().bytes(picture)
