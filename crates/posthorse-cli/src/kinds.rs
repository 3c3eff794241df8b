//! Kinds of package as people call them: `warning_list` is 预警名单.

use std::sync::OnceLock;

use posthorse_domain::{Duty, Kind, KindSet, ReportKind};
use posthorse_package::{KindName, NameError, UntrustedText};

use crate::exit::Exit;
use crate::failure::Failure;
use crate::language::{Language, Messages, arg};
use crate::rulebook;
use crate::suggest;

/// The kinds of the registry that the command works by. A process serves one command.
static LEARNT: OnceLock<Vec<Kind>> = OnceLock::new();

/// Takes over the kinds of the rules in force, so that they are called by their names.
pub(crate) fn learn(kinds: &KindSet) {
    LEARNT.get_or_init(|| kinds.iter().cloned().collect());
}

/// Every kind that the command knows: those of its registry, else those compiled in. Rules that
/// do not load are told by the command that needs them, so here they count as empty.
fn known() -> &'static [Kind] {
    LEARNT
        .get()
        .map_or_else(|| built_in_names().kinds.as_slice(), Vec::as_slice)
}

/// What kinds are called: themselves, and by the title of their only list.
#[derive(Default)]
struct Names {
    kinds: Vec<Kind>,
    lists: Vec<(String, KindName)>,
}

/// The kinds compiled in, and the title of the only list of a kind. A kind that only a registry
/// knows is typed by its code: what is typed is read before the registry is.
fn built_in_names() -> &'static Names {
    static BUILT_IN: OnceLock<Names> = OnceLock::new();
    BUILT_IN.get_or_init(|| {
        let Ok(rules) = rulebook::built_in() else {
            return Names::default();
        };
        let lists = rules.schemas().iter();
        let only = lists.filter(|list| rules.schemas().only_of(list.kind()).is_some());
        let only = only.map(|list| (list.title().to_owned(), list.kind().clone()));
        Names {
            kinds: rules.casework().kinds().iter().cloned().collect(),
            lists: only.collect(),
        }
    })
}

/// A kind as it is typed: its code, its Chinese name, or the Chinese name of its only list.
pub(crate) fn parse(text: &str) -> Result<KindName, NameError> {
    text.parse().or_else(|error| {
        let typed = text.trim();
        let names = built_in_names();
        let named = names.kinds.iter().find(|kind| kind.title() == typed);
        let by_list = || names.lists.iter().find(|(title, _)| title == typed);
        named
            .map(|kind| kind.name().clone())
            .or_else(|| by_list().map(|(_, kind)| kind.clone()))
            .ok_or(error)
    })
}

/// The kind by which the bureau says before a payout how people stand on the roster.
pub(crate) const PRECHECK_RESULT: &str = "precheck_result";

/// Whether packages of a kind report payouts, before which the bureau is to be asked (REQ-18).
pub(crate) fn reports_payouts(kind: &KindName) -> bool {
    let mut known = known().iter().filter(|known| known.name() == kind);
    known.any(|known| *known.duty() == Duty::Report(ReportKind::Payout))
}

/// The kind of this name, by the rules that the command works by.
pub(crate) fn find(kind: &KindName) -> Option<&'static Kind> {
    known().iter().find(|known| known.name() == kind)
}

/// What people call a kind; its code in English, or when this program does not know it.
pub(crate) fn title(kind: &str, messages: &Messages) -> String {
    let title = known().iter().find(|known| known.name().as_str() == kind);
    match (messages.language(), title) {
        (Language::Chinese, Some(known)) => known.title().to_owned(),
        _ => UntrustedText::new(kind).to_string(),
    }
}

/// What people call a kind, with its code: for tables that are kept.
pub(crate) fn title_and_code(kind: &str, messages: &Messages) -> String {
    let title = title(kind, messages);
    match title == kind {
        true => title,
        false => messages.text(
            "kind-with-code",
            &[arg("title", title), arg("kind", kind.to_owned())],
        ),
    }
}

/// Refuses a kind that this program does not know: a slip of the hand would otherwise stand in a
/// registry, and what it was to forbid would stay allowed.
pub(crate) fn require_known<'k>(
    kinds: impl IntoIterator<Item = &'k KindName>,
) -> Result<(), Failure> {
    let strange = |kind: &&KindName| known().iter().all(|known| known.name() != *kind);
    match kinds.into_iter().find(strange) {
        Some(kind) => Err(unknown(kind)),
        None => Ok(()),
    }
}

/// What is said of a kind that does not exist.
pub(crate) fn unknown(kind: &KindName) -> Failure {
    let failure = Failure::new(Exit::Usage, "unknown-kind").with("kind", kind);
    let codes = known().iter().map(|known| known.name().as_str());
    match suggest::nearest(kind.as_str(), codes) {
        Some(like) => failure.with("like", like).advised("unknown-kind-like"),
        None => failure,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_is_typed_by_its_code_or_by_its_chinese_name() {
        let code = |text: &str| parse(text).map(|kind| kind.to_string()).ok();
        assert_eq!(code("预警名单").as_deref(), Some("warning_list"));
        assert_eq!(code("零报告").as_deref(), Some("nil_report"));
        assert_eq!(code("退回清单").as_deref(), Some("return_sheet"));
        assert_eq!(code("更正").as_deref(), Some("correction"));
        assert_eq!(code("更正清单").as_deref(), Some("correction"));
        assert_eq!(code("医保-未参保"), None);
        assert_eq!(code("nil_report").as_deref(), Some("nil_report"));
        assert_eq!(code("没有这种"), None);
    }

    #[test]
    fn no_two_kinds_have_one_name() {
        let mut titles: Vec<&str> = known().iter().map(Kind::title).collect();
        let count = titles.len();
        titles.sort_unstable();
        titles.dedup();
        assert_eq!(titles.len(), count);
    }
}
