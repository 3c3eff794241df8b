//! The command tree. It touches no system, and holds no sentence: those stand in `locales/`.

use std::path::PathBuf;

use clap::{ArgAction, Args, Parser, Subcommand, ValueEnum};
use posthorse_domain::ProcedureId;
use posthorse_package::{
    Digest, Fingerprint, KindName, PartyId, Period, Recipient, RuleFileName, Timestamp,
    VerifyingKey,
};

use crate::kinds;
use crate::language::Language;
use crate::moment;

/// For how many days something is valid: a hundred years at most, and never none.
fn days() -> clap::builder::RangedI64ValueParser<u32> {
    clap::value_parser!(u32).range(1..=36_525)
}

#[derive(Debug, Parser)]
#[command(
    name = "posthorse",
    version,
    disable_help_subcommand = true,
    disable_help_flag = true,
    disable_version_flag = true
)]
pub(crate) struct Cli {
    #[arg(long, global = true, display_order = 900, value_name = "zh|en")]
    lang: Option<Language>,
    #[arg(long, global = true, display_order = 901)]
    json: bool,
    #[arg(short, long, global = true, display_order = 902, action = ArgAction::HelpShort)]
    help: Option<bool>,
    #[arg(short = 'V', long, display_order = 903, action = ArgAction::Version)]
    version: Option<bool>,
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Init(Init),
    #[command(subcommand)]
    Registry(Registry),
    Template(Template),
    Check(Check),
    Compare(Compare),
    Seal(Seal),
    Countersign(Countersign),
    Inspect(Inspect),
    Verify(Verify),
    Open(Open),
    #[command(subcommand)]
    Receipt(Receipt),
    Status(Status),
    Audit(Audit),
    #[command(subcommand)]
    Daemon(Daemon),
    Board(Board),
    Trace(Trace),
    Report(Report),
    Urge(Urge),
    AccessLog(AccessLog),
    Demo(Demo),
    Doctor(Doctor),
    Completions(Completions),
    Man(Man),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Role {
    Department,
    Bureau,
    County,
    Auditor,
}

#[derive(Debug, Args)]
pub(crate) struct Init {
    #[arg(long, value_name = "DIR")]
    pub(crate) home: PathBuf,
    #[arg(long, value_name = "ID")]
    pub(crate) party: PartyId,
    #[arg(long, value_name = "NAME")]
    pub(crate) name: String,
    #[arg(long, value_name = "ROLE", required = true)]
    pub(crate) role: Vec<Role>,
    #[arg(long, value_name = "CODE")]
    pub(crate) county: Vec<String>,
    #[arg(long, value_name = "NAME")]
    pub(crate) person: Option<String>,
    #[command(flatten)]
    pub(crate) contact: Contact,
    #[arg(long, value_name = "RECIPIENT")]
    pub(crate) seal_form_to: Option<Recipient>,
    #[arg(long, value_name = "FILE", conflicts_with = "unprotected")]
    pub(crate) passphrase_file: Option<PathBuf>,
    #[arg(long)]
    pub(crate) unprotected: bool,
}

/// The contact columns of Annex 2, and the two that its section 3 adds.
#[derive(Debug, Args)]
pub(crate) struct Contact {
    #[arg(
        long,
        value_name = "NAME",
        default_value = "",
        hide_default_value = true
    )]
    pub(crate) leader: String,
    #[arg(
        long,
        value_name = "NAME",
        default_value = "",
        hide_default_value = true
    )]
    pub(crate) section: String,
    #[arg(
        long,
        value_name = "NUMBER",
        default_value = "",
        hide_default_value = true
    )]
    pub(crate) phone: String,
    #[arg(
        long,
        value_name = "ADDRESS",
        default_value = "",
        hide_default_value = true
    )]
    pub(crate) email: String,
    #[arg(
        long,
        value_name = "TEXT",
        default_value = "",
        hide_default_value = true
    )]
    pub(crate) remark: String,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Registry {
    Create(RegistryCreate),
    Add(RegistryAdd),
    Rights(RegistryRights),
    Reports(RegistryReports),
    Revoke(RegistryRevoke),
    #[command(subcommand)]
    Rules(RegistryRules),
    Sign(RegistrySign),
    Show(RegistryShow),
    Verify(RegistryVerify),
    Trust(RegistryTrust),
}

