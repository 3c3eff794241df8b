//! The number of people that a file's name speaks of.

/// The number before 人 or 名 in a file's name, the last one if there are several:
/// 608 of `防止返贫致贫监测对象信息_20250902-风险未消除608人.xlsx`.
pub(crate) fn named_head_count(file_name: &str) -> Option<u64> {
    let mut found = None;
    for (at, _) in file_name
        .char_indices()
        .filter(|(_, c)| matches!(c, '人' | '名'))
    {
        let after = file_name[at..].chars().nth(1);
        // 名单 and 人员 begin words; 608名单 is the list of a building, not of 608 people.
        if matches!(after, Some('单' | '册')) {
            continue;
        }
        let before = file_name[..at].trim_end();
        let digits = before.len() - before.trim_end_matches(|c: char| c.is_ascii_digit()).len();
        if let Ok(count) = before[before.len() - digits..].parse() {
            found = Some(count);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn head_counts_are_found() {
        for (name, count) in [
            (
                "防止返贫致贫监测对象信息_20250902-风险未消除608人.xlsx",
                Some(608),
            ),
            ("2023年11月 12 人（核对后11人）.csv", Some(11)),
            ("名单38名.xls", Some(38)),
            ("低收入人口.xlsx", None),
            ("2023名单.xlsx", None),
            ("608.xlsx", None),
            ("99999999999999999999999人.xlsx", None),
        ] {
            assert_eq!(named_head_count(name), count, "{name}");
        }
    }
}
