//! The examples that help shows. Each one is run by the tests, in this order, in one folder.

/// One command line under the command whose help shows it.
#[derive(Debug, Clone, Copy)]
pub struct Example {
    /// The command's path, its words joined by hyphens.
    pub command: &'static str,
    /// What to type.
    pub line: &'static str,
}

const fn example(command: &'static str, line: &'static str) -> Example {
    Example { command, line }
}

/// Every example of every help text.
pub const ALL: &[Example] = &[
    example(
        "init",
        "posthorse init --home bureau --party bureau --name 市乡村振兴局 --role bureau --unprotected",
    ),
    example(
        "init",
        "posthorse init --home health --party health --name 市卫生健康委 --role department --passphrase-file secret.txt",
    ),
    example(
        "registry-create",
        "posthorse registry create --home bureau --registry registry.json",
    ),
    example(
        "registry-add",
        "posthorse registry add --registry registry.json health/contact-form.json --fingerprint \"$FINGERPRINT\"",
    ),
    example(
        "init",
        "posthorse init --home colleague --party health --name 市卫生健康委 --person 李复核 --role department --unprotected",
    ),
    example(
        "registry-add",
        "posthorse registry add --registry registry.json colleague/contact-form.json --signing-only --fingerprint \"$COLLEAGUE\"",
    ),
    example(
        "registry-rights",
        "posthorse registry rights --registry registry.json --party health --two-signatures payout_list",
    ),
    example(
        "registry-reports",
        "posthorse registry reports --registry registry.json --party health --list health-serious-illness --list 未兑付名单=按季",
    ),
    example(
        "registry-sign",
        "posthorse registry sign --registry registry.json --home bureau",
    ),
    example(
        "registry-rules-show",
        "posthorse registry rules show thresholds.json",
    ),
    example(
        "registry-rules-add",
        "posthorse registry rules add --registry registry.json thresholds.json",
    ),
    example(
        "registry-rules-remove",
        "posthorse registry rules remove --registry registry.json thresholds.json",
    ),
    example("registry-show", "posthorse registry show registry.json"),
    example("registry-verify", "posthorse registry verify registry.json"),
    example(
        "registry-trust",
        "posthorse registry trust --home health registry.json --fingerprint \"$ROOT_FINGERPRINT\"",
    ),
    example(
        "registry-trust",
        "posthorse registry trust --home bureau registry.json --fingerprint \"$ROOT_FINGERPRINT\"",
    ),
    example(
        "template",
        "posthorse template warning_list --list 卫健-大病重病慢病 -o template.xlsx",
    ),
    example("check", "posthorse check list.xlsx"),
    example(
        "check",
        "posthorse check --kind warning_list --list 卫健-大病重病慢病 list.xlsx --annotate annotated.xlsx",
    ),
    example(
        "compare",
        "posthorse compare --roster roster.csv --policy 雨露计划 payout.csv -o compared.xlsx",
    ),
    example(
        "compare",
        "posthorse compare --measures --roster roster.csv --policy 雨露计划 payout.csv -o measures.xlsx",
    ),
    example(
        "seal",
        "posthorse seal --home health --kind warning_list --list 卫健-大病重病慢病 --to bureau --period 2026-11 --passphrase-file secret.txt list.xlsx -o list.xpkg",
    ),
    example(
        "seal",
        "posthorse seal --home health --kind warning_list --list 卫健-大病重病慢病 --to bureau --period 2026-11 --supersedes list.xpkg --passphrase-file secret.txt list.xlsx -o mended.xpkg",
    ),
    example(
        "countersign",
        "posthorse countersign --home colleague list.xpkg -o countersigned.xpkg",
    ),
    example("inspect", "posthorse inspect list.xpkg"),
    example(
        "verify",
        "posthorse verify --registry registry.json list.xpkg",
    ),
    example("open", "posthorse open --home bureau list.xpkg -o received"),
    example(
        "open",
        "posthorse open --registry registry.json --identity bureau/keys/identity.txt list.xpkg -o opened",
    ),
    example(
        "daemon-run",
        "posthorse daemon run --config daemon.toml --once",
    ),
    example(
        "receipt-show",
        "posthorse receipt show drop/outbox/health/*.receipt.json",
    ),
    example(
        "receipt-verify",
        "posthorse receipt verify --registry registry.json drop/outbox/health/*.receipt.json",
    ),
    example("status", "posthorse status --home health --drop drop"),
    example(
        "audit",
        "posthorse audit drop state --root-fingerprint \"$ROOT_FINGERPRINT\"",
    ),
    example(
        "daemon-unrouted",
        "posthorse daemon unrouted --config daemon.toml",
    ),
    example("board", "posthorse board --config daemon.toml"),
    example("trace", "posthorse trace --config daemon.toml list.xpkg"),
    example(
        "report",
        "posthorse report --config daemon.toml --month 2026-11 -o report.xlsx -o report.html",
    ),
    example("urge", "posthorse urge --config daemon.toml -o urge.xlsx"),
    example(
        "daemon-delete",
        "posthorse daemon delete --config daemon.toml --dry-run",
    ),
    example("access-log", "posthorse access-log --home bureau"),
    example("doctor", "posthorse doctor --home health --drop drop"),
    example("doctor", "posthorse doctor --config daemon.toml"),
    example(
        "registry-revoke",
        "posthorse registry revoke --registry registry.json --party health --key \"$KEY\" --at 2026-11-24T00:00:00Z --reason lost",
    ),
    example("demo", "posthorse demo --dir demo"),
    example("completions", "posthorse completions bash"),
    example("man", "posthorse man man1"),
];

/// The lines that one command's help shows.
pub(crate) fn of(command: &str) -> impl Iterator<Item = &'static str> {
    ALL.iter()
        .filter(move |example| example.command == command)
        .map(|example| example.line)
}
