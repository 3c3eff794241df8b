# What the program says in English. The Chinese stands in zh.ftl under the same keys.

failure = error: { $what }
failure-at = error: { $place }: { $what }
failure-detail = {"  "}({ $code }: { $detail })
failure-hint = {"  "}→ { $hint }

## Usage

error-usage = the command line is not understood
hint-usage = posthorse --help shows every command.
error-usage-unknown-argument = there is no such argument: { $argument }
hint-usage-unknown-argument = Add --help to see what this command takes.
error-usage-unknown-command = there is no such command: { $command }
hint-usage-unknown-command = posthorse --help shows every command.
error-usage-missing-command = which command?
hint-usage-missing-command = posthorse --help shows every command.
error-usage-missing-argument = missing: { $argument }
hint-usage-missing-argument = Add --help to see what this command takes.
error-usage-conflict = { $argument } and { $other } exclude each other
error-usage-missing-value = { $argument } needs a value
error-usage-bad-value = “{ $value }” is not a value for { $argument }
hint-usage-bad-value = Add --help to see what this command takes.
error-county-code = a county is a code of six digits, such as 411722
error-contact-text = a name has 1 to 100 characters, other contact texts at most 500, and no control characters
error-fingerprint-needed = no terminal to ask at, and no --fingerprint given; the computed one is { $computed }
hint-fingerprint-needed = Call the office, have it read its fingerprint to you, and give what you heard as --fingerprint.
error-unknown-list = there is no list “{ $list }” of kind { $kind }
hint-unknown-list = Known: { $known }
error-unknown-kind = there is no list of kind { $kind }
hint-unknown-kind = Known: { $kinds }
error-choose-a-list = there are several lists of kind { $kind }; name one with --list
hint-choose-a-list = Known: { $known }
error-annotate-one-list = an annotated copy is of one list, and several were given
hint-annotate-one-list = Check them one by one, or leave out --annotate.
error-not-a-workbook-name = { $path } is not the name of an .xlsx file
hint-not-a-workbook-name = What is written is an Excel workbook; let its name end in .xlsx.
error-roster-refused = the roster { $path } cannot be used
hint-roster-refused = Check it first with posthorse check --kind roster
error-roster-without-columns = the roster { $path } lacks the columns by which “{ $policy }” knows who is entitled: { $columns }
hint-roster-without-columns = Use an export that has these columns
error-unknown-policy = there is no policy “{ $policy }”
hint-unknown-policy = Known: { $known }
error-no-list-of-people = { $path } is no list with names and identity numbers
hint-no-list-of-people = See why with posthorse check, or say with --list what it is
error-cannot-compare = the list { $path } has problems and cannot be compared
hint-cannot-compare = Mend what is named above and compare again; no result was written
error-which-list = cannot tell which list { $path } is: several fit equally
hint-which-list = Name it with --kind and --list: { $candidates }
error-not-confirmable = “{ $code }” is no problem that can be confirmed
hint-not-confirmable = These can be: { $known }
error-stdout-is-a-terminal = a package is not shown on a terminal
hint-stdout-is-a-terminal = Give a file with -o, or pipe the output into another program.

error-json-and-stdout = --json and -o - both want standard output

## Files

error-not-found = there is no file { $path }
error-cannot-read = cannot read { $path }
error-cannot-write = cannot write { $path }
error-no-folder = the folder of { $path } does not exist
error-is-a-folder = { $path } is a folder, not a file
error-file-exists = { $path } exists already and is not overwritten
hint-file-exists = Choose another name, or move the old one away first.
error-folder-not-empty = the folder { $path } is not empty
hint-folder-not-empty = Choose a new or an empty folder.
error-disk-full = the disk is full
error-document-too-large = { $path } is larger than any document may be
error-not-utf8 = { $path } is not UTF-8 text
error-cannot-print = cannot write to standard output
error-cannot-read-package = cannot read the package
error-cannot-write-package = cannot write the package
error-cannot-write-opened = cannot write what the package holds
error-cannot-read-source = cannot read a file that was to be sealed
error-cannot-read-answer = cannot read the answer
error-source-changed = a file changed while it was being sealed
hint-source-changed = Close it in the other program and seal again.
error-interrupted = stopped, as asked; nothing unfinished remains
error-clock = this machine's clock is not within the years 1970 to 9999
error-internal = the program is at fault
hint-internal = Please report this with the line above.
error-no-draft = there is no draft { $path } to sign
hint-no-draft = registry create, add and revoke make one.
error-config = the settings file is not good
error-daemon = the daemon stopped
error-daemon-config = the daemon's settings are wrong
error-demo = the demonstration did not end as it should

