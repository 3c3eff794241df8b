//! Which days are worked: weekends, the State Council's holidays, and its make-up workdays.
//!
//! The arrangements are data (spec/routing-and-deadlines-v1.md §2). For a year without one the
//! calendar answers by the weekend rule and says in the answer that it is provisional.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use jiff::civil::{Date, Weekday};
use serde::Deserialize;

use crate::clocks::certainty::Certainty;
use crate::values::iso_date;

const BUILT_IN: &[u8] = include_bytes!("../../data/holidays.json");

const FORMAT: &str = "posthorse-work-calendar/1";
/// Twenty years fit in a tenth of this.
const MOST_BYTES: usize = 1 << 20;
/// From the founding of the State Council's calendar to beyond any deadline that is set today.
const YEARS: std::ops::RangeInclusive<i16> = 1949..=2199;
/// A notice reaches back into these last days of December: that of 2019 made 2018-12-29 a workday
/// and 2018-12-31 a holiday.
const FIRST_DAY_REACHED: i8 = 29;
const MOST_CHARACTERS: usize = 100;

/// The workdays of China, as far as they have been announced.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkCalendar {
    version: u64,
    notices: BTreeMap<i16, CalendarNotice>,
    named: BTreeMap<Date, NamedDay>,
}

/// The State Council's notice that arranges a year.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct CalendarNotice {
    /// The year that it arranges.
    pub year: i16,
    /// Its document number, such as `国办发明电〔2025〕7号`.
    pub document: String,
    /// The day on which it was issued.
    pub issued: Date,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct NamedDay {
    rule: NamedRule,
    name: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum NamedRule {
    Off,
    Work,
}

/// What a day is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DayKind<'c> {
    /// An ordinary Monday to Friday.
    Workday,
    /// An ordinary Saturday or Sunday.
    WeekendOff,
    /// Off by the notice, with the name of the holiday.
    Holiday(&'c str),
    /// A Saturday or Sunday that is worked for a holiday, with the name of the holiday.
    MakeUpWorkday(&'c str),
}

impl DayKind<'_> {
    /// Whether offices work.
    #[must_use]
    pub fn is_worked(self) -> bool {
        matches!(self, Self::Workday | Self::MakeUpWorkday(_))
    }
}

/// A day's kind, and how sure it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct CalendarDay<'c> {
    /// What the day is.
    pub kind: DayKind<'c>,
    /// Whether that has been announced.
    pub certainty: Certainty,
}

/// Why bytes are no calendar.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum WorkCalendarError {
    /// More bytes than a calendar needs.
    #[error("the calendar has {bytes} bytes; {limit} are permitted")]
    TooLarge {
        /// How many there are.
        bytes: usize,
        /// How many there may be.
        limit: usize,
    },
    /// Not JSON of the shape that a calendar has.
    #[error("the calendar cannot be read: {0}")]
    Shape(#[source] serde_json::Error),
    /// Another format, or a later one.
    #[error("the calendar's format is not {FORMAT}")]
    Format,
    /// The version is zero.
    #[error("the calendar's version must be 1 or more")]
    Version,
    /// There is no year at all.
    #[error("the calendar covers no year")]
    NoYears,
    /// A year that is out of range, or not after the one before it.
    #[error("the calendar's year {year} is out of range or out of order")]
    Year {
        /// The year.
        year: i16,
    },
    /// A notice without its document number, or with one that is too long.
    #[error("the calendar's year {year} does not name its notice")]
    Notice {
        /// The year.
        year: i16,
    },
    /// A day that the notice of the year cannot arrange.
    #[error("the calendar's year {year} must not arrange {date}")]
    ForeignDay {
        /// The year.
        year: i16,
        /// The day.
        date: Date,
    },
    /// A day that is not after the one before it.
    #[error("the calendar's day {date} is out of order or stands twice")]
    DayOrder {
        /// The day.
        date: Date,
    },
    /// A make-up workday from Monday to Friday.
    #[error("the calendar's make-up workday {date} is no Saturday or Sunday")]
    NoWeekend {
        /// The day.
        date: Date,
    },
    /// A day without the name of its holiday, or with one that is too long.
    #[error("the calendar's day {date} does not name its holiday")]
    Name {
        /// The day.
        date: Date,
    },
}

