//! A vector's file: what must happen and why, an empty line, the document.

use std::io;
use std::path::Path;

use crate::keys::NOW;

/// One vector.
#[derive(Debug, Clone)]
pub(crate) struct Vector {
    folder: &'static str,
    name: String,
    expect: &'static str,
    step: &'static str,
    lines: Vec<(&'static str, String)>,
    document: Vec<u8>,
}

impl Vector {
    fn new(
        folder: &'static str,
        name: &str,
        (step, expect): (&'static str, &'static str),
        section: &str,
        comment: &str,
    ) -> Self {
        let comment = comment.split_whitespace().collect::<Vec<_>>().join(" ");
        Self {
            folder,
            name: name.into(),
            expect,
            step,
            lines: vec![("section", section.into()), ("comment", comment)],
            document: Vec::new(),
        }
    }

    /// A package; opened with the bureau's identity, as of the moment of its sealing.
    pub(crate) fn package(
        name: &str,
        outcome: (&'static str, &'static str),
        section: &str,
        comment: &str,
    ) -> Self {
        let section = format!("package-v1 §{section}");
        Self::new("package", name, outcome, &section, comment)
            .with("as-of", NOW)
            .with("registry", "registry.json")
            .with("identity", "bureau.txt")
    }

    /// A registry, a receipt or a contact form.
    pub(crate) fn document(
        folder: &'static str,
        name: &str,
        outcome: (&'static str, &'static str),
        section: &str,
        comment: &str,
    ) -> Self {
        Self::new(folder, name, outcome, section, comment)
    }

    /// With a header line, in place of one of the same key.
    pub(crate) fn with(mut self, key: &'static str, value: &str) -> Self {
        self.lines.retain(|(other, _)| *other != key);
        self.lines.push((key, value.into()));
        self
    }

    /// With the document itself.
    pub(crate) fn of(mut self, document: impl Into<Vec<u8>>) -> Self {
        self.document = document.into();
        self
    }

    pub(crate) fn write(&self, root: &Path) -> io::Result<()> {
        let folder = root.join(self.folder);
        std::fs::create_dir_all(&folder)?;
        let mut text = format!("expect: {}\nstep: {}\n", self.expect, self.step);
        for (key, value) in &self.lines {
            text.push_str(&format!("{key}: {value}\n"));
        }
        text.push('\n');
        let bytes = [text.as_bytes(), &self.document].concat();
        let path = folder.join(&self.name);
        if path.exists() {
            return Err(io::Error::other(format!("two vectors named {}", self.name)));
        }
        std::fs::write(path, bytes)
    }
}
