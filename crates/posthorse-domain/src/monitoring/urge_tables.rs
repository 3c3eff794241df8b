//! The urging texts as a table.

use super::ageing::Tone;
use super::table::{Cell, Row, Table};
use super::urge_text::UrgeText;

impl UrgeText {
    /// Texts as the one table of a workbook, in Chinese.
    #[must_use]
    pub fn table(texts: &[Self]) -> Table {
        let mut table = Table::new(
            "催办",
            &[
                "单位",
                "联系人和电话",
                "未办结或未报",
                "逾期",
                "最早到期",
                "催办内容",
            ],
        );
        table.rows = texts
            .iter()
            .map(|urge| {
                Row::of(vec![
                    Cell::Text(urge.name.clone()),
                    Cell::Text(urge.contact.clone()),
                    Cell::Count(urge.open),
                    Cell::Counted(Tone::Bad, urge.overdue),
                    Cell::Text(urge.due.map_or("—".to_owned(), |due| due.to_string())),
                    Cell::Text(urge.text.clone()),
                ])
            })
            .collect();
        table
    }
}
