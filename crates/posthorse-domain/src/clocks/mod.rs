//! The work calendar, due days and report windows, counted from rules that are data.

pub(crate) mod certainty;
pub(crate) mod deadline;
pub(crate) mod due_rules;
pub(crate) mod report_window;
pub(crate) mod work_calendar;
