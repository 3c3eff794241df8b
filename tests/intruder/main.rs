//! Somebody who has taken the daemon over, played in a process that has confined itself as the
//! daemon does: one attempt, named by the argument, in the folder of its world.
//!
//! Says `done`, or how the kernel refused; a filter that kills leaves it no time to say anything.

use std::io::{self, Write as _};

fn main() -> io::Result<()> {
    let name = std::env::args().nth(1).unwrap_or_default();
    #[cfg(target_os = "linux")]
    let said = attempts::play(&name)?;
    #[cfg(not(target_os = "linux"))]
    let said = format!("{name}: not on this system");
    writeln!(io::stdout(), "{said}")
}

#[cfg(target_os = "linux")]
mod attempts {
    use std::fs::{self, File};
    use std::io;
    use std::net::{TcpStream, UdpSocket};
    use std::os::unix::fs::symlink;
    use std::os::unix::net::UnixStream;
    use std::os::unix::process::CommandExt as _;
    use std::path::Path;
    use std::process::Command;

    use nix::mount::{MsFlags, mount};
    use nix::sys::ptrace;
    use nix::sys::signal::{Signal, kill};
    use nix::sys::stat::Mode;
    use nix::unistd::{getppid, mkfifo};
    use posthorse_daemon::{Config, confine};

    /// Confines this process, makes the attempt, and says how it ended.
    pub(super) fn play(name: &str) -> io::Result<&'static str> {
        let text = fs::read_to_string("posthorse.toml")?;
        let here = std::env::current_dir()?;
        let config = Config::from_toml(&text, &here).map_err(io::Error::other)?;
        let _confined = confine(&config).map_err(io::Error::other)?;
        let absent = Some(nix::errno::Errno::ENOSYS as i32);
        match attempt(name, &here) {
            Ok(()) => Ok("done"),
            Err(error) if error.kind() == io::ErrorKind::PermissionDenied => Ok("denied"),
            Err(error) if error.raw_os_error() == absent => Ok("unknown-call"),
            Err(error) => Err(error),
        }
    }

    fn attempt(name: &str, here: &Path) -> io::Result<()> {
        match name {
            "read-a-file-of-the-system" => read("/etc/passwd"),
            "list-the-root" => fs::read_dir("/").map(drop),
            "write-beside-the-folders" => fs::write(here.join("beside"), b"x"),
            "move-out-of-the-state" => {
                fs::write(here.join("state/mine"), b"x")?;
                move_file(&here.join("state/mine"), &here.join("mine"))
            }
            "read-in-another-thread" => std::thread::spawn(|| read("/etc/passwd"))
                .join()
                .map_err(|_| io::Error::other("a panic"))?,
            "read-its-own-memory" => File::open("/proc/self/mem").map(drop),
            "make-a-link-in-the-drop-folder" => symlink("/etc", here.join("drop/inbox/link")),
            "make-a-pipe-in-the-state" => Ok(mkfifo(&here.join("state/pipe"), Mode::S_IRWXU)?),
            "start-a-program" => Command::new("/bin/true").spawn().map(drop),
            "signal-its-parent" => Ok(kill(getppid(), None::<Signal>)?),
            "become-a-program" => Err(Command::new("/bin/true").exec()),
            "connect" => TcpStream::connect("127.0.0.1:9").map(drop),
            "send-a-datagram" => UdpSocket::bind("127.0.0.1:0").map(drop),
            "connect-on-this-machine" => UnixStream::connect("/run/any").map(drop),
            "trace" => Ok(ptrace::traceme()?),
            "mount" => {
                let nothing = None::<&str>;
                let target = here.join("drop");
                let flags = MsFlags::MS_BIND;
                Ok(mount(Some("/etc"), &target, nothing, flags, nothing)?)
            }
            "write-in-the-drop-folder" => fs::write(here.join("drop/inbox/.mine.tmp"), b"x"),
            "move-from-the-drop-folder-to-the-state" => {
                let from = here.join("drop/inbox/.mine.tmp");
                move_file(&from, &here.join("state/mine"))
            }
            "read-the-home" => read(here.join("home/registry.json")),
            "replace-the-registry-of-the-home" => {
                let hidden = here.join("home/registry.json.new");
                fs::copy(here.join("home/registry.json"), &hidden)?;
                move_file(&hidden, &here.join("home/registry.json"))
            }
            "start-a-thread" => std::thread::Builder::new()
                .name("worker".into())
                .spawn(|| ())?
                .join()
                .map_err(|_| io::Error::other("a panic")),
            _ => Err(io::Error::other("no such attempt")),
        }
    }

    fn read(path: impl AsRef<Path>) -> io::Result<()> {
        fs::read(path).map(drop)
    }

    #[expect(
        clippy::disallowed_methods,
        reason = "an intruder keeps no house rules"
    )]
    fn move_file(from: &Path, to: &Path) -> io::Result<()> {
        fs::rename(from, to)
    }
}