## Keys

error-not-a-home = { $path } is not an office's home folder
hint-not-a-home = posthorse init makes one.
error-no-registry = this office trusts no registry yet: { $path } is not there
hint-no-registry = posthorse registry trust --home { $home } registry.json
error-readable-by-others = { $path } is a secret, and others on this machine may read it (mode { $mode })
hint-readable-by-others = chmod 600 makes it the owner's alone.
error-wrong-passphrase = the passphrase is wrong, or the file was altered
error-passphrase-empty = the passphrase is empty
error-passphrases-differ = the two passphrases differ
error-no-terminal-for-passphrase = no terminal to ask for the passphrase at
hint-no-terminal-for-passphrase = Give --passphrase-file with a file that only you can read.
error-key-file-broken = this is no key file
error-key-malformed = this is no usable key
error-no-randomness = the system gave no random bytes
error-sequence-broken = the record of this office's sequence is damaged
hint-sequence-broken = Restore sequence.json from a copy. Never start it anew with the same key: two packages would claim one place.
error-not-a-root-key = the key of { $home } is not a root key of this registry
error-wrong-key-for-party = the registry does not list this office's key for { $party }
hint-wrong-key-for-party = Send contact-form.json to whoever keeps the registry, then trust the new registry.

## Registry

error-fingerprint-differs = the fingerprint is another: computed { $computed }
hint-fingerprint-differs = The form does not come from the office that you spoke to, or was altered on the way. Do not enrol it.
error-fingerprint-not-confirmed = not confirmed; nothing was changed
error-form-is-encrypted = the contact form is encrypted
hint-form-is-encrypted = Give --home with the office that it was encrypted for.
error-no-such-party = the registry has no party { $party }
error-no-such-key = { $party } has no such key
hint-no-such-key = posthorse registry show --json lists every key.
error-already-revoked = this key is revoked already, and that is not taken back
error-no-recipient = { $party } has no key to seal to that is in force

## Lists

error-list-refused = the list cannot be sealed; problems of the whole file: { $errors }
hint-list-refused = Mend what is listed above and seal again.
error-no-good-row = the list has no row that can be accepted
hint-no-good-row = Mend what is listed above and seal again.
error-strict-refused = rows with problems: { $rejected }, and --strict was asked for
error-cannot-seal = this cannot be sealed
error-cannot-check = the list { $path } cannot be read
error-cannot-write-spool = cannot read or keep the converted list ({ $path })
error-too-many-files = more files than a package may hold

## Refusals, by the code of spec/package-v1.md

