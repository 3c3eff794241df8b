//! Seccomp: which calls of the kernel.
//!
//! Two filters, of which the stricter one counts. The first kills the process for what no daemon
//! does and whoever has taken one over would. The second knows what a daemon needs; everything else
//! fails as on a kernel that does not have it (`ENOSYS`), which is the answer that the C library
//! knows how to go on from.

use std::collections::BTreeMap;

use seccompiler::{
    BackendError, BpfProgram, SeccompAction, SeccompCmpArgLen as Width, SeccompCmpOp as Is,
    SeccompCondition, SeccompFilter, SeccompRule, TargetArch, apply_filter_all_threads,
};

use super::ConfinementError;

/// Asks about a terminal; the same number on both architectures, of another type in each C library.
const TCGETS: u64 = 0x5401;

type Rules = BTreeMap<i64, Vec<SeccompRule>>;

#[cfg(target_arch = "x86_64")]
const ARCHITECTURE: TargetArch = TargetArch::x86_64;
#[cfg(target_arch = "aarch64")]
const ARCHITECTURE: TargetArch = TargetArch::aarch64;

/// Whether the kernel filters system calls.
pub(super) fn are_available() -> bool {
    let status = std::fs::read_to_string("/proc/self/status");
    status.is_ok_and(|text| {
        let mut lines = text.lines();
        lines.any(|line| line.starts_with("Seccomp:"))
    })
}

/// Applies both filters to every thread.
pub(super) fn restrict() -> Result<(), ConfinementError> {
    for program in programs().map_err(|error| ConfinementError::Refused(error.to_string()))? {
        apply_filter_all_threads(&program)
            .map_err(|error| ConfinementError::Refused(error.to_string()))?;
    }
    Ok(())
}

/// The two filters. The list of what is needed comes last: it has no call to add a third.
fn programs() -> Result<Vec<BpfProgram>, BackendError> {
    let deadly = SeccompFilter::new(
        DEADLY.iter().map(|call| (*call, Vec::new())).collect(),
        SeccompAction::Allow,
        SeccompAction::KillProcess,
        ARCHITECTURE,
    )?;
    let needed = SeccompFilter::new(
        needed()?,
        SeccompAction::Errno(libc::ENOSYS.unsigned_abs()),
        SeccompAction::Allow,
        ARCHITECTURE,
    )?;
    Ok(vec![deadly.try_into()?, needed.try_into()?])
}

/// What only somebody who has taken the process over would call: other programs, networks, other
/// processes, mounts, users, and doors into the kernel.
const DEADLY: &[i64] = &[
    libc::SYS_execve,
    libc::SYS_execveat,
    libc::SYS_socket,
    libc::SYS_socketpair,
    libc::SYS_connect,
    libc::SYS_bind,
    libc::SYS_listen,
    libc::SYS_accept,
    libc::SYS_accept4,
    libc::SYS_ptrace,
    libc::SYS_process_vm_readv,
    libc::SYS_process_vm_writev,
    libc::SYS_pidfd_open,
    libc::SYS_pidfd_getfd,
    libc::SYS_mount,
    libc::SYS_umount2,
    libc::SYS_pivot_root,
    libc::SYS_chroot,
    libc::SYS_unshare,
    libc::SYS_setns,
    libc::SYS_setuid,
    libc::SYS_setgid,
    libc::SYS_setresuid,
    libc::SYS_setresgid,
    libc::SYS_setgroups,
    libc::SYS_capset,
    libc::SYS_bpf,
    libc::SYS_perf_event_open,
    libc::SYS_userfaultfd,
    libc::SYS_io_uring_setup,
    libc::SYS_add_key,
    libc::SYS_request_key,
    libc::SYS_keyctl,
    libc::SYS_init_module,
    libc::SYS_finit_module,
    libc::SYS_delete_module,
    libc::SYS_kexec_load,
    libc::SYS_reboot,
    libc::SYS_swapon,
    libc::SYS_open_by_handle_at,
    libc::SYS_memfd_create,
];

/// Files: the paths are Landlock's affair. No call makes a link, a pipe or a device.
const FILES: &[i64] = &[
    libc::SYS_read,
    libc::SYS_readv,
    libc::SYS_pread64,
    libc::SYS_write,
    libc::SYS_writev,
    libc::SYS_pwrite64,
    libc::SYS_openat,
    libc::SYS_close,
    libc::SYS_lseek,
    libc::SYS_dup,
    libc::SYS_fcntl,
    libc::SYS_flock,
    libc::SYS_fstat,
    libc::SYS_newfstatat,
    libc::SYS_statx,
    libc::SYS_fstatfs,
    libc::SYS_statfs,
    libc::SYS_faccessat,
    libc::SYS_readlinkat,
    libc::SYS_getcwd,
    libc::SYS_getdents64,
    libc::SYS_mkdirat,
    libc::SYS_unlinkat,
    libc::SYS_renameat2,
    libc::SYS_fsync,
    libc::SYS_fdatasync,
    libc::SYS_ftruncate,
    libc::SYS_fallocate,
    libc::SYS_fadvise64,
    libc::SYS_copy_file_range,
    libc::SYS_fchmod,
    libc::SYS_fchown,
    libc::SYS_umask,
];

