# Texts of posthorse doctor. doctor-<name> says what is wrong and where, mend-<name> what to do.

about-doctor = Find what is not in order here: keys, registry, clock, shared folder, disks; and say how to mend it
arg-doctor-home = An office's home folder
arg-doctor-config = The daemon's settings; they name home, share and state
arg-doctor-drop = The shared folder
error-doctor-nothing-named = nothing was named to look at
hint-doctor-nothing-named = Name an office with --home, the share with --drop, or a daemon with --config.

doctor-head = posthorse { $version }, this machine's time { $now }
doctor-line = { $what } [{ $name }]
doctor-sum = problems: { $problems }, warnings: { $warnings }, could not be looked at: { $unable }

## Settings

doctor-settings-missing = the settings file { $path } is not there
mend-settings-missing = Copy examples/quickstart/posthorse.toml to { $path } and fill in drop, state and home.
doctor-settings-unreadable = the settings file { $path } cannot be read ({ $why })
mend-settings-unreadable = ls -l { $path }, and let the daemon's account read it.
doctor-settings-syntax = the settings file { $path } is not TOML, or a value has the wrong type: { $why }
mend-settings-syntax = Correct the place that is shown in { $path }.
doctor-settings-unknown-key = the settings file { $path } has a key that the daemon does not know: { $why }
mend-settings-unknown-key = Correct its spelling in { $path }, or take the line out.
doctor-settings-missing-key = the settings file { $path } lacks a key: { $why }
mend-settings-missing-key = Add it to { $path }: drop, state and home are needed.
doctor-settings-out-of-range = a value in { $path } is outside its range: { $why }
mend-settings-out-of-range = Correct the value in { $path }.
doctor-settings-folders-overlap = in { $path }, { $one } and { $other } lie within each other: what all can change must not hold keys or the ledger
mend-settings-folders-overlap = Move { $other } to the bureau's own disk and name the new folder in { $path }.
doctor-settings-relative-folder = in { $path } these folders do not begin at the root, and move when the file moves: { $keys }
mend-settings-relative-folder = Write their full paths into { $path }.

## Home and keys

doctor-home-missing = the home folder { $path } is not there
mend-home-missing = posthorse init --home { $path } --party ID --name NAME --role ROLE makes a new office; restore an old one from its copy.
doctor-not-a-home = { $path } holds neither keys nor a contact form: it is no office's home
mend-not-a-home = Name the folder that posthorse init made.
doctor-contact-form-missing = the contact form { $path } is not there
mend-contact-form-missing = Restore it from your copy of the home folder, or ask the registry's keeper for the one that you sent.
doctor-contact-form-broken = the contact form { $path } was altered or damaged ({ $why })
mend-contact-form-broken = Restore it from your copy of the home folder.
doctor-keys-folder-open-to-others = others on this machine can enter the folder of keys { $path } (mode { $mode })
mend-keys-folder-open-to-others = chmod 700 { $path }
doctor-key-missing = the secret { $path } is not there
mend-key-missing = Restore it from your copy. Without one, make a new office with posthorse init and have its key enrolled.
doctor-key-unreadable = the secret { $path } cannot be read ({ $why })
mend-key-unreadable = ls -l { $path }, and run the doctor as the account that owns it.
doctor-key-readable-by-others = others on this machine can read the secret { $path } (mode { $mode })
mend-key-readable-by-others = chmod 600 { $path }
doctor-key-broken = { $path } is no usable key ({ $why })
mend-key-broken = Restore it from your copy.
doctor-key-kept-twice = the secret is kept twice: { $path } in the clear and { $twin } under a passphrase; the first is used
mend-key-kept-twice = Move one of the two away; if the passphrase was meant to protect it, move { $path }.
doctor-key-unprotected = { $path } lies in the clear, for its owner alone
doctor-key-not-opened = { $path } is under a passphrase; it was not opened
mend-key-not-opened = With --passphrase-file FILE it is opened and compared with the contact form.
doctor-wrong-passphrase = the passphrase does not open { $path }
mend-wrong-passphrase = Correct the first line of the passphrase file; if it is right, restore { $path } from your copy.
doctor-passphrase-file-readable-by-others = others on this machine can read the passphrase file { $path } (mode { $mode })
mend-passphrase-file-readable-by-others = chmod 600 { $path }
doctor-key-rights-not-checked = who can read { $path } was not checked: this system has no such rights
mend-key-rights-not-checked = Keep the home folder under the user's own profile, and the keys under a passphrase.
doctor-signing-key-not-of-contact-form = the signing key { $path } is not the one that the contact form names
mend-signing-key-not-of-contact-form = Restore keys and contact-form.json from the same copy.
doctor-identity-not-of-contact-form = the identity { $path } does not open what is sealed to the contact form's recipient
mend-identity-not-of-contact-form = Restore keys and contact-form.json from the same copy.
doctor-sequence-broken = the record of this office's sequence { $path } is damaged ({ $why })
mend-sequence-broken = Restore it from your copy. Never start it anew with the same key: two packages would claim one place.

