//! What a board is drawn from: counts that the indexes answer, for the month and as of an instant.

use posthorse_domain::{
    Arrival, Backlog, BoardFacts, Date, Month, PayoutCount, PrecheckResult, QuarantineCount,
    StuckFacts, UnpublishedCount, date_in_china, date_of_china_day,
};
use posthorse_package::{Disposition, Timestamp};
use rusqlite::{Connection, params};

use crate::error::LedgerError;
use crate::monitor::BoardQuestion;
use crate::sqlite::{board_reports, board_work, columns, coverage};

/// A package as it counts: since the day of the list that it replaces, without the rows that were
/// withdrawn since. Of one that was withdrawn or replaced as a whole nothing counts. One that came
/// after the month may stand for one that came in it.
pub(super) const ARRIVALS: &str = "
    SELECT sender, coalesce((SELECT min(s.since) FROM amendments s
            WHERE s.manifest = p.manifest AND s.what = 'superseded'), received_at) AS came,
        disposition, max(accepted - (SELECT coalesce(sum(s.rows), 0) FROM amendments s
            WHERE s.target = p.manifest AND s.what = 'withdrawn' AND s.at <= ?2), 0), rejected
    FROM packages p
    WHERE received_at >= ?1 AND received_at <= ?2 AND NOT EXISTS (
        SELECT 1 FROM amendments s
        WHERE s.target = p.manifest AND s.is_whole = 1 AND s.at <= ?2)
    ORDER BY came, sender";

pub(super) const QUARANTINED: &str = "
    SELECT code, count(*) FROM intakes
    WHERE outcome = 'quarantined' AND ended_at >= ?1 AND ended_at < ?2 AND ended_at <= ?3
    GROUP BY code ORDER BY code";

pub(super) const UNFINISHED: &str =
    "SELECT count(*) FROM intakes WHERE ended_at IS NULL AND claimed_at <= ?1";

pub(super) const UNROUTED: &str = "
    SELECT count(*) FROM leads
    WHERE unrouted IS NOT NULL AND superseded_by IS NULL AND withdrawn_by IS NULL
      AND deleted_in IS NULL
      AND received_at <= ?1";

pub(super) const BACKLOG: &str = "
    SELECT county, min(received_at), count(*) FROM leads
    WHERE dispatched_in IS NULL AND superseded_by IS NULL AND withdrawn_by IS NULL
      AND county IS NOT NULL AND received_at <= ?1
    GROUP BY county ORDER BY county";

pub(super) const UNPUBLISHED: &str = "
    SELECT party, count(*) FROM outbox INDEXED BY outbox_waiting
    WHERE published_at IS NULL GROUP BY party ORDER BY party";

/// The day of the newest roster that an office was given.
pub(super) const LAST_ROSTER: &str = "
    SELECT max(r.day) FROM roster_sendings s JOIN rosters r USING (file)
    WHERE s.manifest IS NOT NULL AND s.sent_at <= ?1";

/// When offices were first given a roster in a month.
pub(super) const ROSTER_SENT: &str = "
    SELECT min(s.sent_at) FROM roster_sendings s
    WHERE s.manifest IS NOT NULL AND s.sent_at >= ?1 AND s.sent_at < ?2 AND s.sent_at <= ?3";

/// The payouts that came in a month: all, without a precheck, not asked about, not on the roster.
pub(super) const PAYOUTS: &str = "
    SELECT sender, count(*), sum(precheck IS NULL),
           sum(precheck IS NOT NULL AND prechecked IS NULL),
           sum(coalesce(prechecked <> ?4, 0))
    FROM report_rows INDEXED BY payouts_of_month
    WHERE report = 'payout' AND replaced_by IS NULL AND withdrawn_by IS NULL
      AND recorded_at >= ?1 AND recorded_at < ?2 AND recorded_at <= ?3
    GROUP BY sender ORDER BY sender";

