//! Help and usage errors in the reader's language: clap's command tree, with every text put in.

use std::error::Error as _;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Command, CommandFactory};
use posthorse_package::{NameError, UntrustedText};

use crate::args::Cli;
use crate::examples;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::language::Messages;

/// The command tree with all its texts in one language: what is parsed with, shown, and made into
/// man pages.
#[must_use]
pub fn command(messages: &Messages) -> Command {
    let mut command = Cli::command();
    // Globals reach the subcommands now, so that their texts are put in there too.
    command.build();
    localise(command, "", messages)
}

fn localise(mut command: Command, path: &str, messages: &Messages) -> Command {
    let about_key = if path.is_empty() {
        "about".to_owned()
    } else {
        format!("about-{path}")
    };
    let usage = usage(&mut command, messages);
    let template = template(&command, messages);
    let mut command = command
        .about(messages.word(&about_key))
        .help_template(template)
        .override_usage(usage);
    let examples: Vec<_> = examples::of(path).collect();
    if !examples.is_empty() {
        let mut text = messages.word("heading-examples");
        for example in examples {
            text.push_str("\n  ");
            text.push_str(example);
        }
        command = command.after_help(text);
    }
    command = command.mut_args(|argument| {
        let id = argument.get_id().as_str().replace('_', "-");
        let own = messages.find(&format!("arg-{path}-{id}"), &[]);
        let help = own.unwrap_or_else(|| messages.word(&format!("arg-{id}")));
        argument.help(help).hide_possible_values(true)
    });
    command.mut_subcommands(|sub| {
        let name = sub.get_name();
        let path = if path.is_empty() {
            name.to_owned()
        } else {
            format!("{path}-{name}")
        };
        localise(sub, &path, messages)
    })
}

fn template(command: &Command, messages: &Messages) -> String {
    let usage = messages.word("heading-usage");
    let mut template = format!("{{about-with-newline}}\n{usage} {{usage}}\n");
    let parts = [
        (
            command.has_subcommands(),
            "heading-commands",
            "{subcommands}",
        ),
        (
            command.get_positionals().next().is_some(),
            "heading-arguments",
            "{positionals}",
        ),
        (true, "heading-options", "{options}"),
    ];
    for (_, heading, part) in parts.into_iter().filter(|(there, ..)| *there) {
        template.push_str(&format!("\n{}\n{part}\n", messages.word(heading)));
    }
    template.push_str("{after-help}");
    template
}

fn usage(command: &mut Command, messages: &Messages) -> String {
    let usage = command.render_usage().to_string();
    usage
        .trim_start_matches("Usage: ")
        .replace("[OPTIONS]", &messages.word("usage-options"))
        .replace(
            "<COMMAND>",
            &format!("<{}>", messages.word("heading-command")),
        )
}

/// What clap has against the arguments, in the reader's language.
pub(crate) fn usage_failure(error: &clap::Error) -> Failure {
    let context = |kind| match error.get(kind) {
        Some(ContextValue::String(text)) => UntrustedText::new(text.clone()).to_string(),
        Some(ContextValue::Strings(texts)) => {
            let texts: Vec<String> = texts
                .iter()
                .map(|text| UntrustedText::new(text.clone()).to_string())
                .collect();
            texts.join(" ")
        }
        Some(ContextValue::Number(number)) => number.to_string(),
        _ => String::new(),
    };
    let argument = context(ContextKind::InvalidArg);
    let value = context(ContextKind::InvalidValue);
    let failure = |code: &str| Failure::new(Exit::Usage, code);
    match error.kind() {
        ErrorKind::UnknownArgument => like(
            failure("usage-unknown-argument").with("argument", argument),
            &context(ContextKind::SuggestedArg),
        ),
        ErrorKind::InvalidSubcommand => like(
            failure("usage-unknown-command")
                .with("command", context(ContextKind::InvalidSubcommand)),
            &context(ContextKind::SuggestedSubcommand),
        ),
        ErrorKind::MissingSubcommand => failure("usage-missing-command"),
        ErrorKind::MissingRequiredArgument => {
            failure("usage-missing-argument").with("argument", argument)
        }
        ErrorKind::ArgumentConflict => failure("usage-conflict")
            .with("argument", argument)
            .with("other", context(ContextKind::PriorArg)),
        ErrorKind::InvalidValue if value.is_empty() => {
            failure("usage-missing-value").with("argument", argument)
        }
        ErrorKind::NoEquals | ErrorKind::TooFewValues | ErrorKind::WrongNumberOfValues => {
            failure("usage-missing-value").with("argument", argument)
        }
        ErrorKind::InvalidValue | ErrorKind::ValueValidation => {
            let failure = failure("usage-bad-value")
                .advised(format!("value-{}", value_name(&argument)))
                .with("argument", argument)
                .with("value", value);
            match error.source() {
                Some(cause) => match cause.downcast_ref::<NameError>() {
                    Some(name) => failure.detail(name),
                    None => failure.detail(cause),
                },
                None => failure.detail(possible_values(error)),
            }
        }
        _ => failure("usage").detail(error.kind()),
    }
}

/// Names what clap found that is like the word typed: the last one is the most like.
fn like(failure: Failure, found: &str) -> Failure {
    match found.split_whitespace().next_back() {
        Some(best) => {
            let advice = format!("{}-like", failure.code());
            failure.with("like", best).advised(advice)
        }
        None => failure,
    }
}

/// What an argument takes, as help writes it: `period <YYYY-MM>` takes a `yyyy-mm`.
fn value_name(argument: &str) -> String {
    let name = argument
        .split_once('<')
        .and_then(|(_, rest)| rest.split_once('>'));
    name.map_or("", |(name, _)| name).to_ascii_lowercase()
}

fn possible_values(error: &clap::Error) -> String {
    match error.get(ContextKind::ValidValue) {
        Some(ContextValue::Strings(values)) => values.join(", "),
        _ => error.kind().to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::Language;

    fn check(command: &Command, path: &str, messages: &Messages) {
        let help = command.clone().render_help().to_string();
        for piece in help.split_whitespace() {
            let missing = ["about-", "arg-", "heading-"]
                .iter()
                .any(|key| piece.starts_with(key));
            assert!(!missing, "{path}: no text for {piece}");
        }
        if messages.language() == Language::Chinese {
            for english in ["Usage", "Options", "Print help", "Commands", "OPTIONS"] {
                assert!(!help.contains(english), "{path}: {english} in\n{help}");
            }
        }
        for sub in command.get_subcommands() {
            check(sub, &format!("{path} {}", sub.get_name()), messages);
        }
    }

    #[test]
    fn every_command_and_argument_has_a_text_in_both_languages() {
        for language in [Language::Chinese, Language::English] {
            let messages = Messages::load(language);
            check(&command(&messages), "posthorse", &messages);
        }
        Cli::command().debug_assert();
    }
}