## Standing in the registry

doctor-party-not-enrolled = the trusted registry { $path } does not list { $party }
mend-party-not-enrolled = Send contact-form.json to whoever keeps the registry; then trust the new version.
doctor-not-a-bureau = the settings run a daemon, but { $party } is no bureau in { $path }
mend-not-a-bureau = Name the bureau's home in the settings.
doctor-key-not-enrolled = the registry { $path } does not list this key for { $party }: { $key }
mend-key-not-enrolled = Send contact-form.json to whoever keeps the registry; then trust the new version.
doctor-key-revoked = the key { $key } of { $party } is revoked since { $when } ({ $why })
mend-key-revoked = Make new keys with posthorse init in a new folder and have them enrolled.
doctor-key-not-yet-valid = the key { $key } of { $party } is valid only from { $when }
mend-key-not-yet-valid = Wait until then; if this machine's clock is behind, set it.
doctor-key-expired = the key { $key } of { $party } has expired at { $when }
mend-key-expired = Make new keys with posthorse init in a new folder and have them enrolled.
doctor-key-expires-within-7-days = the key { $key } of { $party } expires within 7 days, at { $when }
mend-key-expires-within-7-days = Have new keys enrolled today: posthorse init in a new folder, then send its contact-form.json.
doctor-key-expires-within-30-days = the key { $key } of { $party } expires within 30 days, at { $when }
mend-key-expires-within-30-days = Have new keys enrolled: posthorse init in a new folder, then send its contact-form.json.
doctor-key-expires-within-60-days = the key { $key } of { $party } expires within 60 days, at { $when }
mend-key-expires-within-60-days = Plan new keys with whoever keeps the registry.

## Registry

doctor-registry-not-trusted = this office trusts no registry yet: { $path } is not there
mend-registry-not-trusted = posthorse registry trust --home { $home } drop/registry/registry.json
doctor-registry-broken = the trusted registry { $path } is damaged or not signed by enough root keys ({ $why })
mend-registry-broken = Restore it from your copy, or move it away and run posthorse registry trust --home { $home } with the bureau's file.
doctor-registry-expired = the trusted registry { $path } has expired at { $when }
mend-registry-expired = Get the newest version and run posthorse registry trust --home { $home } registry.json
doctor-registry-expires-within-7-days = the trusted registry { $path } expires within 7 days, at { $when }
mend-registry-expires-within-7-days = The root keys' holders must sign a new version today: posthorse registry sign; then posthorse registry trust --home { $home } registry.json
doctor-registry-expires-within-30-days = the trusted registry { $path } expires within 30 days, at { $when }
mend-registry-expires-within-30-days = Have a new version signed: posthorse registry sign; then posthorse registry trust --home { $home } registry.json
doctor-registry-expires-within-60-days = the trusted registry { $path } expires within 60 days, at { $when }
mend-registry-expires-within-60-days = Plan a new version with the root keys' holders.

## Clock

