## keeping, deleting, and who looked

about-daemon-delete = Delete what has been kept long enough (到期销毁); asks before it does
about-access-log = Show who opened, took out or unmasked what, and whether the log is whole
arg-dry-run = Only show what is due
arg-daemon-delete-as-of = Show what is due at this moment, such as 2030-01-01T00:00:00Z
arg-yes = Do not ask
arg-purpose = What it is for; written into the access log. By default what the kind is for
arg-access-log-home = The office's home folder
arg-access-log-config = The bureau's settings file: the ledger's accesses, and those of its home

column-kind = kind
column-months = months kept
column-rows = rows
column-time = when
column-user = user
column-action = what was done
column-what = of what
column-purpose = purpose
column-keep-until = keep until
action-open = opened
action-export = taken out
action-unmask = unmasked
action-list = listed

delete-nothing = Nothing has been kept long enough yet.
delete-besides = Besides: cases { $cases }, things in quarantine { $quarantined }, names of files { $names }, rosters { $rosters }
delete-confirm = Their content will be gone for good; signatures, receipts and figures stay. Type “yes” to go on:
delete-done = Deleted: packages { $packages }, cases { $cases }; signed records: { $records }

error-delete-only-now = deleting is for what is due now
hint-delete-only-now = --as-of is for looking ahead: add --dry-run.
error-delete-needs-a-yes = deleting cannot be undone, and nobody is there to be asked
hint-delete-needs-a-yes = Look with --dry-run; then say --yes.
error-delete-not-confirmed = not confirmed; nothing was deleted
hint-delete-not-confirmed = If it is to go, run it again and type “yes”.
error-delete-daemon-at-work = the daemon is at work
hint-delete-daemon-at-work = It deletes by itself once a day. To delete now, stop it first.
error-deletion-unfinished = deleted, but not yet removed everywhere
hint-deletion-unfinished = Mount the share and close what reads the ledger; the daemon's next round finishes it.

access-log-empty = Nothing has been opened or taken out yet.
access-log-torn = line { $line }: a crash has torn it; nothing was opened then
access-log-broken = line { $line } does not name the line before it: the log was changed
access-log-broken-hint = Ask who can write to this home, and compare with a backup.
access-log-whole = The log is whole.
error-access-not-logged = this cannot be written into the access log { $path }, and so it is not done
hint-access-not-logged = Make the place writable and readable for you alone; open and compare take another place with --home.
error-purpose-too-long = the purpose is too long
hint-purpose-too-long = Say it in at most 500 characters.

trace-deleted = its content was deleted, under deletion record { $deletion }

error-no-deletion-record = only evidence is left of this package, and no deletion record says so
hint-no-deletion-record = Verify it together with the folder of deletion records: drop/deletions, or archive/deletions.
verify-evidence = { $path }: { $kind } of { $sender }, signed by { $persons }, sealed { $sealed }; content deleted on { $day } under deletion record { $number }
verify-deletion = { $path }: deletion record { $number } of { $issuer }, { $deleted }: packages { $packages }
audit-deleted = Content of { $packages } packages and { $cases } cases deleted on { $day } under deletion record { $number }
finding-deletion-refused = this deletion record is not good: { $what } ({ $refusal })
finding-deletion-refused-hint = Ask the bureau for the record again; the same bytes must come.
finding-deletion-gap = deletion record { $number } does not follow the one before it
finding-deletion-gap-hint = Add all of drop/deletions or archive/deletions. If a number is missing there, ask the bureau for it.
finding-evidence-without-deletion = only evidence is left of the package { $package }, and no deletion record names it
finding-evidence-without-deletion-hint = Add drop/deletions to what is audited. If it is there already, ask the bureau who removed the package.
finding-evidence-missing = the package { $manifest }, which this record names, has left no evidence
finding-evidence-missing-hint = Add the archive to what is audited. If it is there already, the package was missing before it was deleted.
finding-deleted-still-there = deletion record { $number } says that the content of this package was deleted, and it is here
finding-deleted-still-there-hint = If it came once more, the bureau deletes it the next day. Otherwise ask the bureau.
