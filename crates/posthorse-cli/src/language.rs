//! Chinese and English: every sentence that people read stands in `locales/`, once for each.

use std::ffi::OsString;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};

/// A language that the program speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Language {
    /// Simplified Chinese.
    #[value(name = "zh")]
    Chinese,
    /// English.
    #[value(name = "en")]
    English,
}

impl Language {
    /// The language asked for by `--lang` among these arguments, else the system's, else English.
    ///
    /// Read before the arguments are parsed, because complaints about them need a language too.
    #[must_use]
    pub fn choose(arguments: &[OsString]) -> Self {
        let mut asked = None;
        let mut texts = arguments.iter().filter_map(|text| text.to_str());
        while let Some(text) = texts.next() {
            asked = match text.strip_prefix("--lang") {
                Some("") => texts.next().or(asked),
                Some(joined) => joined.strip_prefix('=').or(asked),
                None => asked,
            };
        }
        match asked {
            Some("zh") => Language::Chinese,
            Some("en") => Language::English,
            _ => Self::of_locale(sys_locale::get_locale().as_deref()),
        }
    }

    fn of_locale(locale: Option<&str>) -> Self {
        match locale {
            Some(tag) if tag.to_ascii_lowercase().starts_with("zh") => Language::Chinese,
            _ => Language::English,
        }
    }

    fn source(self) -> (&'static str, &'static [&'static str]) {
        match self {
            Language::Chinese => (
                "zh",
                &[
                    include_str!("../locales/zh.ftl"),
                    include_str!("../locales/zh-help.ftl"),
                    include_str!("../locales/zh-doctor.ftl"),
                    include_str!("../locales/zh-operator.ftl"),
                    include_str!("../locales/zh-keeping.ftl"),
                ],
            ),
            Language::English => (
                "en",
                &[
                    include_str!("../locales/en.ftl"),
                    include_str!("../locales/en-help.ftl"),
                    include_str!("../locales/en-doctor.ftl"),
                    include_str!("../locales/en-operator.ftl"),
                    include_str!("../locales/en-keeping.ftl"),
                ],
            ),
        }
    }
}

/// A value to put into a sentence.
pub(crate) type Argument = (&'static str, FluentValue<'static>);

/// Names a value for a sentence: text or a number.
pub(crate) fn arg(name: &'static str, value: impl Into<FluentValue<'static>>) -> Argument {
    (name, value.into())
}

/// The sentences of one language.
pub struct Messages {
    language: Language,
    bundle: FluentBundle<FluentResource>,
}

impl Messages {
    /// Loads the sentences of a language.
    #[must_use]
    pub fn load(language: Language) -> Self {
        let (tag, sources) = language.source();
        let mut bundle = FluentBundle::new_concurrent(tag.parse().into_iter().collect());
        // Isolating marks are for mixed directions of writing; in a terminal they are litter.
        bundle.set_use_isolating(false);
        for source in sources {
            // Both resources are compiled in and a test parses them; what parsed is kept either way.
            let resource = FluentResource::try_new((*source).to_owned());
            let resource = resource.unwrap_or_else(|(partial, _)| partial);
            bundle.add_resource_overriding(resource);
        }
        Self { language, bundle }
    }

    /// Which language these sentences are in.
    #[must_use]
    pub fn language(&self) -> Language {
        self.language
    }

    /// The sentence under this key, or none.
    pub(crate) fn find(&self, key: &str, arguments: &[Argument]) -> Option<String> {
        let pattern = self.bundle.get_message(key)?.value()?;
        let arguments: FluentArgs<'_> = arguments
            .iter()
            .map(|(name, value)| (*name, value.clone()))
            .collect();
        let mut faults = Vec::new();
        let text = self
            .bundle
            .format_pattern(pattern, Some(&arguments), &mut faults);
        Some(text.into_owned())
    }

    /// The sentence under this key. A key that is missing shows as itself.
    pub(crate) fn text(&self, key: &str, arguments: &[Argument]) -> String {
        self.find(key, arguments).unwrap_or_else(|| key.to_owned())
    }

    /// The word or sentence under this key, which takes no values.
    pub(crate) fn word(&self, key: &str) -> String {
        self.text(key, &[])
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use super::*;

    /// Every key with the values its sentence takes, read from the text itself.
    fn keys(language: Language) -> BTreeMap<String, BTreeSet<String>> {
        let mut found: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        let mut key = String::new();
        for source in language.source().1 {
            assert!(
                FluentResource::try_new((*source).to_owned()).is_ok(),
                "{language:?}"
            );
            for line in source.lines().filter(|line| !line.starts_with('#')) {
                if let Some((name, _)) = line.split_once(" =")
                    && !line.starts_with(' ')
                {
                    key = name.to_owned();
                    let previous = found.insert(key.clone(), BTreeSet::new());
                    assert!(previous.is_none(), "{key} stands twice");
                }
                for piece in line.split("{ $").skip(1) {
                    let name = piece.split([' ', '}']).next().unwrap_or_default();
                    found
                        .entry(key.clone())
                        .or_default()
                        .insert(name.to_owned());
                }
            }
        }
        found
    }

    #[test]
    fn both_languages_say_the_same_with_the_same_values() {
        assert_eq!(keys(Language::Chinese), keys(Language::English));
    }

    #[test]
    fn whoever_is_told_what_is_wrong_is_told_what_to_do() {
        let keys = keys(Language::Chinese);
        for key in keys.keys() {
            let code = ["error-", "refusal-"]
                .iter()
                .find_map(|kind| key.strip_prefix(kind));
            if let Some(code) = code {
                assert!(keys.contains_key(&format!("hint-{code}")), "{key}");
            }
        }
    }

    #[test]
    fn the_locale_decides_when_nothing_is_asked_for() {
        assert_eq!(Language::of_locale(Some("zh-Hans-CN")), Language::Chinese);
        assert_eq!(Language::of_locale(Some("de-DE")), Language::English);
        assert_eq!(Language::of_locale(None), Language::English);
        let asked = ["posthorse", "--lang", "en", "seal", "--lang=zh"].map(OsString::from);
        assert_eq!(Language::choose(&asked), Language::Chinese);
    }

    #[test]
    fn values_reach_the_sentence_bare() {
        let messages = Messages::load(Language::English);
        let text = messages.text("error-file-exists", &[arg("path", "a.xpkg")]);
        assert!(
            text.contains("a.xpkg") && !text.contains('\u{2068}'),
            "{text}"
        );
    }
}