refusal-incomplete = incomplete: still arriving, or cut off
hint-incomplete = Wait for the copy to finish, or fetch it again.
refusal-not-a-package = not a package
refusal-framing = damaged: a byte of the frame is not what it must be
hint-framing = Ask the sender for the file again.
refusal-too-large = larger than allowed
refusal-json-syntax = a document in it is not JSON
refusal-json-duplicate-key = a document in it says the same thing twice
refusal-json-number = a document in it holds a number that is not whole
refusal-json-depth = a document in it is nested too deep
refusal-json-not-canonical = a document in it is not written in the one way it must be
refusal-unknown-version = made by a newer version of the format
hint-unknown-version = Update this program.
refusal-unknown-suite = sealed with a cipher suite that this program does not know
refusal-unknown-critical-extension = demands an extension that this program does not know
refusal-field = a field is missing, unknown or against its rule
refusal-wrong-document-type = a document of another type
refusal-weak-key = a key that proves nothing
refusal-signature-missing = not signed by the key that it names
refusal-signature-invalid = the signature does not match: altered, or signed by somebody else
refusal-signer-unknown = signed with a key that the registry does not know: a stranger's
hint-signer-unknown = If the sender is real: is your registry the newest?
refusal-signer-not-sender = signed by another party than the one it names as sender
refusal-too-few-signatures = not enough signatures
refusal-key-not-yet-valid = signed with a key that was not valid yet
refusal-key-expired = signed with a key that has expired
hint-key-expired = The sender must renew its key with whoever keeps the registry.
refusal-key-revoked = signed with a key that is revoked
hint-key-revoked = The sender must enrol a new key with whoever keeps the registry.
refusal-not-allowed = the registry does not allow this party to send this
refusal-recipient-unknown = sealed to a key that is not a current one of the party named
refusal-from-the-future = sealed later than now
hint-from-the-future = Is a clock wrong, here or at the sender's?
refusal-stale = past the time until which it may be accepted
hint-stale = To judge it as of an earlier moment, give --as-of.
refusal-registry-expired = the registry has expired
hint-registry-expired = Get the newest registry. To judge as of an earlier moment, give --as-of.
refusal-registry-rollback = this registry does not follow the one trusted before
refusal-payload-digest = the encrypted content is not the one that was signed
refusal-age-header = the head of the encrypted content is not strict
refusal-padding = the length is not one that the padding gives
refusal-not-a-recipient = these keys do not open it: it is sealed to others
refusal-payload-damaged = does not decrypt: damaged or wrongly made
refusal-compression = the compressed content is not in order
refusal-tar = the archive inside is not in order
refusal-entry-name = a file inside has a name that is not allowed
refusal-entry-mismatch = the files inside are not those that are listed
refusal-contents-digest = what is inside is not what was signed
refusal-exchange-mismatch = what is inside belongs to another package

## Prompts

prompt-passphrase = {"Passphrase for "}{ $path }{": "}
prompt-new-passphrase = {"New passphrase: "}
prompt-repeat-passphrase = {"The same again: "}
registry-confirm-party =
    Fingerprint of { $name }:

        { $fingerprint }

    Is it exactly what the office read to you over the telephone? Type yes:
registry-confirm-root =
    Fingerprint of the root keys of { $name }:

        { $fingerprint }

    Is it exactly what the bureau read to you over the telephone? Type yes:

## Progress

bar-seal = sealing
bar-open = opening
bar-verify = verifying

## init

init-done = { $party } has its keys.
init-contact-form = Send this public form to whoever keeps the registry: { $path }
init-sealed-form = It holds names and telephone numbers: send it encrypted, as { $path }
init-fingerprint = When they call, read this fingerprint to them:
init-secrets = The secrets in { $path } never leave this machine. Keep a copy under lock.

## registry

registry-draft = Draft of version { $version }: { $path } (not in force before it is signed)
registry-waiting = Signed, but not in force yet: { $missing }. Pass { $path } on to the next root key's holder.
registry-published = Version { $version } is in force: { $path }, until { $expires }
registry-good = { $path } is good: version { $version }, until { $expires }, root { $fingerprint }
registry-trusted = Trusted from now on: version { $version }, until { $expires } ({ $path })
registry-title = Registry version { $version } ({ $state }), until { $expires }
    root fingerprint { $fingerprint }
registry-state-draft = draft, unsigned
registry-state-signed = signed
registry-state-unsigned = signed by too few
column-party = party
column-name = name
column-role = role
column-may-send = may send
column-keys = keys
role-department = department
role-bureau = bureau
role-county = county
role-auditor = auditor
key-revoked-since = { $person }: revoked since { $at } ({ $reason })

## check, seal

check-clean = { $path } ({ $encoding }): no problem; rows: { $accepted }
check-found = { $path } ({ $encoding }): rows that can be accepted: { $accepted }; with problems: { $rejected }
check-warned = { $path } ({ $encoding }): nothing to reject; look at what is said above; rows: { $accepted }
check-recognised = { $path }: by its columns this is “{ $list }” (--kind { $kind } --list { $id })
check-more = … further problems: { $count }
check-annotated = The list with its problems marked in red: { $path }
check-nothing-to-annotate = The list cannot be read or recognised, so no annotated copy was written.
check-too-long-to-annotate = The list has more than the 1048576 rows of a worksheet, so no annotated copy was written; split it first.
template-written = The empty template of “{ $list }”: { $path }
problem-line = {"  "}{ $code } { $text }
problem-remedy = {"      "}→ { $remedy }
seal-rows-travel = Rows with problems travel too; the bureau will return them: { $rejected }
seal-done = Sealed for { $to }: { $path } (sequence { $sequence })
seal-identity = Package { $package }, manifest { $digest }