doctor-clock-behind-registry = this machine says { $now }, and the trusted registry { $path } was signed later, at { $then }
mend-clock-behind-registry = Set the clock and its time zone (timedatectl set-time, or the system's time server).
doctor-clock-behind-files = this machine says { $now }, and { $path } carries a later time, { $then }
mend-clock-behind-files = Compare this machine's clock with another; if it is right, whoever wrote the file has a wrong one.
doctor-clock-differs-from-share = this machine says { $now }, and the share { $path } gives new files the time { $then }
mend-clock-differs-from-share = Set both machines' clocks by the same time server.

## Share

doctor-drop-missing = the shared folder { $path } is not there
mend-drop-missing = Mount the share (mount { $path }, or connect the drive), or correct the path.
doctor-drop-unreadable = the shared folder { $path } cannot be read ({ $why })
mend-drop-unreadable = Let this account read and write { $path }.
doctor-drop-not-mounted = { $path } holds neither inbox nor registry: perhaps the share is not mounted
mend-drop-not-mounted = Mount the share. For a new one: mkdir { $path }/inbox { $path }/outbox { $path }/registry { $path }/log
doctor-drop-folder-missing = the folder { $path } is missing on the share
mend-drop-folder-missing = mkdir { $path }
doctor-share-registry-missing = no registry is published at { $path }
mend-share-registry-missing = The bureau copies its registry.json there.
doctor-share-registry-broken = the published registry { $path } is damaged or not signed by enough root keys ({ $why })
mend-share-registry-broken = Nobody takes it over. The bureau publishes its own again: copy its trusted registry.json over { $path }.
doctor-share-registry-newer = version { $version } is published at { $path } and follows the one trusted here
mend-share-registry-newer = posthorse registry trust --home { $home } { $path }
doctor-share-registry-versions-missing = version { $version } is published at { $path }, and versions in between were never trusted here
mend-share-registry-versions-missing = They must lie beside it (registry.v2.json and so on; the bureau has them). Then: posthorse registry trust --home { $home } { $path }
doctor-share-registry-older = the registry published at { $path } is an older one, version { $version }
mend-share-registry-older = The bureau copies its trusted registry.json over { $path }.
doctor-share-registry-forked = version { $version } published at { $path } is not vouched for by the registry trusted here: another history
mend-share-registry-forked = Trust nothing. Telephone the bureau and compare the root fingerprint that posthorse registry verify { $path } shows.
doctor-inbox-old-file = files lie in the inbox for too long: { $count }, such as { $path }
mend-inbox-old-file = If no daemon runs, start it: posthorse daemon run. If one runs, ask the sender whether the copy was cut off.
doctor-quarantine-not-empty = things lie in quarantine at { $path }: { $count }
mend-quarantine-not-empty = The daemon's log says why. Look at each with posthorse inspect { $path }/CLAIM/item, tell its sender, then move it away.
doctor-claims-left = things were claimed and have no verdict yet at { $path }: { $count }
mend-claims-left = Start the daemon: posthorse daemon run takes them up again.
doctor-temporary-left = files of runs that were cut short: { $count }, such as { $path }
mend-temporary-left = Nobody needs them any more: rm -r { $path }

## What folders do

doctor-folder-not-writable = { $path } cannot be written to ({ $why })
mend-folder-not-writable = Let this account write in { $path }; if it is mounted read-only, mount it anew.
doctor-folder-not-synced = { $path } does not flush to disk ({ $why })
mend-folder-not-synced = Check the disk (dmesg, smartctl); mount a share so that it flushes.
doctor-folder-loses-bytes = { $path } gives back other bytes than were written
mend-folder-loses-bytes = Use another disk or share at once, and check this one.
doctor-folder-no-exclusive-create = { $path } lets one file be created twice under one name
mend-folder-no-exclusive-create = Use a share that knows exclusive creation (SMB 2 or newer, NFS 4).
doctor-folder-no-rename = { $path } does not rename ({ $why })
mend-folder-no-rename = Let this account rename in { $path }; shares that only add files cannot be used.
doctor-folder-rename-not-atomic = { $path } does not rename in one step: somebody may see half a file
mend-folder-rename-not-atomic = Use a share that renames atomically (SMB, NFS or a local disk, no synchronised cloud folder).
doctor-folder-locks-do-not-hold = locks in { $path } keep nobody out: two daemons could run at once
mend-folder-locks-do-not-hold = Put this folder on a local disk.
doctor-folder-folds-case = { $path } takes capital and small letters for the same
doctor-folder-no-long-names = { $path } does not take names of 200 characters
mend-folder-no-long-names = Use a share with long names, and a shorter path to it.
doctor-folder-no-chinese-names = { $path } does not keep Chinese names
mend-folder-no-chinese-names = Mount the share with UTF-8 names (iocharset=utf8).
doctor-trial-left = the doctor's own trial could not be taken away ({ $why })
mend-trial-left = Let this account delete in { $path }, then delete the folder.

## State

doctor-state-missing = the state folder { $path } is not there
mend-state-missing = The daemon makes it when it first runs. If it has run before, mount the disk on which it lies.
doctor-state-unreadable = the state folder { $path } cannot be read ({ $why })
mend-state-unreadable = Run the doctor as the daemon's account.
doctor-state-open-to-others = others on this machine can enter the state folder { $path } (mode { $mode })
mend-state-open-to-others = chmod 700 { $path }
doctor-ledger-on-network-file-system = the ledger in { $path } lies on a network file system ({ $kind }), where its locks do not hold
mend-ledger-on-network-file-system = Stop the daemon, move { $path } to a local disk, and name it as state in the settings.
doctor-file-system-not-checked = on what file system { $path } lies was not checked: this system does not say
doctor-ledger-key-missing = there is a ledger, but its key { $path } is gone
mend-ledger-key-missing = Restore it from your copy of the home folder before the daemon starts: a new key cannot read the ledger.
doctor-daemon-runs = a daemon runs on { $path }
doctor-daemon-not-running = no daemon runs on { $path }
doctor-daemon-lock-unreadable = whether a daemon runs on { $path } could not be seen ({ $why })
mend-daemon-lock-unreadable = Run the doctor as the daemon's account.
doctor-daemon-runs-as-root = the state folder { $path } is root's: the daemon runs with every right of this machine
mend-daemon-runs-as-root = Give the daemon a user of its own (packaging/README.md), and that user the folder: chown -R posthorse { $path }
doctor-confinement-complete = this machine confines the daemon fully
doctor-confinement-in-part = this machine does not confine the daemon fully; it lacks: { $missing }
doctor-confinement-lacking = the settings require what this machine cannot confine the daemon by: { $missing }
mend-confinement-lacking = Run the daemon on a newer Linux kernel, or set require = "best" under [confinement].
doctor-disk-nearly-full = only { $free } MiB are free at { $path }
mend-disk-nearly-full = Free some space before the next packages come: df -h { $path }
doctor-disk-low = { $free } MiB are free at { $path }
mend-disk-low = Plan more space: df -h { $path }
doctor-disk-not-checked = the free space at { $path } was not checked: this system does not say

## Calendar

doctor-rules-unusable = the rules that the trusted registry names cannot be used: { $why }
mend-rules-unusable = Trust the registry again from where its folder rules lies beside it; if that does not help, update the program.
doctor-calendar-without-this-year = the work calendar does not know the holidays of { $year }: deadlines in working days are provisional
mend-calendar-without-this-year = Publish a holidays.json with the State Council's notice for { $year } (posthorse registry rules add).
doctor-calendar-ends-soon = the work calendar does not know the holidays of { $year } yet: deadlines beyond the new year are provisional
mend-calendar-ends-soon = Once the State Council has issued its notice for { $year }, publish a holidays.json with it (posthorse registry rules add).

## Console

doctor-console-not-utf8 = the locale is not UTF-8 ({ $variable }="{ $value }"): Chinese texts and file names may show wrong
mend-console-not-utf8 = export LANG=zh_CN.UTF-8
