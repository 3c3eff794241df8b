//! All printing: sentences for people, one JSON document for programs, bars for the impatient.

use std::fmt;
use std::io::{self, IsTerminal, Write};

use comfy_table::{Cell, CellAlignment, Color, ContentArrangement, Table, presets};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use posthorse_domain::Tone;
use posthorse_package::Timestamp;
use serde_json::{Value, json};

use crate::clock;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::interrupt::Interrupt;
use crate::language::{Argument, Messages};

/// Who reads standard output.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    /// A person.
    Human,
    /// A program: exactly one JSON document.
    Json,
}

/// Whether something may be drawn for the eye only.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Decoration {
    /// Bars and colour, on a terminal.
    Terminal,
    /// Text alone.
    Plain,
}

/// What a line says about the thing it names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mark {
    /// Good.
    Good,
    /// Look at it.
    Warning,
    /// Not good.
    Bad,
}

/// What every command works with: the language, the time, where to print, when to stop.
pub(crate) struct Context {
    pub(crate) messages: Messages,
    pub(crate) now: Timestamp,
    pub(crate) interrupt: Interrupt,
    format: Format,
    out_decoration: Decoration,
    err_decoration: Decoration,
    out: Box<dyn Write>,
    err: Box<dyn Write>,
    reader: Reader,
}

/// Whether anybody still reads standard output.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reader {
    There,
    Gone,
}

impl Context {
    /// The real one: standard output and error, the clock read once, signals listened to.
    ///
    /// Gives the sentences back when there is no time to work with.
    pub(crate) fn standard(
        messages: Messages,
        format: Format,
    ) -> Result<Self, Box<(Messages, Failure)>> {
        let (now, interrupt) = match start() {
            Ok(start) => start,
            Err(failure) => return Err(Box::new((messages, failure))),
        };
        let decoration = |terminal: bool| {
            let wanted = terminal && format == Format::Human;
            if wanted {
                Decoration::Terminal
            } else {
                Decoration::Plain
            }
        };
        Ok(Self {
            messages,
            now,
            interrupt,
            format,
            out_decoration: decoration(io::stdout().is_terminal()),
            err_decoration: decoration(io::stderr().is_terminal()),
            reader: Reader::There,
            out: Box::new(io::stdout()),
            err: Box::new(io::stderr()),
        })
    }

    /// One that prints nothing: for commands run inside another.
    pub(crate) fn silent(messages: Messages, now: Timestamp, interrupt: Interrupt) -> Self {
        Self {
            messages,
            now,
            interrupt,
            format: Format::Human,
            out_decoration: Decoration::Plain,
            err_decoration: Decoration::Plain,
            reader: Reader::There,
            out: Box::new(io::sink()),
            err: Box::new(io::sink()),
        }
    }

    /// One that gives its JSON document to a writer, for a caller within the program.
    pub(crate) fn captured(
        messages: Messages,
        now: Timestamp,
        interrupt: Interrupt,
        out: Box<dyn Write>,
    ) -> Self {
        Self {
            format: Format::Json,
            out,
            ..Self::silent(messages, now, interrupt)
        }
    }

    pub(crate) fn format(&self) -> Format {
        self.format
    }

    /// A sentence on standard output; nothing when a program reads.
    pub(crate) fn say(&mut self, key: &str, arguments: &[Argument]) -> Result<(), Failure> {
        let text = self.messages.text(key, arguments);
        self.line(&text)
    }

    /// A line on standard output; nothing when a program reads.
    pub(crate) fn line(&mut self, text: &str) -> Result<(), Failure> {
        match self.format {
            Format::Human => self.write(format_args!("{text}\n")),
            Format::Json => Ok(()),
        }
    }

    /// A line that begins with a mark, coloured on a terminal.
    pub(crate) fn marked(&mut self, mark: Mark, text: &str) -> Result<(), Failure> {
        let (sign, colour) = match mark {
            Mark::Good => ("✓", "\u{1b}[32m"),
            Mark::Warning => ("!", "\u{1b}[33m"),
            Mark::Bad => ("✗", "\u{1b}[31m"),
        };
        match self.out_decoration {
            Decoration::Terminal => self.line(&format!("{colour}{sign}\u{1b}[0m {text}")),
            Decoration::Plain => self.line(&format!("{sign} {text}")),
        }
    }

    /// A table on standard output.
    pub(crate) fn table(&mut self, header: &[String], rows: &[Vec<String>]) -> Result<(), Failure> {
        let mut table = Table::new();
        table.load_style(presets::UTF8_FULL_CONDENSED);
        table.set_header(header);
        for row in rows {
            table.add_row(row);
        }
        if self.out_decoration == Decoration::Terminal {
            table.set_content_arrangement(ContentArrangement::Dynamic);
        }
        self.line(&table.to_string())
    }

