//! Kinds of package as people call them: `warning_list` is 预警名单.

use std::sync::OnceLock;

use posthorse_domain::SchemaSet;
use posthorse_package::{KindName, NameError, UntrustedText};

use crate::exit::Exit;
use crate::failure::Failure;
use crate::language::{Language, Messages, arg};
use crate::lists;
use crate::suggest;

/// Kinds that carry several lists, or none of which there is a schema: their names stand in
/// `locales/`. Every other kind is called as its only list is.
const NAMED_HERE: [&str; 3] = ["payout_list", "return_sheet", "warning_list"];

/// Every kind that this program knows, with its Chinese name, in the order of the schemas.
fn known() -> &'static [(KindName, String)] {
    static KNOWN: OnceLock<Vec<(KindName, String)>> = OnceLock::new();
    KNOWN.get_or_init(|| {
        let messages = Messages::load(Language::Chinese);
        // A set that does not load is told by the command that needs it.
        let mut known = lists::schemas().map_or_else(|_| Vec::new(), |set| of_schemas(&set));
        for kind in NAMED_HERE {
            let named = messages.word(&format!("kind-{kind}"));
            match known.iter_mut().find(|(known, _)| known.as_str() == kind) {
                Some((_, title)) => *title = named,
                None => known.extend(kind.parse().ok().map(|kind| (kind, named))),
            }
        }
        known
    })
}

fn of_schemas(schemas: &SchemaSet) -> Vec<(KindName, String)> {
    let mut known: Vec<(KindName, String)> = Vec::new();
    for schema in schemas.iter() {
        if known.iter().all(|(kind, _)| kind != schema.kind()) {
            known.push((schema.kind().clone(), schema.title().to_owned()));
        }
    }
    known
}

/// A kind as it is typed: its code, or its Chinese name.
pub(crate) fn parse(text: &str) -> Result<KindName, NameError> {
    text.parse().or_else(|error| {
        let named = known().iter().find(|(_, title)| title == text.trim());
        named.map(|(kind, _)| kind.clone()).ok_or(error)
    })
}

/// What people call a kind; its code in English, or when this program does not know it.
pub(crate) fn title(kind: &str, messages: &Messages) -> String {
    let title = known().iter().find(|(known, _)| known.as_str() == kind);
    match (messages.language(), title) {
        (Language::Chinese, Some((_, title))) => title.clone(),
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
    let strange = |kind: &&KindName| known().iter().all(|(known, _)| known != *kind);
    match kinds.into_iter().find(strange) {
        Some(kind) => Err(unknown(kind)),
        None => Ok(()),
    }
}

/// What is said of a kind that does not exist.
pub(crate) fn unknown(kind: &KindName) -> Failure {
    let failure = Failure::new(Exit::Usage, "unknown-kind").with("kind", kind);
    let codes = known().iter().map(|(known, _)| known.as_str());
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
        assert_eq!(code("退回名单").as_deref(), Some("return_sheet"));
        assert_eq!(code("nil_report").as_deref(), Some("nil_report"));
        assert_eq!(code("没有这种"), None);
    }

    #[test]
    fn no_two_kinds_have_one_name() {
        let mut titles: Vec<&str> = known().iter().map(|(_, title)| title.as_str()).collect();
        let count = titles.len();
        titles.sort_unstable();
        titles.dedup();
        assert_eq!(titles.len(), count);
    }
}
