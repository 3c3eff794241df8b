//! Charts as inline SVG, drawn with whole numbers only.

use std::fmt::Write as _;

use super::markup::escape;

pub(super) const GREEN: &str = "#3f8f5b";
pub(super) const YELLOW: &str = "#e0a526";
pub(super) const RED: &str = "#c0392b";
pub(super) const BLUE: &str = "#2f5f8f";
pub(super) const GREY: &str = "#c9ced6";

const WIDTH: u64 = 680;
const LABEL: u64 = 104;
const VALUE: u64 = 120;
const BAR: u64 = 16;
const STEP: u64 = 26;
const PLOT: u64 = WIDTH - LABEL - VALUE;

/// A part of a bar: how much, and its colour.
pub(super) type Part = (u64, &'static str);

/// One bar.
pub(super) struct Bar {
    /// What it is about; somebody else's text.
    pub(super) label: String,
    /// Its parts, from the left.
    pub(super) parts: Vec<Part>,
    /// What stands at its end.
    pub(super) value: String,
}

/// Horizontal bars on one scale: `whole` is as long as the plot is wide.
pub(super) fn bars(title: &str, bars: &[Bar], whole: u64) -> String {
    let whole = whole.max(1);
    let height = STEP * bars.len() as u64 + 8;
    let mut svg = format!(
        "<svg viewBox=\"0 0 {WIDTH} {height}\" role=\"img\" aria-label=\"{}\">",
        escape(title)
    );
    for quarter in 0..=4 {
        let x = LABEL + PLOT * quarter / 4;
        // Writing into a string cannot fail.
        let _ = write!(
            svg,
            "<line x1=\"{x}\" y1=\"2\" x2=\"{x}\" y2=\"{}\" stroke=\"#e4e7ec\"/>",
            height - 4
        );
    }
    for (at, bar) in (0_u64..).zip(bars) {
        let y = 4 + STEP * at;
        let text = y + 12;
        let label: String = bar.label.chars().take(8).collect();
        let _ = write!(
            svg,
            "<text x=\"{}\" y=\"{text}\" text-anchor=\"end\">{}</text>",
            LABEL - 8,
            escape(&label)
        );
        let mut before = 0;
        for (count, colour) in bar.parts.iter().filter(|(count, _)| *count > 0) {
            // Both ends are rounded from the left, so that parts neither overlap nor leave gaps.
            let (from, to) = (scaled(before, whole), scaled(before + count, whole));
            let width = (to - from).max(1);
            let x = LABEL + from;
            let _ = write!(
                svg,
                "<rect x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{BAR}\" fill=\"{colour}\"/>"
            );
            before += count;
        }
        let x = LABEL + scaled(before, whole) + 8;
        let _ = write!(
            svg,
            "<text x=\"{x}\" y=\"{text}\" class=\"v\">{}</text>",
            escape(&bar.value)
        );
    }
    svg.push_str("</svg>");
    svg
}

fn scaled(part: u64, whole: u64) -> u64 {
    let length = u128::from(part.min(whole)) * u128::from(PLOT) / u128::from(whole);
    u64::try_from(length).unwrap_or(PLOT)
}

/// What the colours of a chart mean.
pub(super) fn legend(entries: &[(&str, &str)]) -> String {
    let mut html = String::from("<p class=\"legend\">");
    for (name, colour) in entries {
        let _ = write!(
            html,
            "<span><svg viewBox=\"0 0 10 10\"><rect width=\"10\" height=\"10\" rx=\"2\" \
             fill=\"{colour}\"/></svg>{}</span>",
            escape(name)
        );
    }
    html.push_str("</p>");
    html
}
