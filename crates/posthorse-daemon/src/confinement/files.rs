//! Landlock: which files, and no network.

use std::io;
use std::path::Path;

use landlock::{
    ABI, Access, AccessFs, AccessNet, BitFlags, CompatLevel, Compatible, LandlockStatus,
    PathBeneath, PathFd, PathFdError, Ruleset, RulesetAttr, RulesetCreated, RulesetCreatedAttr,
    RulesetError, RulesetStatus, Scope,
};

use super::{Barrier, ConfinementError, Territory, folder};

/// The barriers of Landlock and the version of it that brought each.
///
/// Version 1 is not among them: it permits no move between folders, and the claim is one.
const VERSIONS: [(ABI, Barrier); 5] = [
    (ABI::V2, Barrier::Files),
    (ABI::V3, Barrier::Truncation),
    (ABI::V4, Barrier::Tcp),
    (ABI::V5, Barrier::Devices),
    (ABI::V6, Barrier::Signals),
];

/// What the kernel offers, asked for without taking it.
pub(super) fn available() -> Vec<Barrier> {
    let offered = VERSIONS
        .into_iter()
        .take_while(|(version, _)| ruleset(*version).is_ok());
    offered.map(|(_, barrier)| barrier).collect()
}

/// Everything that a version can forbid; an error where the kernel has not all of it.
fn ruleset(version: ABI) -> Result<RulesetCreated, RulesetError> {
    let mut rules = Ruleset::default()
        .set_compatibility(CompatLevel::HardRequirement)
        .handle_access(AccessFs::from_all(version))?;
    if version >= ABI::V4 {
        // Later versions know more than TCP; what is asked for here is what version 4 brought.
        rules = rules.handle_access(AccessNet::from_all(ABI::V4))?;
    }
    if version >= ABI::V6 {
        rules = rules.scope(Scope::from_all(ABI::V6))?;
    }
    rules.create()
}

/// Restricts this thread and those that it starts to the territory. Returns what holds.
pub(super) fn restrict(territory: &Territory) -> Result<Vec<Barrier>, ConfinementError> {
    let holds = available();
    let Some((version, _)) = VERSIONS.get(holds.len().wrapping_sub(1)).copied() else {
        return Ok(holds);
    };
    let mut rules = ruleset(version).map_err(refused)?;
    let places = [
        (&territory.work, working()),
        (&territory.keep, keeping()),
        (&territory.read, reading()),
    ];
    for (paths, access) in places {
        for path in paths {
            rules = permit(rules, path, access & AccessFs::from_all(version))?;
        }
    }
    let status = rules.restrict_self().map_err(refused)?;
    let is_enforced = status.ruleset == RulesetStatus::FullyEnforced
        && status.no_new_privs
        && matches!(status.landlock, LandlockStatus::Available { .. });
    if is_enforced {
        Ok(holds)
    } else {
        Err(ConfinementError::Refused(format!("{status:?}")))
    }
}

/// Permits something beneath a folder. One that is not there needs no permission: the daemon says
/// itself what it misses.
fn permit(
    rules: RulesetCreated,
    path: &Path,
    access: BitFlags<AccessFs>,
) -> Result<RulesetCreated, ConfinementError> {
    let handle = match PathFd::new(path) {
        Ok(handle) => handle,
        Err(PathFdError::OpenCall { source, .. }) if source.kind() == io::ErrorKind::NotFound => {
            return Ok(rules);
        }
        Err(PathFdError::OpenCall { source, .. }) => return Err(folder(path, source)),
        Err(error) => return Err(ConfinementError::Refused(error.to_string())),
    };
    rules
        .add_rule(PathBeneath::new(handle, access))
        .map_err(refused)
}

fn reading() -> BitFlags<AccessFs> {
    AccessFs::ReadFile | AccessFs::ReadDir
}

fn keeping() -> BitFlags<AccessFs> {
    reading() | AccessFs::WriteFile | AccessFs::Truncate | AccessFs::MakeReg | AccessFs::RemoveFile
}

/// Links, pipes and devices are made by nobody here, since the system calls for it are missing, but
/// whatever lies in the inbox is moved, and a move makes a name.
fn working() -> BitFlags<AccessFs> {
    keeping()
        | AccessFs::MakeDir
        | AccessFs::RemoveDir
        | AccessFs::Refer
        | AccessFs::MakeSym
        | AccessFs::MakeFifo
        | AccessFs::MakeSock
        | AccessFs::MakeChar
        | AccessFs::MakeBlock
}

fn refused(error: RulesetError) -> ConfinementError {
    ConfinementError::Refused(error.to_string())
}
