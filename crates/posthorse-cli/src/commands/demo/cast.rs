//! Who plays: the offices of one city, as data.

/// Party, name, and the list that a department sends.
pub(super) const DEPARTMENTS: [(&str, &str, &str); 9] = [
    ("education", "市教育局", "education-dropout"),
    ("civil-affairs", "市民政局", "civil-affairs-low-income"),
    ("housing", "市住房和城乡建设局", "housing-safety"),
    ("water", "市水利局", "water-safety"),
    ("health", "市卫生健康委", "health-serious-illness"),
    (
        "medical-insurance",
        "市医疗保障局",
        "medical-insurance-self-paid",
    ),
    (
        "disabled-persons",
        "市残疾人联合会",
        "disabled-persons-certified",
    ),
    ("police", "市公安局", "public-security-incidents"),
    ("emergency", "市应急管理局", "emergency-disasters"),
];

/// Code and name.
pub(super) const COUNTIES: [(&str, &str); 10] = [
    ("411702", "驿城区"),
    ("411721", "西平县"),
    ("411722", "上蔡县"),
    ("411723", "平舆县"),
    ("411724", "正阳县"),
    ("411725", "确山县"),
    ("411726", "泌阳县"),
    ("411727", "汝南县"),
    ("411728", "遂平县"),
    ("411729", "新蔡县"),
];

/// The county that answers.
pub(super) const ANSWERING_COUNTY: &str = "411722";

/// The department whose package is attacked, and its place among them.
pub(super) const ATTACKED: (&str, usize, &str) = ("water", 3, "water-safety");

/// An office's name as people know it.
pub(super) fn name_of(party: &str) -> Option<&'static str> {
    let departments = DEPARTMENTS.iter().map(|(id, name, _)| (*id, *name));
    departments
        .chain(COUNTIES)
        .find(|(id, _)| *id == party)
        .map(|(_, name)| name)
}
