//! A whole package in the place of an earlier one (spec/casework-v1.md, section 11).

use std::collections::BTreeSet;

use posthorse_ledger::{Hold, OwnPackage};

use crate::attribution::Authentic;
use crate::bureau::Bureau;
use crate::contents::Contents;
use crate::error::Critical;

impl Bureau<'_> {
    /// The package that this one replaces, if something of it was taken; or the code for which
    /// this one is refused. A package that never came, one of somebody else and one that was
    /// refused are the same: there is nothing to replace.
    pub(crate) fn replaced_by(
        &self,
        package: &Authentic,
        may_replace: bool,
    ) -> Result<Result<Option<OwnPackage>, &'static str>, Critical> {
        let manifest = &package.manifest;
        if self
            .ledger
            .is_superseded(&manifest.sender, &package.digest)?
        {
            return Ok(Err("superseded"));
        }
        let Some(named) = &manifest.supersedes else {
            return Ok(Ok(None));
        };
        let old = self.ledger.own_package_of(&manifest.sender, named)?;
        Ok(match old {
            None => Ok(None),
            Some(old)
                if !may_replace || old.kind != manifest.kind || old.period != manifest.period =>
            {
                Err("supersedes-other")
            }
            Some(old) if !old.stands => Err("supersedes-gone"),
            Some(old) => Ok(Some(old)),
        })
    }

    /// Why what was read cannot take the place of what it replaces, if it replaces anything. A row
    /// that goes back would be missing in both; an answer that closed a case cannot go missing.
    pub(crate) fn cannot_replace(
        &self,
        contents: &Contents,
    ) -> Result<Option<&'static str>, Critical> {
        let Some(old) = contents.amending.replaced() else {
            return Ok(None);
        };
        if contents.rejected > 0 {
            return Ok(Some("supersedes-in-part"));
        }
        let answered: BTreeSet<&str> = contents
            .answers
            .iter()
            .map(|answer| answer.case_id.as_str())
            .collect();
        let standing = self.ledger.rows_that_stand(&old.manifest)?;
        let goes_missing = standing.iter().any(|row| {
            let case = row.case_id.as_deref();
            let comes_again = case.is_some_and(|case| answered.contains(case));
            row.hold != Hold::Stands && !comes_again
        });
        Ok(goes_missing.then_some("supersedes-closed"))
    }
}