#[derive(Debug, Args)]
pub(crate) struct RegistryCreate {
    #[arg(long, value_name = "DIR")]
    pub(crate) home: PathBuf,
    #[arg(long, value_name = "FILE")]
    pub(crate) registry: PathBuf,
    #[arg(long, value_name = "KEY")]
    pub(crate) root_key: Vec<VerifyingKey>,
    #[arg(long, value_name = "N", default_value_t = 1, hide_default_value = true)]
    pub(crate) threshold: usize,
    #[arg(
        long,
        value_name = "N",
        default_value_t = 366,
        hide_default_value = true,
        value_parser = days()
    )]
    pub(crate) valid_days: u32,
}

#[derive(Debug, Args)]
pub(crate) struct RegistryAdd {
    #[arg(long, value_name = "FILE")]
    pub(crate) registry: PathBuf,
    #[arg(value_name = "CONTACT_FORM")]
    pub(crate) form: PathBuf,
    #[arg(long, value_name = "DIGITS")]
    pub(crate) fingerprint: Option<Fingerprint>,
    #[arg(long, value_name = "DIR")]
    pub(crate) home: Option<PathBuf>,
    #[arg(long, value_name = "FILE")]
    pub(crate) passphrase_file: Option<PathBuf>,
    #[arg(long, value_name = "KIND", value_parser = kinds::parse)]
    pub(crate) may_send: Vec<KindName>,
    #[arg(long, value_name = "KIND", value_parser = kinds::parse)]
    pub(crate) two_signatures: Vec<KindName>,
    #[arg(long, value_name = "LIST[=CADENCE]")]
    pub(crate) report: Vec<OwedList>,
    #[arg(long)]
    pub(crate) signing_only: bool,
    #[arg(long)]
    pub(crate) update: bool,
    #[arg(
        long,
        value_name = "N",
        default_value_t = 1096,
        hide_default_value = true,
        value_parser = days()
    )]
    pub(crate) valid_days: u32,
}

#[derive(Debug, Args)]
pub(crate) struct RegistryRights {
    #[arg(long, value_name = "FILE")]
    pub(crate) registry: PathBuf,
    #[arg(long, value_name = "ID")]
    pub(crate) party: PartyId,
    #[arg(long, value_name = "KIND", value_parser = kinds::parse)]
    pub(crate) may_send: Vec<KindName>,
    #[arg(long, value_name = "KIND", value_parser = kinds::parse)]
    pub(crate) may_not_send: Vec<KindName>,
    #[arg(long, value_name = "KIND", value_parser = kinds::parse)]
    pub(crate) two_signatures: Vec<KindName>,
    #[arg(long, value_name = "KIND", value_parser = kinds::parse)]
    pub(crate) one_signature: Vec<KindName>,
    #[arg(long, value_name = "CODE")]
    pub(crate) county: Vec<String>,
    #[arg(long, value_name = "CODE")]
    pub(crate) no_county: Vec<String>,
}

#[derive(Debug, Args)]
pub(crate) struct RegistryReports {
    #[arg(long, value_name = "FILE")]
    pub(crate) registry: PathBuf,
    #[arg(long, value_name = "ID")]
    pub(crate) party: PartyId,
    #[arg(long, value_name = "LIST[=CADENCE]")]
    pub(crate) list: Vec<OwedList>,
    #[arg(long, value_name = "LIST")]
    pub(crate) no_list: Vec<String>,
}

/// A list that is owed, as it is typed: its id or Chinese name, and perhaps how often.
#[derive(Debug, Clone)]
pub(crate) struct OwedList {
    pub(crate) list: String,
    pub(crate) cadence: Option<String>,
}

impl std::str::FromStr for OwedList {
    type Err = std::convert::Infallible;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (list, cadence) = match text.split_once('=') {
            Some((list, cadence)) => (list, Some(cadence.trim().to_owned())),
            None => (text, None),
        };
        Ok(Self {
            list: list.trim().to_owned(),
            cadence,
        })
    }
}

#[derive(Debug, Args)]
pub(crate) struct RegistryRevoke {
    #[arg(long, value_name = "FILE")]
    pub(crate) registry: PathBuf,
    #[arg(long, value_name = "ID")]
    pub(crate) party: PartyId,
    #[arg(long, value_name = "KEY")]
    pub(crate) key: String,
    #[arg(long, value_name = "TIME", value_parser = moment::since)]
    pub(crate) at: Timestamp,
    #[arg(long, value_name = "TEXT")]
    pub(crate) reason: String,
}

#[derive(Debug, Subcommand)]
pub(crate) enum RegistryRules {
    Add(RulesAdd),
    Remove(RulesRemove),
    Show(RulesShow),
}