/// Why a calendar does not take the place of another.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CalendarSuccessionError {
    /// Its version is not higher, and it is not the same calendar.
    #[error("calendar version {offered} does not follow version {held}")]
    Version {
        /// The version in use.
        held: u64,
        /// The version that was offered.
        offered: u64,
    },
    /// It has lost a year.
    #[error("calendar version {offered} no longer covers {year}")]
    LostYear {
        /// The version that was offered.
        offered: u64,
        /// The first year that it has lost.
        year: i16,
    },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    format: String,
    version: u64,
    years: Vec<YearDocument>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct YearDocument {
    year: i16,
    notice: String,
    #[serde(deserialize_with = "iso_date::deserialize")]
    issued: Date,
    days: Vec<DayDocument>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DayDocument {
    #[serde(deserialize_with = "iso_date::deserialize")]
    date: Date,
    kind: NamedRule,
    name: String,
}

impl WorkCalendar {
    /// The calendar compiled in: 2023 to 2026.
    #[must_use]
    pub fn built_in() -> &'static Self {
        static CALENDAR: OnceLock<WorkCalendar> = OnceLock::new();
        CALENDAR.get_or_init(|| {
            // A test reads the same file. Without it every answer would be provisional, not wrong.
            Self::from_json(BUILT_IN).unwrap_or_else(|_| Self {
                version: 0,
                notices: BTreeMap::new(),
                named: BTreeMap::new(),
            })
        })
    }

    /// Reads a calendar. Whether to believe it is for the caller to know: the bytes are those of
    /// a signed document, or the caller vouches for them.
    ///
    /// # Errors
    /// See [`WorkCalendarError`].
    pub fn from_json(bytes: &[u8]) -> Result<Self, WorkCalendarError> {
        if bytes.len() > MOST_BYTES {
            let (bytes, limit) = (bytes.len(), MOST_BYTES);
            return Err(WorkCalendarError::TooLarge { bytes, limit });
        }
        let document: Document = serde_json::from_slice(bytes).map_err(WorkCalendarError::Shape)?;
        if document.format != FORMAT {
            return Err(WorkCalendarError::Format);
        }
        if document.version == 0 {
            return Err(WorkCalendarError::Version);
        }
        if document.years.is_empty() {
            return Err(WorkCalendarError::NoYears);
        }
        let mut calendar = Self {
            version: document.version,
            notices: BTreeMap::new(),
            named: BTreeMap::new(),
        };
        for year in document.years {
            calendar.add_year(year)?;
        }
        Ok(calendar)
    }

    fn add_year(&mut self, document: YearDocument) -> Result<(), WorkCalendarError> {
        let year = document.year;
        let follows = self.notices.keys().next_back().is_none_or(|y| *y < year);
        if !YEARS.contains(&year) || !follows {
            return Err(WorkCalendarError::Year { year });
        }
        if !is_name(&document.notice) {
            return Err(WorkCalendarError::Notice { year });
        }
        for day in document.days {
            self.add_day(year, day)?;
        }
        let notice = CalendarNotice {
            year,
            document: document.notice,
            issued: document.issued,
        };
        self.notices.insert(year, notice);
        Ok(())
    }

    fn add_day(&mut self, year: i16, day: DayDocument) -> Result<(), WorkCalendarError> {
        let date = day.date;
        if date.year() != year && reached_by(date) != Some(year) {
            return Err(WorkCalendarError::ForeignDay { year, date });
        }
        if self.named.keys().next_back().is_some_and(|d| *d >= date) {
            return Err(WorkCalendarError::DayOrder { date });
        }
        if day.kind == NamedRule::Work && !is_weekend(date) {
            return Err(WorkCalendarError::NoWeekend { date });
        }
        if !is_name(&day.name) {
            return Err(WorkCalendarError::Name { date });
        }
        let (rule, name) = (day.kind, day.name);
        self.named.insert(date, NamedDay { rule, name });
        Ok(())
    }

    /// Hands back the calendar that is to be used from now on: `offered`, if it follows this one.
    /// The same calendar again changes nothing.
    ///
    /// # Errors
    /// The version does not grow, or a year would be lost.
    pub fn succeeded_by(&self, offered: Self) -> Result<Self, CalendarSuccessionError> {
        if offered.version <= self.version && offered != *self {
            return Err(CalendarSuccessionError::Version {
                held: self.version,
                offered: offered.version,
            });
        }
        match self.years().find(|year| !offered.covers(*year)) {
            Some(year) => Err(CalendarSuccessionError::LostYear {
                offered: offered.version,
                year,
            }),
            None => Ok(offered),
        }
    }

    /// Its version; a later calendar has a higher one.
    #[must_use]
    pub fn version(&self) -> u64 {
        self.version
    }

    /// Whether the arrangements of the year are known.
    #[must_use]
    pub fn covers(&self, year: i16) -> bool {
        self.notices.contains_key(&year)
    }

    /// The years whose arrangements are known, ascending.
    pub fn years(&self) -> impl Iterator<Item = i16> {
        self.notices.keys().copied()
    }

    /// The notices that it was made from, by year.
    pub fn notices(&self) -> impl Iterator<Item = &CalendarNotice> {
        self.notices.values()
    }

    /// What a day is, and whether that has been announced. Answers for every date there is.
    #[must_use]
    pub fn day(&self, date: Date) -> CalendarDay<'_> {
        if let Some(named) = self.named.get(&date) {
            let kind = match named.rule {
                NamedRule::Off => DayKind::Holiday(&named.name),
                NamedRule::Work => DayKind::MakeUpWorkday(&named.name),
            };
            let certainty = Certainty::Decided;
            return CalendarDay { kind, certainty };
        }
        let kind = if is_weekend(date) {
            DayKind::WeekendOff
        } else {
            DayKind::Workday
        };
        let missing = std::iter::once(date.year()).chain(reached_by(date));
        let certainty = missing
            .filter(|year| !self.covers(*year))
            .map(|year| Certainty::Provisional { year })
            .fold(Certainty::Decided, Certainty::and);
        CalendarDay { kind, certainty }
    }

    /// Whether the day is worked, as far as is known.
    #[must_use]
    pub fn is_worked(&self, date: Date) -> bool {
        self.day(date).kind.is_worked()
    }

    /// How many days from the first to the last are worked, both counted, and how sure that is.
    #[must_use]
    pub fn workdays(&self, first: Date, last: Date) -> (u32, Certainty) {
        let days = first.series(jiff::Span::new().days(1));
        days.take_while(|date| *date <= last).fold(
            (0, Certainty::Decided),
            |(count, certainty), date| {
                let day = self.day(date);
                let count = count + u32::from(day.kind.is_worked());
                (count, certainty.and(day.certainty))
            },
        )
    }
}

/// The later year whose notice may arrange this day.
fn reached_by(date: Date) -> Option<i16> {
    let reached = date.month() == 12 && date.day() >= FIRST_DAY_REACHED;
    reached.then(|| date.year().saturating_add(1))
}

fn is_weekend(date: Date) -> bool {
    matches!(date.weekday(), Weekday::Saturday | Weekday::Sunday)
}

fn is_name(text: &str) -> bool {
    !text.trim().is_empty()
        && text.chars().count() <= MOST_CHARACTERS
        && !text.chars().any(char::is_control)
}

#[cfg(test)]
#[path = "work_calendar_tests.rs"]
mod tests;