/// Memory, threads, time, signals to ourselves, and events of the inbox.
const WORK: &[i64] = &[
    libc::SYS_brk,
    libc::SYS_munmap,
    libc::SYS_mremap,
    libc::SYS_madvise,
    libc::SYS_futex,
    libc::SYS_set_robust_list,
    libc::SYS_rseq,
    libc::SYS_sched_getaffinity,
    libc::SYS_sched_yield,
    libc::SYS_exit,
    libc::SYS_exit_group,
    libc::SYS_getpid,
    libc::SYS_gettid,
    libc::SYS_getuid,
    libc::SYS_geteuid,
    libc::SYS_getgid,
    libc::SYS_getegid,
    libc::SYS_uname,
    libc::SYS_sysinfo,
    libc::SYS_getrandom,
    libc::SYS_clock_gettime,
    libc::SYS_clock_getres,
    libc::SYS_clock_nanosleep,
    libc::SYS_nanosleep,
    libc::SYS_gettimeofday,
    libc::SYS_rt_sigaction,
    libc::SYS_rt_sigprocmask,
    libc::SYS_rt_sigreturn,
    libc::SYS_sigaltstack,
    libc::SYS_restart_syscall,
    libc::SYS_ppoll,
    libc::SYS_inotify_init1,
    libc::SYS_inotify_add_watch,
    libc::SYS_inotify_rm_watch,
    libc::SYS_epoll_create1,
    libc::SYS_epoll_ctl,
    libc::SYS_epoll_pwait,
    libc::SYS_eventfd2,
];

/// The older forms, which the C library may still take.
#[cfg(target_arch = "x86_64")]
const OLDER: &[i64] = &[
    libc::SYS_open,
    libc::SYS_stat,
    libc::SYS_lstat,
    libc::SYS_access,
    libc::SYS_readlink,
    libc::SYS_mkdir,
    libc::SYS_rmdir,
    libc::SYS_unlink,
    libc::SYS_rename,
    libc::SYS_renameat,
    libc::SYS_poll,
    libc::SYS_epoll_wait,
    libc::SYS_time,
];
/// `renameat`, by which the C library renames here; the `libc` crate has no name for it.
#[cfg(target_arch = "aarch64")]
const OLDER: &[i64] = &[38];

/// What a daemon needs, with what some calls must say.
fn needed() -> Result<Rules, BackendError> {
    let plain = [FILES, WORK, OLDER].concat();
    let mut rules: Rules = plain.into_iter().map(|call| (call, Vec::new())).collect();
    let not_executable = |argument| {
        let executable = libc::PROT_EXEC.unsigned_abs().into();
        SeccompCondition::new(argument, Width::Dword, Is::MaskedEq(executable), 0)
    };
    let mut only = |call: i64, conditions: Vec<SeccompCondition>| {
        rules.insert(call, vec![SeccompRule::new(conditions)?]);
        Ok::<(), BackendError>(())
    };
    // Bytes that came in become no code.
    only(libc::SYS_mmap, vec![not_executable(2)?])?;
    only(libc::SYS_mprotect, vec![not_executable(2)?])?;
    // A thread of this process, not a process. `clone3` keeps its flags where no filter can read
    // them; the C library takes `clone` where it is missing.
    let thread = (libc::CLONE_THREAD | libc::CLONE_VM | libc::CLONE_SIGHAND).unsigned_abs();
    let thread = u64::from(thread);
    only(
        libc::SYS_clone,
        vec![SeccompCondition::new(
            0,
            Width::Qword,
            Is::MaskedEq(thread),
            thread,
        )?],
    )?;
    // A panic that cannot unwind ends the process by a signal to itself.
    let own = u64::from(std::process::id());
    only(
        libc::SYS_tgkill,
        vec![SeccompCondition::new(0, Width::Dword, Is::Eq, own)?],
    )?;
    // The name of a thread.
    let name = libc::PR_SET_NAME.unsigned_abs().into();
    only(
        libc::SYS_prctl,
        vec![SeccompCondition::new(0, Width::Dword, Is::Eq, name)?],
    )?;
    // Reading a limit, not setting it.
    only(
        libc::SYS_prlimit64,
        vec![SeccompCondition::new(2, Width::Qword, Is::Eq, 0)?],
    )?;
    // Whether something is a terminal.
    only(
        libc::SYS_ioctl,
        vec![SeccompCondition::new(1, Width::Dword, Is::Eq, TCGETS)?],
    )?;
    Ok(rules)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn nothing_is_needed_and_deadly_at_once() {
        let needed = needed().expect("rules");
        let both: Vec<&i64> = DEADLY
            .iter()
            .filter(|call| needed.contains_key(call))
            .collect();
        assert_eq!(both, Vec::<&i64>::new());
        let calls: BTreeSet<&i64> = DEADLY.iter().collect();
        assert_eq!(calls.len(), DEADLY.len());
    }

    #[test]
    fn both_filters_compile_for_every_architecture_that_we_know() {
        assert_eq!(programs().expect("filters").len(), 2);
        for architecture in [TargetArch::x86_64, TargetArch::aarch64] {
            let filter = SeccompFilter::new(
                needed().expect("rules"),
                SeccompAction::Errno(libc::ENOSYS.unsigned_abs()),
                SeccompAction::Allow,
                architecture,
            );
            let program: Result<BpfProgram, _> = filter.expect("a filter").try_into();
            // The kernel takes 4096 instructions.
            assert!(program.expect("a program").len() < 4096);
        }
    }
}