#[derive(Debug, Args)]
pub(crate) struct RulesAdd {
    #[arg(long, value_name = "FILE")]
    pub(crate) registry: PathBuf,
    #[arg(value_name = "RULE_FILE", required = true)]
    pub(crate) files: Vec<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct RulesRemove {
    #[arg(long, value_name = "FILE")]
    pub(crate) registry: PathBuf,
    #[arg(value_name = "RULE_NAME", required = true)]
    pub(crate) names: Vec<RuleFileName>,
}

#[derive(Debug, Args)]
pub(crate) struct RulesShow {
    #[arg(long, value_name = "FILE")]
    pub(crate) registry: Option<PathBuf>,
    #[arg(value_name = "RULE_NAME")]
    pub(crate) name: Option<RuleFileName>,
}

#[derive(Debug, Args)]
pub(crate) struct RegistrySign {
    #[arg(long, value_name = "FILE")]
    pub(crate) registry: PathBuf,
    #[arg(long, value_name = "DIR")]
    pub(crate) home: PathBuf,
    #[arg(long, value_name = "FILE")]
    pub(crate) passphrase_file: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct RegistryShow {
    #[arg(value_name = "FILE")]
    pub(crate) registry: PathBuf,
}

#[derive(Debug, Args)]
pub(crate) struct RegistryVerify {
    #[arg(value_name = "FILE")]
    pub(crate) registry: PathBuf,
    #[arg(long, value_name = "FILE")]
    pub(crate) previous: Option<PathBuf>,
    #[arg(long, value_name = "TIME", value_parser = moment::until)]
    pub(crate) as_of: Option<Timestamp>,
}

#[derive(Debug, Args)]
pub(crate) struct RegistryTrust {
    #[arg(long, value_name = "DIR")]
    pub(crate) home: PathBuf,
    #[arg(value_name = "FILE")]
    pub(crate) registry: PathBuf,
    #[arg(long, value_name = "DIGITS")]
    pub(crate) fingerprint: Option<Fingerprint>,
}

#[derive(Debug, Args)]
pub(crate) struct Check {
    #[arg(long, value_name = "DIR")]
    pub(crate) home: Option<PathBuf>,
    #[arg(long, value_name = "KIND", value_parser = kinds::parse)]
    pub(crate) kind: Option<KindName>,
    #[arg(long, value_name = "TYPE")]
    pub(crate) list: Option<String>,
    #[arg(value_name = "LIST", required = true)]
    pub(crate) path: Vec<PathBuf>,
    #[arg(long, value_name = "FILE")]
    pub(crate) roster: Option<PathBuf>,
    #[arg(long, value_name = "CODE")]
    pub(crate) confirm: Vec<String>,
    #[arg(long, value_name = "FILE")]
    pub(crate) annotate: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct Template {
    #[arg(long, value_name = "DIR")]
    pub(crate) home: Option<PathBuf>,
    #[arg(value_name = "KIND", value_parser = kinds::parse, requires = "output")]
    pub(crate) kind: Option<KindName>,
    #[arg(long, value_name = "TYPE", requires = "kind")]
    pub(crate) list: Option<String>,
    #[arg(short, long, value_name = "FILE", requires = "kind")]
    pub(crate) output: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct Compare {
    #[arg(long, value_name = "DIR")]
    pub(crate) home: Option<PathBuf>,
    #[arg(long, value_name = "FILE")]
    pub(crate) roster: PathBuf,
    #[arg(long, value_name = "POLICY")]
    pub(crate) policy: String,
    #[arg(long, value_name = "TYPE")]
    pub(crate) list: Option<String>,
    #[arg(value_name = "LIST", required = true)]
    pub(crate) lists: Vec<PathBuf>,
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    #[arg(long, value_name = "TEXT")]
    pub(crate) purpose: Option<String>,
    #[arg(long)]
    pub(crate) measures: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Seal {
    #[arg(long, value_name = "DIR")]
    pub(crate) home: PathBuf,
    #[arg(long, value_name = "KIND", value_parser = kinds::parse)]
    pub(crate) kind: KindName,
    #[arg(long, value_name = "TYPE")]
    pub(crate) list: Option<String>,
    #[arg(long, value_name = "PARTY", required = true)]
    pub(crate) to: Vec<PartyId>,
    #[arg(long, value_name = "YYYY-MM")]
    pub(crate) period: Option<Period>,
    #[arg(long, value_name = "FILE")]
    pub(crate) attach: Vec<PathBuf>,
    #[arg(long, value_name = "CODE")]
    pub(crate) confirm: Vec<String>,
    #[arg(value_name = "LIST", required = true)]
    pub(crate) lists: Vec<PathBuf>,
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: PathBuf,
    #[arg(long, value_name = "FILE")]
    pub(crate) registry: Option<PathBuf>,
    #[arg(long, value_name = "PACKAGE|DIGEST")]
    pub(crate) in_reply_to: Option<PackageReference>,
    #[arg(long, value_name = "PACKAGE|DIGEST")]
    pub(crate) supersedes: Option<PackageReference>,
    #[arg(
        long,
        value_name = "N",
        default_value_t = 30,
        hide_default_value = true,
        value_parser = days()
    )]
    pub(crate) valid_days: u32,
    #[arg(long)]
    pub(crate) strict: bool,
    #[arg(long, value_name = "FILE")]
    pub(crate) passphrase_file: Option<PathBuf>,
}

/// Another package: its file, or the digest of its manifest.
#[derive(Debug, Clone)]
pub(crate) enum PackageReference {
    Digest(Digest),
    File(PathBuf),
}

impl std::str::FromStr for PackageReference {
    type Err = std::convert::Infallible;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(text
            .parse()
            .map_or_else(|_| Self::File(PathBuf::from(text)), Self::Digest))
    }
}

#[derive(Debug, Args)]
pub(crate) struct Countersign {
    #[arg(long, value_name = "DIR")]
    pub(crate) home: PathBuf,
    #[arg(long, value_name = "FILE")]
    pub(crate) registry: Option<PathBuf>,
    #[arg(value_name = "PACKAGE")]
    pub(crate) package: PathBuf,
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    #[arg(long, value_name = "FILE")]
    pub(crate) passphrase_file: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct Inspect {
    #[arg(value_name = "PACKAGE")]
    pub(crate) package: PathBuf,
}

#[derive(Debug, Args)]
pub(crate) struct Verify {
    #[arg(long, value_name = "FILE")]
    pub(crate) registry: PathBuf,
    #[arg(long, value_name = "TIME", value_parser = moment::until)]
    pub(crate) as_of: Option<Timestamp>,
    #[arg(value_name = "PATH", required = true)]
    pub(crate) paths: Vec<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct Open {
    #[arg(long, value_name = "DIR", conflicts_with_all = ["registry", "identity"])]
    pub(crate) home: Option<PathBuf>,
    #[arg(long, value_name = "FILE", required_unless_present = "home")]
    pub(crate) registry: Option<PathBuf>,
    #[arg(long, value_name = "FILE", required_unless_present = "home")]
    pub(crate) identity: Vec<PathBuf>,
    #[arg(value_name = "PACKAGE")]
    pub(crate) package: PathBuf,
    #[arg(short, long, value_name = "DIR")]
    pub(crate) output: PathBuf,
    #[arg(long, value_name = "TIME", value_parser = moment::until)]
    pub(crate) as_of: Option<Timestamp>,
    #[arg(long, value_name = "FILE")]
    pub(crate) passphrase_file: Option<PathBuf>,
    #[arg(long, value_name = "TEXT")]
    pub(crate) purpose: Option<String>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Receipt {
    Show(ReceiptShow),
    Verify(ReceiptVerify),
}

#[derive(Debug, Args)]
pub(crate) struct ReceiptShow {
    #[arg(value_name = "RECEIPT", required = true)]
    pub(crate) receipts: Vec<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct ReceiptVerify {
    #[arg(long, value_name = "FILE")]
    pub(crate) registry: PathBuf,
    #[arg(long, value_name = "TIME", value_parser = moment::until)]
    pub(crate) as_of: Option<Timestamp>,
    #[arg(value_name = "RECEIPT", required = true)]
    pub(crate) receipts: Vec<PathBuf>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Daemon {
    Run(DaemonRun),
    Unrouted(DaemonUnrouted),
    Quarantine(DaemonQuarantine),
    Delete(DaemonDelete),
}

#[derive(Debug, Args)]
pub(crate) struct DaemonRun {
    #[arg(long, value_name = "FILE")]
    pub(crate) config: PathBuf,
    #[arg(long)]
    pub(crate) once: bool,
    #[arg(long, value_name = "FILE")]
    pub(crate) passphrase_file: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct DaemonUnrouted {
    #[arg(long, value_name = "FILE")]
    pub(crate) config: PathBuf,
    #[arg(long, value_name = "FILE")]
    pub(crate) passphrase_file: Option<PathBuf>,
    #[arg(long, value_name = "TEXT")]
    pub(crate) purpose: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct DaemonDelete {
    #[arg(long, value_name = "FILE")]
    pub(crate) config: PathBuf,
    #[arg(long)]
    pub(crate) dry_run: bool,
    #[arg(long, value_name = "TIME", value_parser = moment::until)]
    pub(crate) as_of: Option<Timestamp>,
    #[arg(long, conflicts_with = "dry_run")]
    pub(crate) yes: bool,
    #[arg(long, value_name = "FILE")]
    pub(crate) passphrase_file: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct AccessLog {
    #[arg(long, value_name = "DIR", conflicts_with = "config")]
    pub(crate) home: Option<PathBuf>,
    #[arg(long, value_name = "FILE", required_unless_present = "home")]
    pub(crate) config: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct DaemonQuarantine {
    #[arg(long, value_name = "FILE")]
    pub(crate) config: PathBuf,
    #[arg(long, value_name = "YYYY-MM")]
    pub(crate) month: Option<Period>,
}

/// What every question of the bureau's operator begins with.
#[derive(Debug, Args)]
pub(crate) struct Desk {
    #[arg(long, value_name = "FILE")]
    pub(crate) config: PathBuf,
    #[arg(long, value_name = "TIME", value_parser = moment::until)]
    pub(crate) as_of: Option<Timestamp>,
    #[arg(
        long,
        value_name = "ID",
        default_value = "warning",
        hide_default_value = true
    )]
    pub(crate) procedure: ProcedureId,
}

#[derive(Debug, Args)]
pub(crate) struct Board {
    #[command(flatten)]
    pub(crate) desk: Desk,
    #[arg(long, value_name = "YYYY-MM")]
    pub(crate) month: Option<Period>,
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    #[arg(long, value_name = "TEXT")]
    pub(crate) purpose: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct Trace {
    #[arg(long, value_name = "FILE")]
    pub(crate) config: PathBuf,
    #[arg(value_name = "PERSON|CASE|PACKAGE", conflicts_with = "person_file")]
    pub(crate) what: Option<String>,
    #[arg(long, value_name = "FILE")]
    pub(crate) person_file: Option<PathBuf>,
    #[arg(long, requires = "reason")]
    pub(crate) unmask: bool,
    #[arg(long, value_name = "TEXT", requires = "unmask")]
    pub(crate) reason: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct Report {
    #[command(flatten)]
    pub(crate) desk: Desk,
    #[arg(long, value_name = "YYYY-MM")]
    pub(crate) month: Period,
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: Vec<PathBuf>,
    #[arg(long, value_name = "TEXT")]
    pub(crate) purpose: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct Urge {
    #[command(flatten)]
    pub(crate) desk: Desk,
    #[arg(long, value_name = "YYYY-MM")]
    pub(crate) month: Option<Period>,
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    #[arg(long, value_name = "TEXT")]
    pub(crate) purpose: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct Demo {
    #[arg(long, value_name = "DIR")]
    pub(crate) dir: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct Status {
    #[arg(long, value_name = "DIR")]
    pub(crate) home: PathBuf,
    #[arg(long, value_name = "DIR")]
    pub(crate) drop: Vec<PathBuf>,
    #[arg(long, value_name = "TIME", value_parser = moment::until)]
    pub(crate) as_of: Option<Timestamp>,
}

#[derive(Debug, Args)]
pub(crate) struct Audit {
    #[arg(long, value_name = "FILE")]
    pub(crate) registry: Option<PathBuf>,
    #[arg(long, value_name = "DIGITS")]
    pub(crate) root_fingerprint: Option<Fingerprint>,
    #[arg(long, value_name = "TIME", value_parser = moment::until)]
    pub(crate) as_of: Option<Timestamp>,
    #[arg(value_name = "PATH", required = true)]
    pub(crate) paths: Vec<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct Completions {
    #[arg(value_name = "SHELL")]
    pub(crate) shell: clap_complete::Shell,
}

#[derive(Debug, Args)]
pub(crate) struct Man {
    #[arg(value_name = "DIR")]
    pub(crate) dir: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct Doctor {
    #[arg(long, value_name = "DIR")]
    pub(crate) home: Option<PathBuf>,
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    #[arg(long, value_name = "DIR")]
    pub(crate) drop: Option<PathBuf>,
    #[arg(long, value_name = "FILE")]
    pub(crate) passphrase_file: Option<PathBuf>,
}
