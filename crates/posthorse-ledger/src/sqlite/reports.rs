//! What offices report: which list came when, and the rows that are counted and never routed.

use posthorse_domain::{PrecheckResult, ReportKind};
use posthorse_package::{Digest, Period};
use rusqlite::types::Type;
use rusqlite::{Connection, Row, Transaction, params};

use crate::cipher::Cipher;
use crate::error::LedgerError;
use crate::event::Event;
use crate::query::{ReportRow, SubmissionRow};
use crate::record::{NewReportRow, Timeliness, VerdictRecord};
use crate::sqlite::{audit, columns, people, rosters};

pub(super) const REPORT_ROWS: &str = "report_rows";

pub(super) fn keep(
    tx: &Transaction<'_>,
    cipher: &Cipher,
    record: &VerdictRecord,
) -> Result<(), LedgerError> {
    keep_submissions(tx, record)?;
    if record.report_rows.is_empty() {
        return Ok(());
    }
    let (mut without_precheck, mut against_precheck) = (0, 0);
    for row in &record.report_rows {
        let word = keep_row(tx, cipher, record, row, None)?.prechecked;
        let is_payout = row.report == ReportKind::Payout;
        without_precheck += u64::from(is_payout && row.precheck.is_none());
        let is_on_roster = word.as_deref() == Some(PrecheckResult::OnRoster.as_str());
        against_precheck += u64::from(is_payout && row.precheck.is_some() && !is_on_roster);
    }
    let event = Event::ReportsKept {
        manifest: record.package.manifest,
        rows: columns::count(record.report_rows.len()),
        without_precheck,
        against_precheck,
    };
    audit::append(tx, record.at, &event)
}

fn keep_submissions(tx: &Transaction<'_>, record: &VerdictRecord) -> Result<(), LedgerError> {
    let period = record.package.period.as_ref();
    for list in &record.submissions {
        tx.prepare_cached(
            "INSERT INTO submissions (manifest, list, sender, kind, period, timeliness, days,
                                      accepted, rejected, received_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
        )?
        .execute(params![
            record.package.manifest.as_bytes(),
            list.list.as_str(),
            record.package.sender.as_str(),
            record.package.kind.as_str(),
            period.map_or("", |period| period.as_str()),
            list.timeliness.map(Timeliness::word),
            list.timeliness.map_or(0, Timeliness::days),
            columns::integer(list.accepted, "rows")?,
            columns::integer(list.rejected, "rows")?,
            record.at.as_second(),
        ])?;
    }
    Ok(())
}

/// A row that was kept.
struct KeptReport {
    number: i64,
    /// The word that the precheck which it names gave for its person.
    prechecked: Option<String>,
}

fn keep_row(
    tx: &Transaction<'_>,
    cipher: &Cipher,
    record: &VerdictRecord,
    row: &NewReportRow,
    origin: Option<&Digest>,
) -> Result<KeptReport, LedgerError> {
    let person = match &row.identity {
        Some(identity) => Some(people::person_of(tx, cipher, identity)?),
        None => None,
    };
    let prechecked = match (&row.precheck, person) {
        (Some(precheck), Some(person)) => rosters::prechecked(tx, precheck, person)?,
        _ => None,
    };
    let package = &record.package.manifest;
    let number = people::next_row(tx, "SELECT coalesce(max(row_id), 0) + 1 FROM report_rows")?;
    tx.prepare_cached(
        "INSERT INTO report_rows (row_id, manifest, sender, report, person_id, county, policy, word,
                                  about_list, about_month, day, timeliness, days, precheck,
                                  prechecked, detail, recorded_at, list, amended_in)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18,
                 ?19)",
    )?
    .execute(params![
        number,
        origin.unwrap_or(package).as_bytes(),
        record.package.sender.as_str(),
        word(row.report),
        person,
        row.county,
        row.policy,
        row.word,
        row.about_list.as_ref().map(|list| list.as_str()),
        row.about_month.as_ref().map(Period::as_str),
        row.day.map(|day| day.to_string()),
        row.timeliness.map(Timeliness::word),
        row.timeliness.map_or(0, Timeliness::days),
        columns::bytes(row.precheck.as_ref()),
        prechecked,
        cipher.seal(REPORT_ROWS, &number.to_string(), &row.detail)?,
        record.at.as_second(),
        row.list.as_str(),
        origin.map(|_| package.as_bytes()),
    ])?;
    Ok(KeptReport { number, prechecked })
}

