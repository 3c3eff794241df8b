//! Workbooks for people: templates, annotated copies, return sheets, sheets to fill in.

pub(crate) mod annotated_layout;
pub(crate) mod annotated_workbook;
pub(crate) mod answer_workbook;
pub(crate) mod column_rules;
pub(crate) mod field_guide;
pub(crate) mod return_workbook;
pub(crate) mod row_reasons;
pub(crate) mod template_workbook;
pub(crate) mod workbook_output;
