//! Spans of time as offices write them above and beside their figures.

use crate::values::calendar_date::parse_written;
use crate::values::text::compact;

const SEPARATORS: [char; 6] = ['至', '到', '~', '～', '—', '–'];

/// The normal form of a span: `2026-01至2026-10`, `2026-01-01至2026-10-31`, or one month or day.
///
/// Reads those, `2026年1月至10月`, `2026年1-10月`, `2026.01-2026.10`, `2026年第三季度`,
/// `2026年上半年`, `2026年`; none for anything else, or if it ends before it begins.
pub(crate) fn date_range(text: &str) -> Option<String> {
    let text = compact(text);
    let text = text.trim_end_matches(['度', '份']);
    if let Some(one) = parse_written(text) {
        return Some(one.to_iso());
    }
    if let Some(span) = part_of_year(text) {
        return Some(span);
    }
    let (first, last) = halves(text)?;
    let first_date = parse_written(first)?;
    let last_text = if last.contains('年') || starts_with_year(last) {
        last.to_owned()
    } else {
        format!("{}年{last}", first_date.first_day().year())
    };
    let last_date = parse_written(&last_text)?;
    let (from, to) = (first_date.to_iso(), last_date.to_iso());
    (from.len() == to.len() && from <= to).then(|| format!("{from}至{to}"))
}

fn starts_with_year(text: &str) -> bool {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    digits >= 4
}

fn halves(text: &str) -> Option<(&str, &str)> {
    if let Some((first, last)) = text.split_once(SEPARATORS) {
        return Some((first, last.trim_start_matches(SEPARATORS)));
    }
    // `2026.01-2026.10`: a hyphen separates where it is not what holds the dates together.
    let mut hyphens = text.match_indices('-').map(|(at, _)| at);
    let middle = hyphens.clone().count() / 2;
    let at = hyphens
        .nth(middle)
        .filter(|_| text.matches('-').count() % 2 == 1)?;
    Some((&text[..at], &text[at + 1..]))
}

/// Whole years, halves, quarters, and `2026年1-10月`.
fn part_of_year(text: &str) -> Option<String> {
    let (year, rest) = text.split_once('年')?;
    let is_year = year.len() == 4 && year.bytes().all(|byte| byte.is_ascii_digit());
    if !is_year || !(1900..=2199).contains(&year.parse::<u16>().ok()?) {
        return None;
    }
    let rest = rest.trim_start_matches('第');
    let (from, to) = match rest {
        "" | "全年" => (1, 12),
        "上半年" => (1, 6),
        "下半年" => (7, 12),
        "一季" | "1季" => (1, 3),
        "二季" | "2季" => (4, 6),
        "三季" | "3季" => (7, 9),
        "四季" | "4季" => (10, 12),
        months => months_of(months)?,
    };
    Some(format!("{year}-{from:02}至{year}-{to:02}"))
}

fn months_of(text: &str) -> Option<(u8, u8)> {
    let (from, to) = text
        .strip_suffix('月')?
        .split_once(['-', '至', '~', '～', '—', '–'])?;
    let month = |text: &str| text.parse::<u8>().ok().filter(|one| (1..=12).contains(one));
    let (from, to) = (month(from)?, month(to)?);
    (from <= to).then_some((from, to))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_in_use_is_read() {
        for (text, normal) in [
            ("2026-01至2026-10", "2026-01至2026-10"),
            ("2026-01-01至2026-10-31", "2026-01-01至2026-10-31"),
            ("2026年1月1日—2026年10月31日", "2026-01-01至2026-10-31"),
            ("2026年1月至10月", "2026-01至2026-10"),
            ("2026年1-10月", "2026-01至2026-10"),
            ("2026年1-10月份", "2026-01至2026-10"),
            ("2026.01-2026.10", "2026-01至2026-10"),
            ("2026.1.1-2026.10.31", "2026-01-01至2026-10-31"),
            ("2026-01-2026-10", "2026-01至2026-10"),
            ("202601-202610", "2026-01至2026-10"),
            ("20260101-20261031", "2026-01-01至2026-10-31"),
            ("2026年第三季度", "2026-07至2026-09"),
            ("2026年上半年", "2026-01至2026-06"),
            ("2026年", "2026-01至2026-12"),
            ("2026年度", "2026-01至2026-12"),
            ("2026年10月", "2026-10"),
            ("202610", "2026-10"),
        ] {
            assert_eq!(date_range(text).as_deref(), Some(normal), "{text}");
        }
    }

    #[test]
    fn what_is_no_span_is_refused() {
        for text in [
            "",
            "去年",
            "2026-10至2026-01",
            "2026年13-14月",
            "至",
            "-",
            "2026年10-1月",
            "2026-01至",
        ] {
            assert_eq!(date_range(text), None, "{text}");
        }
    }
}