## compare

compare-policy = Entitled to “{ $policy }”: { $basis }
compare-stale = The roster is of { $day }, more than 31 days ago: ask for a new one
compare-total = total
compare-rows-other-policy = rows of another policy: { $count }
compare-rows-not-paid-out = rows not paid out: { $count }
compare-rows-not-on-roster = rows not on the roster: { $count }
compare-rows-name-differs = rows with another name: { $count }
compare-rows-presumed-dead = rows of people presumed dead: { $count }
compare-rows-paid = rows entitled and paid: { $count }
compare-rows-cleared = rows of people whose risk is cleared: { $count }
compare-rows-not-eligible = rows on the roster, but not entitled: { $count }
compare-not-kept = Further rows to look at, not listed one by one: { $count }
compare-rejected = Rows with problems that were not compared, so that the result is not whole: { $count }
compare-written = The result: { $path } (seal it once the sheet 未兑付 has its reasons and explanations)
column-compare-county = county
column-compare-eligible = entitled
column-compare-paid = paid
column-compare-unpaid = unpaid
column-compare-share = coverage

## inspect, verify, open, receipt

inspect-untrusted = Nothing here is proven: anybody can write this. posthorse verify proves it.
column-fact = fact
column-claimed = claimed
column-value = value
fact-package = package
fact-kind = kind
fact-sender = sender
fact-recipients = recipients
fact-period = period
fact-sealed-at = sealed at
fact-not-after = not after
fact-sequence = sequence
fact-in-reply-to = in reply to
fact-supersedes = supersedes
fact-payload = encrypted bytes
fact-manifest = manifest
fact-signers = signing keys
fact-issuer = issuer
fact-received-at = received at
fact-issued-at = issued at
fact-disposition = disposition
fact-reason = reason
verify-package = { $path }: { $kind } of { $sender }, signed by { $persons }, sealed { $sealed }
verify-receipt = { $path }: receipt ({ $code }) of { $issuer } for { $package }, issued { $issued }
verify-bad = { $path }: { $what } ({ $code })
verify-nothing = Nothing to verify here.
verify-sum = good: { $good }, not good: { $refused }, other files passed over: { $passed }
open-done = Opened { $kind } of { $sender } into { $path }
open-file = {"  "}{ $path } ({ $title })
receipt-untrusted = Nothing here is proven yet: posthorse receipt verify proves it.
disposition-accepted = accepted
disposition-accepted-in-part = accepted in part
disposition-rejected = rejected
disposition-other = other
reason-accepted = every row was taken
reason-rows-returned = the good rows were taken, the others come back sealed
reason-no-acceptable-row = every row had a problem, and all went back
reason-list-unreadable = a list in it cannot be read, or has not the columns of its schema
reason-kind-not-handled = the bureau has no use for this kind
reason-not-addressed = the bureau is not among the recipients
reason-sequence-fork = two packages of this sender claim the same place in its sequence
reason-sequence-rollback = its sequence number has been passed already
reason-package-id-reused = another package with the same id was answered before

## daemon

daemon-once = One round done.
daemon-stopped = Stopped, as asked.
unrouted-none = Every person belongs to a county.
unrouted-sum = Persons that belong to no county: { $count }

## demo

demo-step = ● { $what }
demo-done = Everything ended as it should. The files are in { $path }
demo-offices = A bureau, 9 departments, 10 counties and an auditor make their keys; the registry is signed
demo-lists = The departments check and seal their lists (.xlsx and GBK .csv, some faulty on purpose)
demo-routed = The daemon verifies, opens, checks, merges, dispatches by county and signs receipts
demo-answered = Shangcai county opens its package, fills in the answer and sends it back
demo-attacks = Three attacks: a flipped byte, a replay, a stranger's package
demo-verified = Every package and receipt is verified without any key
demo-what = what
demo-result = result
