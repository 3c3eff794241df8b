//! What an office would pick instead: tools that compress, encrypt and sign, one after the other.

use std::io;
use std::path::Path;
use std::process::Command;

/// A peer's two shell lines; both run in the work folder beside `list.csv`.
pub(crate) struct Peer {
    pub(crate) name: &'static str,
    pub(crate) seal: String,
    pub(crate) open: String,
}

impl Peer {
    /// Stands in where no peer is installed: ours is timed alone.
    pub(crate) fn nobody() -> Self {
        Self {
            name: "none installed",
            seal: String::new(),
            open: String::new(),
        }
    }

    /// Finds the peers on this machine and makes their keys.
    pub(crate) fn installed(work: &Path) -> io::Result<Vec<Peer>> {
        let has = |tools: &[&str]| {
            tools.iter().all(|tool| {
                let found = Command::new("sh")
                    .arg("-c")
                    .arg(format!("command -v {tool}"))
                    .output();
                found.is_ok_and(|output| output.status.success())
            })
        };
        let mut peers = Vec::new();
        if has(&["minisign"]) {
            shell(
                work,
                "printf '\\n\\n' | minisign -G -W -f -p mini.pub -s mini.key",
            )?;
        }
        for (name, tool, keygen) in [
            ("zstd | rage", "rage", "rage-keygen"),
            ("zstd | age", "age", "age-keygen"),
        ] {
            if !has(&["zstd", tool, keygen]) {
                continue;
            }
            shell(
                work,
                &format!("rm -f {tool}.key && {keygen} -o {tool}.key 2>{tool}.pub"),
            )?;
            let recipient = format!("$(sed -n 's/^# public key: //p' {tool}.key)");
            let encrypt =
                format!("zstd -q -1 -T0 -c list.csv | {tool} -r {recipient} > list.{tool}");
            let decrypt = format!("{tool} -d -i {tool}.key list.{tool} | zstd -q -d -c > out.csv");
            if has(&["minisign"]) {
                let signed =
                    format!("{encrypt} && minisign -S -s mini.key -m list.{tool} >/dev/null");
                let checked = format!("minisign -V -q -p mini.pub -m list.{tool} && {decrypt}");
                let name = if tool == "age" {
                    "zstd | age, minisign"
                } else {
                    "zstd | rage, minisign"
                };
                peers.push(Peer {
                    name,
                    seal: signed,
                    open: checked,
                });
            } else {
                peers.push(Peer {
                    name,
                    seal: encrypt,
                    open: decrypt,
                });
            }
        }
        if has(&["gpg"]) {
            let gpg =
                "gpg --homedir gnupg --batch --yes -q --pinentry-mode loopback --passphrase ''";
            shell(
                work,
                &format!(
                    "mkdir -p gnupg && chmod 700 gnupg && {gpg} --quick-gen-key bench future-default default never"
                ),
            )?;
            shell(
                work,
                &format!(
                    "key=$({gpg} --list-keys --with-colons | awk -F: '/^fpr/{{print $10; exit}}') && {gpg} --quick-add-key $key cv25519 encr never"
                ),
            )?;
            peers.push(Peer {
                name: "gpg",
                seal: format!("{gpg} --trust-model always -r bench -s -e -o list.gpg list.csv"),
                open: format!("{gpg} -d -o out.csv list.gpg 2>/dev/null"),
            });
        }
        Ok(peers)
    }
}

fn shell(work: &Path, line: &str) -> io::Result<()> {
    let output = Command::new("sh")
        .arg("-c")
        .arg(line)
        .current_dir(work)
        .output()?;
    if output.status.success() {
        Ok(())
    } else {
        Err(io::Error::other(format!(
            "{line}: {}",
            String::from_utf8_lossy(&output.stderr)
        )))
    }
}
