//! What a bureau's operator asks: who has not reported, who is late, what is stuck, how the month went,
//! and what to write to whom (spec/monitoring-v1.md). Facts go in, texts and documents come out.
//!
//! Nothing here knows a person: a fact is a count, a date, an office or a code. All shares are
//! counted in whole basis points, so that the same facts give the same bytes on every machine.

mod ageing;
mod board;
mod board_tables;
mod chart;
mod contact_line;
mod facts;
mod markup;
mod month;
mod monthly_report;
mod owed_tables;
#[cfg(test)]
mod owed_tests;
mod report_line;
mod report_page;
mod report_tables;
mod rules;
mod table;
mod table_workbook;
mod term_title;
#[cfg(test)]
mod tests;
mod urge_tables;
mod urge_text;
mod work_line;

pub use ageing::{Ageing, Tone};
pub use board::{Board, QualityLine, RosterState, StuckLine};
pub use contact_line::{ContactLine, ContactState};
pub use facts::{
    Arrival, Backlog, BoardFacts, ClosedGroup, CohortGroup, CoverageLine, OpenGroup, PayoutCount,
    QuarantineCount, ReportFact, Said, StuckFacts, Task, UnpublishedCount,
};
pub use month::{Month, MonthError, date_in_china, date_of_china_day};
pub use monthly_report::{CountyMonth, DepartmentMonth, MonthlyReport};
pub use report_line::{ReportLine, Submitted};
pub use rules::{Holder, MonitoringRules};
pub use table::{Cell, Row, Table};
pub use table_workbook::write_table_workbook;
pub use urge_text::{UrgeReason, UrgeText, urge_texts};
pub use work_line::WorkLine;
