"""A faulty workbook of every list: each row has one fault, in the order in which they stand here."""

from openpyxl import Workbook

from .case import Case
from .lists import LISTS, good_row
from .people import with_digit

# What is written into a row, and what must be found there: code and title of the column.
NOBODY = ({"姓名": ""}, [("E116", "姓名")])
WRONG_DIGIT = ({"证件号码": "412825195303150010"}, [("E103", "证件号码")])
OTHER_COUNTY = ({"县（区）": "郑州市"}, [("E109", "县（区）")])
EVERY_PERSON = [NOBODY, WRONG_DIGIT, OTHER_COUNTY]
PAYMENT = [
    ({"实发金额": "3000.01"}, [("E123", "实发金额")]),
    ({"账号": "6217000000000000123"}, [("E114", "账号")]),
    ({"账户户名": "李四"}, [("E127", "账户户名")]),
    ({"账户户名": "李四", "代领关系": "配偶"}, []),
    ({"发放状态": "失败"}, [("E116", "失败原因")]),
    ({"账号": "621700A"}, [("E119", "账号")]),
]
FAULTS = {
    "education-dropout": [
        *EVERY_PERSON,
        ({"学籍号": "G" + with_digit("41282519600101", "1")}, [("E127", "学籍号")]),
        ({"失辍学时间": "2026-11-02"}, [("E126", "数据截止日期")]),
        ({"是否残疾儿童": "不详"}, [("E117", "是否残疾儿童")]),
        ({"失辍学类型": "休学"}, [("E117", "失辍学类型")]),
    ],
    "education-school-costs": [
        *EVERY_PERSON,
        ({"扣除资助后自付": "5500"}, [("E122", "扣除资助后自付")]),
        ({"学年": "2026-2028"}, [("E117", "学年")]),
        ({"学段": "小学"}, []),
    ],
    "civil-affairs-low-income": [
        *EVERY_PERSON,
        ({"救助类别": "五保"}, []),
        ({"保障人数": "两人"}, [("E117", "保障人数")]),
        ({"月保障金": "四百三"}, [("E110", "月保障金")]),
    ],
    "housing-safety": [
        *EVERY_PERSON,
        ({"房屋安全等级": "B"}, [("E125", "房屋安全等级")]),
        ({"鉴定日期": "2126-09-15"}, [("E118", "鉴定日期")]),
    ],
    "water-safety": [*EVERY_PERSON, ({"饮水问题类型": "太远"}, [("E117", "饮水问题类型")])],
    "health-serious-illness": [*EVERY_PERSON, ({"疾病类别": "慢病"}, []), ({"确诊日期": "去年"}, [("E111", "确诊日期")])],
    "health-public-event": [*EVERY_PERSON, ({"联系电话": "138"}, [("E115", "联系电话")])],
    "medical-insurance-self-paid": [
        *EVERY_PERSON,
        ({"个人自付（三重制度后）": "86500.01"}, [("E123", "个人自付（三重制度后）")]),
        ({"个人自付（三重制度后）": "4999"}, [("E124", "个人自付（三重制度后）")]),
        ({"统计期间": "今年"}, [("E111", "统计期间")]),
    ],
    "medical-insurance-uninsured": [*EVERY_PERSON, ({"参保状态": "已参保"}, [("E117", "参保状态")])],
    "disabled-persons-certified": [
        *EVERY_PERSON,
        ({"残疾类别": "视力"}, [("E106", "残疾类别")]),
        ({"残疾等级": "2"}, [("E106", "残疾等级")]),
        ({"残疾人证号": with_digit("41282519600101", "1") + "41"}, [("E127", "残疾人证号")]),
        ({"残疾人证号": with_digit("41282519600101", "1")}, [("E102", "残疾人证号")]),
    ],
    "public-security-incidents": [*EVERY_PERSON, ({"后果（致伤/致残/致亡）": ""}, [("E116", "后果（致伤/致残/致亡）")])],
    "human-resources-unemployment": [*EVERY_PERSON, ({"失业登记/返乡时间": "2126-01-01"}, [("E118", "失业登记/返乡时间")])],
    "emergency-disasters": [*EVERY_PERSON, ({"损失金额": "约3万"}, [("E110", "损失金额")])],
    "payout-general": [*EVERY_PERSON, *PAYMENT, ({"应发金额": "3001"}, [("E122", "应发金额")])],
    "payout-yulu-plan": [*EVERY_PERSON, *PAYMENT, ({"专业": ""}, [("E116", "专业")])],
    "payout-public-post": [*EVERY_PERSON, *PAYMENT, ({"月数": "9"}, [("E122", "应发金额")])],
    "payout-work-subsidy": [*EVERY_PERSON, *PAYMENT, ({"务工结束时间": "2026-01-31"}, [("E126", "务工结束时间")])],
    "payout-loan-interest": [
        *EVERY_PERSON,
        *PAYMENT,
        ({"贷款金额": "50001"}, [("E123", "贷款金额")]),
        ({"到期日": "2025-05-31"}, [("E126", "到期日")]),
        ({"到期日": "2028-06-02"}, [("E123", "到期日")]),
        ({"贴息金额": "50000.01"}, [("E123", "贴息金额")]),
    ],
    "payout-premiums": [*EVERY_PERSON, *PAYMENT, ({"代缴金额": "401"}, [("E123", "代缴金额")])],
    "unpaid": [*EVERY_PERSON, ({"未兑付原因": "不清楚"}, [("E117", "未兑付原因")]), ({"情况说明": ""}, [("E116", "情况说明")])],
    "roster": [
        *EVERY_PERSON,
        ({"人数": "3"}, [("E128", "人数")]),
        ({"与户主关系": "之子"}, [("E129", "与户主关系")]),
        ({"户类型": "贫困户"}, [("E117", "户类型")]),
        ({"人编号": "41172200000199"}, []),
        ({"人编号": "41172200000199"}, [("E107", "人编号")]),
    ],
    "verification-result": [
        WRONG_DIGIT,
        ({"是否入户核实": "是", "入户日期": ""}, [("E116", "入户日期")]),
        ({"核实结果": "不纳入"}, [("E112", "不纳入原因"), ("E112", "情况说明")]),
        ({"核实结果": "不纳入", "不纳入原因": "05", "情况说明": "已死亡"}, [("E112", "情况说明")]),
        ({"核实结果": "纳入"}, [("E113", title) for title in ("户编号", "监测对象类别", "致贫/返贫风险1", "识别监测时间")]),
        ({"核实结果": "待定"}, [("E117", "核实结果")]),
    ],
    "warning-dispatch": [*EVERY_PERSON, ({"预警编号": "W202611-411722-000001"}, [("E107", "预警编号")])],
    "contacts": [
        ({"办公电话": "2915678"}, [("E115", "办公电话")]),
        ({"分管领导": "张3"}, [("E119", "分管领导")]),
        ({"电子邮箱": ""}, [("E116", "电子邮箱")]),
    ],
    "nil": [({"报送月份": "十月"}, [("E111", "报送月份")]), ({"零报告说明": ""}, [("E116", "零报告说明")])],
    "deferral": [({"拟报时间": "尽快"}, [("E111", "拟报时间")]), ({"名单名称": "名单甲"}, [("E107", "单位")])],
}


def make(folder):
    assert FAULTS.keys() == LISTS.keys()
    for list_id, faults in FAULTS.items():
        kind = LISTS[list_id][0]
        good = good_row(list_id, 0)
        titles = list(good)
        titles += sorted({title for changes, _ in faults for title in changes} - set(titles))
        titles += sorted({title for _, found in faults for _, title in found} - set(titles))
        workbook = Workbook()
        sheet = workbook.active
        sheet.title = "名单"
        sheet.append(titles)
        case = Case(folder / "every-list", f"{list_id}.xlsx", f"--kind {kind} --list {list_id}", list_id)
        rejected = 0
        for nth, (changes, found) in enumerate([({}, []), *faults]):
            row = good_row(list_id, nth) | changes
            sheet.append([row.get(title) or None for title in titles])
            for code, title in found:
                case.problem(code, nth + 2, titles.index(title) + 1, "名单")
            rejected += any(one["level"] == "row" for one in case.expected["problems"][-len(found):]) if found else 0
        for column in "ABCDEFGHIJKLMNOPQRSTUVWXYZ":
            sheet.column_dimensions[column].width = 14
        case.rows(len(faults) + 1 - rejected, rejected).workbook(workbook)