/// Puts a corrected row in the place of another one.
pub(super) fn amend(
    tx: &Transaction<'_>,
    cipher: &Cipher,
    record: &VerdictRecord,
    old: i64,
    target: &Digest,
    row: &NewReportRow,
) -> Result<(), LedgerError> {
    let number = keep_row(tx, cipher, record, row, Some(target))?.number;
    tx.prepare_cached(
        "UPDATE report_rows SET (precheck, prechecked, recorded_at) =
           (SELECT precheck, prechecked, recorded_at FROM report_rows WHERE row_id = ?1)
         WHERE row_id = ?2",
    )?
    .execute(params![old, number])?;
    people::changed_one(
        tx.prepare_cached(
            "UPDATE report_rows SET replaced_by = ?2
             WHERE row_id = ?1 AND replaced_by IS NULL AND withdrawn_by IS NULL",
        )?
        .execute(params![old, number])?,
    )
}

fn word(report: ReportKind) -> &'static str {
    match report {
        ReportKind::Unpaid => "unpaid",
        ReportKind::Payout => "payout",
        ReportKind::Nil => "nil",
        ReportKind::Deferral => "deferral",
        ReportKind::Contact => "contact",
    }
}

/// Reads how something stood to its window from two columns that begin here: the word, the days.
fn timeliness_of(row: &Row<'_>, first: usize) -> rusqlite::Result<Option<Timeliness>> {
    let word: Option<String> = row.get(first)?;
    let days: u32 = row.get(first + 1)?;
    Ok(match word.as_deref() {
        None => None,
        Some("at-once") => Some(Timeliness::AtOnce),
        Some("early") => Some(Timeliness::Early { days }),
        Some("in-time") => Some(Timeliness::InTime),
        Some("late") => Some(Timeliness::Late { days }),
        Some(_) => return Err(columns::damaged(first, Type::Text, "timeliness")),
    })
}

pub(super) fn submissions(
    connection: &Connection,
    month: &Period,
) -> Result<Vec<SubmissionRow>, LedgerError> {
    let mut statement = connection.prepare_cached(
        "SELECT manifest, list, sender, kind, period, timeliness, days, accepted, rejected,
                received_at
         FROM submissions WHERE period = ?1 ORDER BY received_at, manifest, list",
    )?;
    let rows = statement.query_map(params![month.as_str()], |row| {
        Ok(SubmissionRow {
            manifest: columns::digest(row, 0)?,
            list: columns::name(row, 1)?,
            sender: columns::name(row, 2)?,
            kind: columns::name(row, 3)?,
            period: columns::optional_name(row, 4)?,
            timeliness: timeliness_of(row, 5)?,
            accepted: columns::unsigned(row, 7)?,
            rejected: columns::unsigned(row, 8)?,
            received_at: columns::instant(row, 9)?,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

pub(super) fn rows(
    connection: &Connection,
    manifest: &Digest,
) -> Result<Vec<ReportRow>, LedgerError> {
    let mut statement = connection.prepare_cached(
        "SELECT manifest, sender, report, county, policy, word, about_list, about_month, day,
                timeliness, days, precheck, prechecked
         FROM counted_report_rows WHERE manifest = ?1 ORDER BY row_id",
    )?;
    let rows = statement.query_map(params![manifest.as_bytes()], |row| {
        Ok(ReportRow {
            manifest: columns::digest(row, 0)?,
            sender: columns::name(row, 1)?,
            report: row.get(2)?,
            county: row.get(3)?,
            policy: row.get(4)?,
            word: row.get(5)?,
            about_list: columns::optional_name(row, 6)?,
            about_month: columns::optional_name(row, 7)?,
            day: columns::optional_name(row, 8)?,
            timeliness: timeliness_of(row, 9)?,
            precheck: columns::optional_digest(row, 11)?,
            prechecked: row.get(12)?,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}
