//! Which list a file is, told by how its headers fit each schema.

use crate::checking::check_report::CheckReport;
use crate::checking::problem::{Problem, ProblemCode};
use crate::reading::header::{HeaderFit, HeaderSearch};
use crate::reading::raw_row::RawRow;
use crate::schemas::list_schema::ListSchema;

/// A list that a file may be.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Candidate<'s> {
    /// The list.
    pub schema: &'s ListSchema,
    /// How many of its fields have a column.
    pub known: usize,
    /// How many columns it does not know.
    pub unknown: usize,
    /// How many columns are missing that it demands.
    pub missing: usize,
    score: i64,
}

/// The lists that a file may be, the likeliest first.
#[derive(Debug, Clone)]
pub struct Recognition<'s> {
    candidates: Vec<Candidate<'s>>,
    fault: Problem,
}

impl<'s> Recognition<'s> {
    pub(crate) fn of(schemas: &[&'s ListSchema], sheets: &[Vec<RawRow>]) -> Self {
        let fits = schemas.iter().filter_map(|schema| {
            // A workbook is what its best sheet is.
            let headers = sheets.iter().filter_map(|rows| {
                let mut search = HeaderSearch::new(schema);
                // The search ends itself where a header is complete.
                let _ = rows.iter().any(|row| search.see(row));
                search.finish().map(|header| header.fit(schema))
            });
            let best = headers.max_by_key(|fit| fit.score())?;
            Some(Candidate::new(schema, best))
        });
        let mut candidates: Vec<Candidate<'s>> = fits.collect();
        candidates.sort_by_key(|candidate| std::cmp::Reverse(candidate.score));
        let fault = Problem::new(ProblemCode::NoHeader)
            .with("columns", "“姓名”、“证件号码”")
            .with("list", "相应名单");
        Self { candidates, fault }
    }

    pub(crate) fn unreadable(fault: Problem) -> Self {
        Self {
            candidates: Vec::new(),
            fault,
        }
    }

    /// Every list whose header the file has, the likeliest first.
    #[must_use]
    pub fn candidates(&self) -> &[Candidate<'s>] {
        &self.candidates
    }

    /// The lists that fit better than all others; several if nothing in the file tells them apart.
    #[must_use]
    pub fn best(&self) -> &[Candidate<'s>] {
        let Some(first) = self.candidates.first() else {
            return &[];
        };
        &self.candidates[..first.equals(&self.candidates)]
    }

    /// The list, if one fits better than every other.
    #[must_use]
    pub fn only_best(&self) -> Option<&'s ListSchema> {
        match self.best() {
            [only] => Some(only.schema),
            _ => None,
        }
    }

    /// The report of a file that is no list at all: why it does not open, or that it has no header.
    #[must_use]
    pub fn into_report(self) -> CheckReport {
        CheckReport::of_file_problem(self.fault)
    }
}

impl<'s> Candidate<'s> {
    /// How many of the candidates, of which this is the first, the header cannot tell from it:
    /// they know the same number of its columns, and lack at most one more.
    fn equals(&self, candidates: &[Self]) -> usize {
        let is_equal = |one: &&Self| {
            let same_columns = one.known == self.known && one.unknown == self.unknown;
            same_columns && one.missing <= self.missing + 1
        };
        candidates.iter().take_while(is_equal).count()
    }

    fn new(schema: &'s ListSchema, fit: HeaderFit) -> Self {
        Self {
            schema,
            known: fit.known,
            unknown: fit.unknown,
            missing: fit.missing,
            score: fit.score(),
        }
    }
}
