//! Who plays: the offices of one city, as data.

/// Party, name, and the warning list that a department answers for.
pub(super) const DEPARTMENTS: [(&str, &str, &str); 10] = [
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
    (
        "human-resources",
        "市人力资源社会保障局",
        "human-resources-unemployment",
    ),
    ("public-security", "市公安局", "public-security-incidents"),
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

/// The county that misses its fifteen days.
pub(super) const LATE_COUNTY: &str = "411729";

/// The department whose package is attacked, and its list.
pub(super) const ATTACKED: (&str, &str) = ("health", "health-serious-illness");

/// The departments that pay in this quarter.
pub(super) const PAYING: [&str; 2] = ["education", "housing"];

/// The home of a department's second person, who countersigns what is paid.
pub(super) fn second_home(party: &str) -> String {
    format!("{party}-second")
}

/// An office's name as people know it.
pub(super) fn name_of(party: &str) -> Option<&'static str> {
    let departments = DEPARTMENTS.iter().map(|(id, name, _)| (*id, *name));
    departments
        .chain(COUNTIES)
        .chain([("bureau", "市乡村振兴局")])
        .find(|(id, _)| *id == party)
        .map(|(_, name)| name)
}

/// The place of a department among them.
pub(super) fn place_of(party: &str) -> usize {
    DEPARTMENTS
        .iter()
        .position(|(id, ..)| *id == party)
        .unwrap_or_default()
}