    /// A table whose cells call for something: coloured on a terminal, where it also fits.
    pub(crate) fn toned_table(&mut self, shown: &posthorse_domain::Table) -> Result<(), Failure> {
        let on_terminal = self.out_decoration == Decoration::Terminal;
        let mut table = Table::new();
        table.load_style(presets::UTF8_FULL_CONDENSED);
        table.set_header(&shown.header);
        for row in &shown.rows {
            let cells = row.cells.iter().map(|cell| {
                let text = posthorse_package::UntrustedText::new(cell.text()).to_string();
                let mut drawn = Cell::new(text);
                if cell.is_figure() {
                    drawn = drawn.set_alignment(CellAlignment::Right);
                }
                match cell.tone() {
                    Tone::Good if on_terminal => drawn.fg(Color::Green),
                    Tone::Attention if on_terminal => drawn.fg(Color::Yellow),
                    Tone::Bad if on_terminal => drawn.fg(Color::Red),
                    _ => drawn,
                }
            });
            table.add_row(cells);
        }
        if on_terminal {
            table.set_content_arrangement(ContentArrangement::Dynamic);
        }
        self.line(&table.to_string())
    }

    /// A sentence on standard error, for what needs a look but stops nothing.
    pub(crate) fn warn(&mut self, key: &str, arguments: &[Argument]) {
        let text = self.messages.text(key, arguments);
        self.warn_line(&text);
    }

    /// A line on standard error.
    pub(crate) fn warn_line(&mut self, text: &str) {
        // Where standard error is closed there is nobody left to tell.
        let _ = writeln!(self.err, "{text}");
    }

    /// The one JSON document; nothing when a person reads.
    pub(crate) fn json(&mut self, value: &Value) -> Result<(), Failure> {
        match self.format {
            Format::Human => Ok(()),
            Format::Json => self.write(format_args!("{value:#}\n")),
        }
    }

    /// Text as it is, whoever reads: help and version.
    pub(crate) fn print(&mut self, text: &str) -> Result<(), Failure> {
        self.write(format_args!("{text}"))
    }

    fn write(&mut self, text: fmt::Arguments<'_>) -> Result<(), Failure> {
        self.out.write_fmt(text).map_err(|cause| {
            if cause.kind() == io::ErrorKind::BrokenPipe {
                self.reader = Reader::Gone;
            }
            Failure::new(Exit::Environment, "cannot-print").detail(cause)
        })
    }

    /// Raw bytes on standard output, where a command's result is a file.
    pub(crate) fn stdout(&mut self) -> &mut dyn Write {
        &mut self.out
    }

    /// Whether standard output is a terminal.
    pub(crate) fn prints_to_a_terminal(&self) -> bool {
        self.out_decoration == Decoration::Terminal || io::stdout().is_terminal()
    }

    /// Says why a command failed: to people on standard error, to programs as the JSON document.
    ///
    /// Says nothing where the reader has gone: whoever pipes into `head` has seen enough.
    pub(crate) fn fail(&mut self, failure: &Failure) -> Exit {
        if self.reader == Reader::Gone {
            return failure.exit();
        }
        for line in failure.lines(&self.messages) {
            self.warn_line(&line);
        }
        let document = json!({
            "error": failure.to_json(&self.messages),
            "exit": failure.exit().code(),
        });
        match self.json(&document) {
            Ok(()) => failure.exit(),
            Err(printing) => printing.exit(),
        }
    }

    /// A progress bar over so many bytes; hidden where nobody watches.
    pub(crate) fn bar(&self, length: u64, label: &str) -> ProgressBar {
        let target = match self.err_decoration {
            Decoration::Terminal => ProgressDrawTarget::stderr(),
            Decoration::Plain => ProgressDrawTarget::hidden(),
        };
        let bar = ProgressBar::with_draw_target(Some(length), target);
        let style = ProgressStyle::with_template("{msg} {wide_bar} {bytes}/{total_bytes} {eta}");
        bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
        bar.set_message(self.messages.word(label));
        bar
    }
}

fn start() -> Result<(Timestamp, Interrupt), Failure> {
    let interrupt = Interrupt::on_signals()
        .map_err(|cause| Failure::new(Exit::Internal, "internal").detail(cause))?;
    Ok((clock::now()?, interrupt))
}

/// Says why the program cannot even begin.
pub(crate) fn fail_without_context(messages: &Messages, failure: &Failure) -> Exit {
    let mut err = io::stderr();
    for line in failure.lines(messages) {
        // Where standard error is closed there is nobody left to tell.
        let _ = writeln!(err, "{line}");
    }
    failure.exit()
}
