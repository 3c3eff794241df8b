//! Tables as they are shown on a screen, in a workbook and on paper.

use super::ageing::Tone;
use crate::BasisPoints;

/// One value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cell {
    /// Words.
    Text(String),
    /// A number.
    Count(u64),
    /// A share; `—` where there is none.
    Rate(Option<BasisPoints>),
    /// Words that call for something.
    Marked(Tone, String),
    /// A number that calls for something, unless it is zero.
    Counted(Tone, u64),
}

impl Cell {
    /// As it is read.
    #[must_use]
    pub fn text(&self) -> String {
        match self {
            Self::Text(text) | Self::Marked(_, text) => text.clone(),
            Self::Count(count) | Self::Counted(_, count) => count.to_string(),
            Self::Rate(Some(rate)) => rate.to_string(),
            Self::Rate(None) => "—".to_owned(),
        }
    }

    /// What it calls for.
    #[must_use]
    pub fn tone(&self) -> Tone {
        match self {
            Self::Marked(tone, _) => *tone,
            Self::Counted(tone, count) if *count > 0 => *tone,
            _ => Tone::Plain,
        }
    }

    /// Whether it stands to the right, as figures do.
    #[must_use]
    pub fn is_figure(&self) -> bool {
        matches!(self, Self::Count(_) | Self::Counted(..) | Self::Rate(_))
    }
}

/// One line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Its values, as many as the table has columns.
    pub cells: Vec<Cell>,
    /// Whether it sums up those above it.
    pub is_total: bool,
}

impl Row {
    pub(super) fn of(cells: Vec<Cell>) -> Self {
        Self {
            cells,
            is_total: false,
        }
    }

    pub(super) fn total(cells: Vec<Cell>) -> Self {
        Self {
            cells,
            is_total: true,
        }
    }
}

/// A table with its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// What it tells.
    pub title: String,
    /// The names of its columns.
    pub header: Vec<String>,
    /// Its lines.
    pub rows: Vec<Row>,
}

impl Table {
    pub(super) fn new(title: &str, header: &[&str]) -> Self {
        Self {
            title: title.to_owned(),
            header: header.iter().map(|&name| name.to_owned()).collect(),
            rows: Vec::new(),
        }
    }
}