pub(super) fn facts(
    connection: &Connection,
    question: &BoardQuestion<'_>,
) -> Result<BoardFacts, LedgerError> {
    let as_of = question.as_of.as_second();
    let last_roster: Option<Date> = connection
        .prepare_cached(LAST_ROSTER)?
        .query_row(params![as_of], |row| columns::optional_name(row, 0))?;
    let (begins, ends) = (question.month.begins(), question.month.ends());
    let roster_sent: Option<i64> = connection.prepare_cached(ROSTER_SENT)?.query_row(
        params![begins.as_second(), ends.as_second(), as_of],
        |row| row.get(0),
    )?;
    let year = &question.month.period().as_str()[..4];
    Ok(BoardFacts {
        arrivals: arrivals(connection, question.month, as_of)?,
        reports: board_reports::said(connection, question.month, as_of)?,
        contacts: board_reports::contacts(connection, as_of)?,
        open: board_work::open(connection, question)?,
        cohort: board_work::cohort(connection, question)?,
        closed: board_work::closed(connection, question)?,
        stuck: stuck(connection, question)?,
        last_roster,
        roster_sent: roster_sent
            .and_then(Timestamp::from_second)
            .map(date_in_china),
        payouts: payouts(connection, question)?,
        coverage: coverage::latest(connection, year, question.as_of)?,
    })
}

fn arrivals(
    connection: &Connection,
    month: &Month,
    as_of: i64,
) -> Result<Vec<Arrival>, LedgerError> {
    let mut statement = connection.prepare_cached(ARRIVALS)?;
    let rows = statement.query_map(params![month.begins().as_second(), as_of], |row| {
        Ok(Arrival {
            sender: columns::name(row, 0)?,
            received: date_in_china(columns::instant(row, 1)?),
            taken: columns::disposition(row, 2)? != Disposition::Rejected,
            accepted: columns::unsigned(row, 3)?,
            rejected: columns::unsigned(row, 4)?,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn payouts(
    connection: &Connection,
    question: &BoardQuestion<'_>,
) -> Result<Vec<PayoutCount>, LedgerError> {
    let (begins, ends) = (question.month.begins(), question.month.ends());
    let mut statement = connection.prepare_cached(PAYOUTS)?;
    let rows = statement.query_map(
        params![
            begins.as_second(),
            ends.as_second(),
            question.as_of.as_second(),
            PrecheckResult::OnRoster.as_str(),
        ],
        |row| {
            Ok(PayoutCount {
                sender: columns::name(row, 0)?,
                rows: columns::unsigned(row, 1)?,
                without_precheck: columns::unsigned(row, 2)?,
                not_asked: columns::unsigned(row, 3)?,
                not_on_roster: columns::unsigned(row, 4)?,
            })
        },
    )?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn stuck(connection: &Connection, question: &BoardQuestion<'_>) -> Result<StuckFacts, LedgerError> {
    let as_of = question.as_of.as_second();
    let count = |sql: &str| -> Result<u64, LedgerError> {
        let mut statement = connection.prepare_cached(sql)?;
        Ok(statement.query_row(params![as_of], |row| columns::unsigned(row, 0))?)
    };
    let (begins, ends) = (question.month.begins(), question.month.ends());
    let mut statement = connection.prepare_cached(QUARANTINED)?;
    let quarantined = statement
        .query_map(
            params![begins.as_second(), ends.as_second(), as_of],
            |row| {
                Ok(QuarantineCount {
                    code: row.get::<_, Option<String>>(0)?.unwrap_or_default(),
                    things: columns::unsigned(row, 1)?,
                })
            },
        )?
        .collect::<Result<_, _>>()?;
    let mut statement = connection.prepare_cached(BACKLOG)?;
    let backlog = statement
        .query_map(params![as_of], |row| {
            Ok(Backlog {
                county: row.get(0)?,
                oldest: date_in_china(columns::instant(row, 1)?),
                leads: columns::unsigned(row, 2)?,
            })
        })?
        .collect::<Result<_, _>>()?;
    let mut statement = connection.prepare_cached(UNPUBLISHED)?;
    let unpublished = statement
        .query_map([], |row| {
            Ok(UnpublishedCount {
                party: columns::name(row, 0)?,
                files: columns::unsigned(row, 1)?,
            })
        })?
        .collect::<Result<_, _>>()?;
    Ok(StuckFacts {
        quarantined,
        unfinished: count(UNFINISHED)?,
        unrouted: count(UNROUTED)?,
        orphans: board_work::orphans(connection, question)?,
        backlog,
        unpublished,
    })
}

/// The date of a day that a query counted.
pub(super) fn china_day(
    row: &rusqlite::Row<'_>,
    index: usize,
) -> rusqlite::Result<posthorse_domain::Date> {
    Ok(date_of_china_day(row.get(index)?))
}
