//! Lists of people: what columns they have, how they are read, checked, converted and routed.
//!
//! The same input gives the same answer: nothing here opens a path, asks a clock or draws a
//! random number. Readers, writers and today's date are arguments.
//!
//! A list takes this way: a clerk's workbook is read and checked by [`ListCheck::convert`], which
//! writes the transport CSV that travels in a package; the receiver makes the same checks with
//! [`ListCheck::check_transport`]; accepted rows become [`Lead`]s, which [`route`] merges by person
//! and splits by county. What is asked about them, of whom and until when, is the casework's.

mod casework;
mod checking;
mod clocks;
mod comparing;
mod monitoring;
mod reading;
mod routing;
mod rules;
mod schemas;
mod synthetic;
mod values;
mod workbooks;

pub use casework::*;
pub use checking::check_report::{CheckReport, Record, RejectedRow, TakenBack};
pub use checking::known_names::Roster;
pub use checking::list_check::{CallerError, ListCheck};
pub use checking::list_error::ListError;
pub use checking::problem::{Level, Place, Problem, ProblemCode};
pub use checking::problem_texts::{Language, ProblemText};
pub use clocks::certainty::Certainty;
pub use clocks::deadline::{
    AskedRule, Due, DueChange, DueRule, DueState, Opening, OpeningDay, OpeningEvent, RemindBefore,
    Reminder, Reminders, RestDay, Term, changed_dues,
};
pub use clocks::due_rules::{DueRules, DueRulesError, Reporting};
pub use clocks::report_window::{Pinch, ReportRule, ReportState, ReportWindow};
pub use clocks::work_calendar::{
    CalendarDay, CalendarNotice, CalendarSuccessionError, DayKind, WorkCalendar, WorkCalendarError,
};
pub use comparing::{
    Among, BasisPoints, ComparedPolicy, Comparison, ComparisonRules, ComparisonRun, Coverage,
    DEATH_REASON, GapRow, GapRule, GapRules, GapScreening, GapType, HelpStage, HelpedPeople,
    MeasureDifference, MeasureReconciliation, MeasureRow, MissingColumns, NotEnrolled, Precheck,
    PrecheckResult, PrecheckRow, RecheckGround, RecheckRow, RecheckRules, RosterError, RosterIndex,
    RosterPerson, RosterReading, RosterStates, RowBucket, RowFinding, RuleDataError, SkippedRule,
    Standing, Unit, UnpaidPerson, read_roster, write_comparison_workbook, write_measures_workbook,
};
pub use monitoring::*;
pub use reading::limits::ListLimits;
pub use reading::list_source::ListFormat;
pub use reading::text_encoding::{TextEncoding, encode_gb18030};
pub use routing::lead::{Lead, LeadSource, NotALead};
pub use routing::split_by_county::{
    DispatchBatch, DispatchRow, Routing, RoutingTable, Unroutable, UnroutablePerson, route,
};
pub use routing::transport::{SOURCE_ROW, SOURCE_SHEET, TransportWriter, transport_table_schema};
pub use rules::*;
pub use schemas::list_schema::{Field, ListSchema, Presence, SchemaError};
pub use schemas::recognition::{Candidate, Recognition};
pub use schemas::schema_set::SchemaSet;
pub use synthetic::{SyntheticPeople, SyntheticPerson};
pub use values::areas::{AreaTableError, Areas, County, CountyCode, CountyCodeError};
pub use values::citizen_id::{CitizenId, CitizenIdFault};
pub use values::field_type::FieldType;
pub use values::mask::mask_number;
pub use values::money::Money;
pub use values::text::fold_label;
pub use workbooks::annotated_workbook::{AnnotateError, Annotated};
pub use workbooks::answer_workbook::write_answer_workbook;
pub use workbooks::return_workbook::write_return_workbook;
pub use workbooks::template_workbook::write_template_workbook;
pub use workbooks::workbook_output::WorkbookError;

/// Today's date and the dates of lists are jiff's civil dates.
pub use jiff::civil::Date;
