//! The one door to the rules: those that a trusted registry puts into force, read from beside it,
//! else those compiled in.

use std::path::{Path, PathBuf};

use posthorse_domain::{Rulebook, RulebookError};
use posthorse_package::{Registry, RuleEntry, RuleFile};

use crate::exit::Exit;
use crate::failure::{Failure, shown};
use crate::files::{self, Privacy};
use crate::home::Home;
use crate::kinds;

/// Where the rule files of a registry lie.
pub(crate) fn folder_beside(registry: &Path) -> PathBuf {
    files::parent(registry).join("rules")
}

/// The rules compiled in, for whoever names no registry.
pub(crate) fn built_in() -> Result<Rulebook, Failure> {
    Rulebook::built_in().map_err(|error| Failure::new(Exit::Internal, "internal").detail(error))
}

/// The rules of an office, by the registry that it trusts; without an office, those compiled in.
pub(crate) fn of_home(home: Option<&Path>) -> Result<Rulebook, Failure> {
    match home.map(Home::at) {
        Some(home) => of(&home.registry()?, &home.registry_path()),
        None => built_in(),
    }
}

/// The rules of a registry that lies at this path.
pub(crate) fn of(registry: &Registry, path: &Path) -> Result<Rulebook, Failure> {
    let files = read(registry.rules(), &folder_beside(path))?;
    let rules = made_of(&files)?;
    kinds::learn(rules.casework().kinds());
    Ok(rules)
}

/// The rules that these files make.
pub(crate) fn made_of(files: &[RuleFile]) -> Result<Rulebook, Failure> {
    Rulebook::from_files(files).map_err(|error| refused(&error))
}

/// What is said of files that make no rulebook: which file, and where in it.
pub(crate) fn refused(error: &RulebookError) -> Failure {
    Failure::new(Exit::Refused, error.code()).detail(error)
}

/// The files that a registry names, each proven by its digest.
pub(crate) fn read(entries: &[RuleEntry], folder: &Path) -> Result<Vec<RuleFile>, Failure> {
    let read = |entry: &RuleEntry| {
        let path = folder.join(entry.stored_name());
        let bytes = files::read(&path).map_err(|failure| match failure.code() {
            "not-found" => Failure::new(Exit::Environment, "rules-missing")
                .with("file", &entry.file)
                .with("path", shown(&path)),
            _ => failure,
        })?;
        entry
            .accept(bytes)
            .map_err(|error| Failure::refused(error.refusal(), &error).at(&path))
    };
    entries.iter().map(read).collect()
}

/// Keeps the files of a registry beside it. A file that is there already is the same: its name is
/// its digest.
pub(crate) fn keep(files: &[RuleFile], folder: &Path) -> Result<(), Failure> {
    for file in files {
        let path = folder.join(file.entry().stored_name());
        let is_there = files::read(&path).is_ok_and(|bytes| bytes == file.bytes());
        if !is_there {
            files::create_folder(folder)?;
            files::replace(&path, file.bytes(), Privacy::Public)?;
        }
    }
    Ok(())
}

/// Takes over the files of a registry that is about to be trusted, out of the folder beside it,
/// after they were found to be whole, sound, and no step back from those in force.
pub(crate) fn adopt(
    offered: &Registry,
    from: &Path,
    held: Option<&Registry>,
    own: &Path,
) -> Result<(), Failure> {
    let files = read(offered.rules(), &folder_beside(from))?;
    let rules = made_of(&files)?;
    // Rules that cannot be read any more hold nobody back.
    let before = held.map_or_else(built_in, |held| {
        made_of(&read(held.rules(), &folder_beside(own))?)
    });
    if let Ok(before) = before {
        rules.follows(&before).map_err(|error| refused(&error))?;
    }
    keep(&files, &folder_beside(own))
}
