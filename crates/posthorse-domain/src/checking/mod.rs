//! Rows to accepted records and problems. Bad data is never an error here.

pub(crate) mod cell_check;
pub(crate) mod check_report;
pub(crate) mod check_summary;
pub(crate) mod duplicate_keys;
pub(crate) mod known_names;
pub(crate) mod list_check;
pub(crate) mod list_error;
#[cfg(test)]
pub(crate) mod list_properties;
#[cfg(test)]
pub(crate) mod list_tests;
pub(crate) mod problem;
pub(crate) mod problem_texts;
pub(crate) mod row_check;
pub(crate) mod rule_check;
#[cfg(test)]
pub(crate) mod rule_tests;
