"""One good row of every list, as an office would fill it in. Titles are written out by hand."""

from .people import luhn, with_digit

PLACE = "县（区）=上蔡县 乡（镇）=芦岗街道 行政村=东李村 户主姓名=张三 姓名=张三 证件号码=@id"
AS_OF = "联系电话=13812341234 数据截止日期=2026-10-31"
PAID = "应发金额=3000 实发金额=3000 开户行=上蔡农商行 账号=@account 账户户名=张三 发放日期=2026-10-20 发放状态=成功"

# For each list: its kind and columns, with a value that is right.
LISTS = {
    "education-dropout": ("warning_list", f"{PLACE} 学籍号=G@id 学校=第一初级中学 年级/班级=七年级2班 监护人姓名=张大 是否残疾儿童=否 失辍学类型=辍学 失辍学时间=2026-09-01 {AS_OF}"),
    "education-school-costs": ("warning_list", f"{PLACE} 学段=高职 学年=2026-2027 应缴学费=5000 住宿费=1000 教科书费=500 奖学金=0 助学贷款=0 助学金=1000 补助=0 减免=500 扣除资助后自付=5000 {AS_OF}"),
    "civil-affairs-low-income": ("warning_list", f"{PLACE} 救助类别=低保 保障人数=2 月保障金=430 新增/退出/变动=新增 审批日期=2026-10-12 {AS_OF}"),
    "housing-safety": ("warning_list", f"{PLACE} 房屋安全等级=D 鉴定日期=2026-09-15 房屋结构=砖木 是否唯一住房=是 已采取措施=已撤离 {AS_OF}"),
    "water-safety": ("warning_list", f"{PLACE} 饮水问题类型=水量 断水天数=12 供水工程名称=村级集中供水点 {AS_OF}"),
    "health-serious-illness": ("warning_list", f"{PLACE} 病种=尿毒症 疾病类别=重病 确诊日期=2026-08-02 {AS_OF}"),
    "health-public-event": ("warning_list", f"{PLACE} 事件名称=流感聚集 {AS_OF}"),
    "medical-insurance-self-paid": ("warning_list", f"{PLACE} 就医类型=住院 总费用=86500 基本医保报销=40000 大病保险报销=20000 医疗救助=3500 个人自付（三重制度后）=23000 统计期间=2026年1-10月 {AS_OF}"),
    "medical-insurance-uninsured": ("warning_list", f"{PLACE} 参保状态=未参保 未参保原因=长期在外 {AS_OF}"),
    "disabled-persons-certified": ("warning_list", f"{PLACE} 残疾人证号=@id41 残疾类别=肢体 残疾等级=一级 新办/升级/注销=新办 {AS_OF}"),
    "public-security-incidents": ("warning_list", f"{PLACE} 事故/案件类型=交通事故 后果（致伤/致残/致亡）=致残 {AS_OF}"),
    "human-resources-unemployment": ("warning_list", f"{PLACE} 失业登记/返乡时间=2026-10-08 {AS_OF}"),
    "emergency-disasters": ("warning_list", f"{PLACE} 灾害类型=洪涝 受灾情况=房屋倒损 损失金额=32000 {AS_OF}"),
    "payout-general": ("payout_list", f"{PLACE} 补贴项目=公益岗位 发放批次=2026-10 补贴期间=2026年10月 补贴标准=300 数量=10 {PAID}"),
    "payout-yulu-plan": ("payout_list", f"{PLACE} 学校=职业学院 专业=护理 学制=3年 入学年份=2026 学期=秋季 发放批次=2026-10 {PAID}"),
    "payout-public-post": ("payout_list", f"{PLACE} 岗位名称=保洁员 上岗时间=2026-01-01 月数=10 月补贴标准=300 发放批次=2026-10 {PAID}"),
    "payout-work-subsidy": ("payout_list", f"{PLACE} 务工地（省市县）=浙江省宁波市 务工单位=宁波服装厂 务工开始时间=2026-02-01 务工结束时间=2026-09-30 月数=8 发放批次=2026-10 {PAID}"),
    "payout-loan-interest": ("payout_list", f"{PLACE} 贷款银行=上蔡农商行 贷款金额=50000 利率=3.45% 放款日=2025-06-01 到期日=2026-06-01 贴息天数=365 贴息金额=1725 发放批次=2026-10 {PAID}"),
    "payout-premiums": ("payout_list", f"{PLACE} 代缴险种=医保 参保地=上蔡县 缴费年度=2026 代缴标准=400 代缴金额=400 {PAID}"),
    "unpaid": ("unpaid_list", f"{PLACE} 政策=雨露计划 应兑付金额=3000 未兑付原因=资金未到位 情况说明=县级配套资金预计下月到位 预计兑付时间=2026-12-31 {AS_OF}"),
    "roster": ("roster", "数据截止日期=2026-10-31 县（区）=上蔡县 乡（镇）=芦岗街道 行政村=东李村 户编号=@household 人编号=@person 姓名=张三 证件号码=@id 人数=1 与户主关系=户主 户类型=脱贫户"),
    "verification-result": ("verification_result", "预警编号=@warning 姓名=张三 证件号码=@id 是否入户核实=是 入户日期=2026-11-02 核实人=李四 核实结果=已在册 户编号= 监测对象类别= 致贫/返贫风险1= 识别监测时间= 不纳入原因= 情况说明="),
    "warning-dispatch": ("warning_dispatch", "预警编号=@warning 姓名=张三 证件号码=@id 县（区）=上蔡县 乡（镇）=芦岗街道 行政村=东李村 户主姓名=张三 联系电话=13812341234 来源单位=市教育局 预警类型=教育-失学辍学 预警内容=辍学 反馈期限=2026-11-30"),
    "contacts": ("contact_form", "单位=市医疗保障局 分管领导=张大 责任科室=规划财务科 联系人=@name 办公电话=0396-2915678 电子邮箱=office@example.org"),
    "nil": ("nil_report", "单位=市教育局 名单名称=@unique 报送月份=2026-10 零报告说明=本月无新增 填报人=张三 填报日期=2026-10-25"),
    "deferral": ("deferral_note", "单位=市教育局 名单名称=@unique 报送月份=2026-10 延期原因=系统升级 拟报时间=2026-12-05 填报人=张三"),
}


def good_row(list_id, nth):
    """The nth good row, as pairs of title and value."""
    number = with_digit(f"412825{1950 + nth}0315", "5")
    marks = {
        "@id41": number + "41",
        "@id": number,
        "@account": luhn(f"621700{nth:012}"),
        "@household": f"4117220{nth:05}",
        "@person": f"4117220{nth:05}01",
        "@warning": f"W202611-411722-{nth:06}",
        "@name": "张王李赵钱孙周吴郑冯"[nth % 10] + "三",
        "@unique": f"名单{'甲乙丙丁戊己庚辛壬癸'[nth % 10]}",
    }
    row = {}
    for pair in LISTS[list_id][1].split(" "):
        title, value = pair.split("=", 1)
        for mark, written in marks.items():
            value = value.replace(mark, written)
        row[title] = value
    return row
