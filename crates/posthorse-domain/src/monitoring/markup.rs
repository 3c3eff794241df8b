//! The few pieces of HTML that a report needs. Every foreign text goes through [`escape`].

use std::fmt::Write as _;

use posthorse_package::UntrustedText;

use super::ageing::Tone;
use super::table::{Row, Table};

/// A text that somebody else wrote, made harmless within an element or an attribute.
pub(super) fn escape(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in UntrustedText::new(text).to_string().chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            c => safe.push(c),
        }
    }
    safe
}

fn class(tone: Tone) -> &'static str {
    match tone {
        Tone::Plain => "",
        Tone::Good => "good",
        Tone::Attention => "soon",
        Tone::Bad => "bad",
    }
}

/// A table, its header repeated on every page.
pub(super) fn table(table: &Table) -> String {
    let mut html = String::from("<table><thead><tr>");
    let is_figure = |column: usize| {
        let cell = table.rows.first().and_then(|row| row.cells.get(column));
        cell.is_some_and(super::table::Cell::is_figure)
    };
    for (column, name) in table.header.iter().enumerate() {
        let kind = if is_figure(column) {
            " class=\"n\""
        } else {
            ""
        };
        // Writing into a string cannot fail.
        let _ = write!(html, "<th{kind}>{}</th>", escape(name));
    }
    html.push_str("</tr></thead><tbody>");
    if table.rows.is_empty() {
        let columns = table.header.len();
        let _ = write!(
            html,
            "<tr><td colspan=\"{columns}\" class=\"none\">无</td></tr>"
        );
    }
    for line in &table.rows {
        row(&mut html, line);
    }
    html.push_str("</tbody></table>");
    html
}

fn row(html: &mut String, row: &Row) {
    html.push_str(if row.is_total {
        "<tr class=\"sum\">"
    } else {
        "<tr>"
    });
    for cell in &row.cells {
        let figure = if cell.is_figure() { "n " } else { "" };
        let class = format!("{figure}{}", class(cell.tone()));
        let text = escape(&cell.text());
        let _ = match class.trim() {
            "" => write!(html, "<td>{text}</td>"),
            class => write!(html, "<td class=\"{class}\">{text}</td>"),
        };
    }
    html.push_str("</tr>");
}
