//! Which file system a path lies on, read from Linux's list of mounts.

use std::path::{Path, PathBuf};

/// The type of the file system that holds a path, by `/proc/self/mountinfo` (proc_pid_mountinfo(5)).
pub(crate) fn file_system_of(mountinfo: &str, path: &Path) -> Option<String> {
    let mut found: Option<(usize, &str)> = None;
    for line in mountinfo.lines() {
        let Some((mount_point, kind)) = parse(line) else {
            continue;
        };
        let depth = mount_point.components().count();
        // The latest of several mounts on one point hides the earlier ones.
        if path.starts_with(&mount_point) && found.is_none_or(|(deepest, _)| depth >= deepest) {
            found = Some((depth, kind));
        }
    }
    found.map(|(_, kind)| kind.to_owned())
}

fn parse(line: &str) -> Option<(PathBuf, &str)> {
    let (mount, rest) = line.split_once(" - ")?;
    let point = mount.split(' ').nth(4)?;
    let kind = rest.split(' ').next()?;
    Some((unescape(point), kind))
}

/// Blanks in mount points are written as three octal digits.
fn unescape(text: &str) -> PathBuf {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let code = after
            .get(..3)
            .filter(|_| *first == b'\\')
            .and_then(|digits| std::str::from_utf8(digits).ok())
            .and_then(|digits| u8::from_str_radix(digits, 8).ok());
        match code {
            Some(byte) => {
                bytes.push(byte);
                rest = &after[3..];
            }
            None => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    PathBuf::from(String::from_utf8_lossy(&bytes).into_owned())
}

/// Whether a file system of this type is another machine's, where SQLite's locks and its shared
/// memory do not hold (<https://www.sqlite.org/wal.html>).
pub(crate) fn is_network(kind: &str) -> bool {
    const NETWORK: [&str; 19] = [
        "9p",
        "afs",
        "ceph",
        "cifs",
        "coda",
        "davfs",
        "glusterfs",
        "gpfs",
        "lustre",
        "ncpfs",
        "nfs",
        "nfs4",
        "ocfs2",
        "pvfs2",
        "smb3",
        "smbfs",
        "vboxsf",
        "vmhgfs",
        "beegfs",
    ];
    const FUSE: [&str; 8] = [
        "sshfs",
        "glusterfs",
        "rclone",
        "s3fs",
        "davfs2",
        "smbnetfs",
        "ceph-fuse",
        "vmhgfs-fuse",
    ];
    NETWORK.contains(&kind)
        || kind
            .strip_prefix("fuse.")
            .is_some_and(|inner| FUSE.contains(&inner))
}

#[cfg(test)]
mod tests {
    use super::*;

    const MOUNTS: &str = "\
22 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw
30 22 0:40 / /srv rw,relatime shared:5 master:2 - xfs /dev/vdb rw
31 30 0:41 / /srv/the\\040share rw - cifs //server/share rw
32 30 0:42 / /srv/over rw - ext4 /dev/vdc rw
33 30 0:43 / /srv/over rw - nfs4 server:/over rw
";

    #[test]
    fn the_deepest_and_latest_mount_holds_a_path() {
        let kind = |path: &str| file_system_of(MOUNTS, Path::new(path)).expect("a mount");
        assert_eq!(kind("/home/somebody"), "ext4");
        assert_eq!(kind("/srv/state/ledger.sqlite"), "xfs");
        assert_eq!(kind("/srv/the share/drop"), "cifs");
        assert_eq!(kind("/srv/the sharecropper"), "xfs");
        assert_eq!(kind("/srv/over/state"), "nfs4");
        assert_eq!(file_system_of("", Path::new("/")), None);
    }

    #[test]
    fn other_machines_disks_are_known_by_their_types() {
        for kind in ["nfs", "nfs4", "cifs", "smb3", "9p", "fuse.sshfs"] {
            assert!(is_network(kind), "{kind}");
        }
        for kind in ["ext4", "xfs", "btrfs", "overlay", "tmpfs", "fuse.ntfs-3g"] {
            assert!(!is_network(kind), "{kind}");
        }
    }
}
