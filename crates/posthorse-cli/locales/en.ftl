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
hint-usage-conflict = Leave one of them out.
error-usage-missing-value = { $argument } needs a value
hint-usage-missing-value = Write the value after it; --help explains it.
error-usage-bad-value = “{ $value }” is not a value for { $argument }
hint-usage-bad-value = Add --help to see what this command takes.
hint-usage-unknown-argument-like = Did you mean { $like }? Add --help to see what this command takes.
hint-usage-unknown-command-like = Did you mean { $like }? posthorse --help shows every command.
hint-value-kind = Write a kind's code or its Chinese name, such as warning_list or 预警名单; posthorse template, with nothing after it, lists them all.
hint-value-party = Write the office's code, not its name, such as bureau; posthorse registry show REGISTRY lists every office.
hint-value-id = Choose a code of lower-case letters, digits and hyphens, such as medical-insurance; a county takes its county code, such as 411722. The name goes into --name.
hint-value-role = Write department, bureau, county or auditor.
hint-value-yyyy-mm = Write four digits of the year and two of the month, such as 2026-11.
hint-value-time = Write a day (2026-11-24), a moment in Beijing time (2026-11-24 17:30), or RFC 3339 (2026-11-24T09:30:00Z).
hint-value-digits = A fingerprint is 8 groups of 5 digits; put all of it into one pair of quotes, such as "12345 …".
hint-value-n = Write a whole number, such as 30.
error-county-code = a county is a code of six digits, such as 411722
hint-county-code = The counties of Zhumadian are 411702, 411721 to 411729 and 411771, such as --county 411722 (上蔡县).
error-contact-text = a name has 1 to 100 characters, other contact texts at most 500, and no control characters
hint-contact-text = Shorten it, take out line breaks and the like, and run it again.
error-fingerprint-needed = no terminal to ask at, and no --fingerprint given; the computed one is { $computed }
hint-fingerprint-needed = Call the office, have it read its fingerprint to you, and give what you heard as --fingerprint.
error-unknown-list = there is no list “{ $list }” of kind { $kind }
hint-unknown-list = Known:
    {"      "}{ $known }
hint-unknown-list-like = Did you mean “{ $like }”? Known:
    {"      "}{ $known }
error-unknown-kind = there is no kind { $kind }
hint-unknown-kind = posthorse template, with nothing after it, lists every kind and list.
hint-unknown-kind-like = Did you mean { $like }? posthorse template, with nothing after it, lists every kind and list.
error-choose-a-list = there are several lists of kind { $kind }; name one with --list
hint-choose-a-list = Known:
    {"      "}{ $known }
error-annotate-one-list = an annotated copy is of one list, and several were given
hint-annotate-one-list = Check them one by one, or leave out --annotate.
error-not-a-workbook-name = { $path } is not the name of an .xlsx file
hint-not-a-workbook-name = What is written is an Excel workbook; let its name end in .xlsx.
error-roster-refused = the roster { $path } cannot be used
hint-roster-refused = Check it first with posthorse check --kind roster
error-roster-without-columns = the roster { $path } lacks columns that comparing “{ $policy }” needs: { $columns }
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
hint-json-and-stdout = Give a file with -o.
error-no-right-named = nothing is named that is to change
hint-no-right-named = Add --may-send, --two-signatures, --county or their opposites; --help shows them all.
error-no-report-named = nothing is named that is to change
hint-no-report-named = Add --list LIST or --no-list LIST, such as --list unpaid=quarterly.
error-not-owed = { $party } is not registered to submit “{ $list }”
hint-not-owed = posthorse registry show lists what is registered.
error-no-such-list = there is no list “{ $list }”
hint-no-such-list = posthorse template tells every list.
hint-no-such-list-like = Do you mean “{ $like }”? posthorse template tells every list.
error-owes-what-it-may-not-send = { $party } may not send “{ $list }” ({ $kind })
hint-owes-what-it-may-not-send = Add the kind first: posthorse registry rights --may-send { $kind }.
error-list-is-no-report = “{ $list }” is an answer, and is owed in no window
hint-list-is-no-report = An answer has its last day from the dispatch; nothing needs to be registered.
error-no-such-cadence = “{ $list }” cannot be registered as “{ $cadence }”
hint-no-such-cadence = It can be registered as: { $known }. Where none is named, the list is sent when it happens, in no window.
error-countersign-needs-a-file = countersign works on files, not on standard input or output
hint-countersign-needs-a-file = Save the package to a file first.

## Files

error-not-found = there is no file { $path }
hint-not-found = Check the name and the folder; put a name with spaces into quotes.
error-cannot-read = cannot read { $path }
hint-cannot-read = May you read the file, and does no other program hold it? If it lies on a share: is the share connected?
error-cannot-write = cannot write { $path }
hint-cannot-write = May you write in that folder, and is the file open in no other program?
error-no-folder = the folder of { $path } does not exist
hint-no-folder = Make the folder first, or mend the path.
error-is-a-folder = { $path } is a folder, not a file
error-not-a-file = { $path } is a pipe or a device, not a file
hint-not-a-file = Name an ordinary file; - reads standard input.
hint-is-a-folder = Name one of the files in it.
error-file-exists = { $path } exists already and is not overwritten
hint-file-exists = Choose another name, or move the old one away first.
error-folder-not-empty = the folder { $path } is not empty
hint-folder-not-empty = Choose a new or an empty folder.
error-disk-full = the disk is full
hint-disk-full = Make room, or use a disk that has some, and run it again; nothing unfinished remains.
error-document-too-large = { $path } is larger than any document may be
hint-document-too-large = Is it the right file? Registries, contact forms and receipts are small.
error-not-utf8 = { $path } is not UTF-8 text
hint-not-utf8 = Save it as UTF-8.
error-cannot-print = cannot write to standard output
hint-cannot-print = Look at the file or program that the output goes to, and run the command again.
error-cannot-read-package = cannot read the package
hint-cannot-read-package = Is the share still connected? Try again; if it fails again, copy the package anew.
error-cannot-write-package = cannot write the package
hint-cannot-write-package = See that the output can be written and has room, then run it again; no partial package remains.
error-cannot-write-opened = cannot write what the package holds
hint-cannot-write-opened = See that the disk of the output folder can be written and has room, then open it again.
error-cannot-read-source = cannot read a file that was to be sealed
hint-cannot-read-source = Close the file in other programs, see that disk and share are there, and seal again.
error-cannot-read-answer = cannot read the answer
hint-cannot-read-answer = Run it again and answer yes, or give what you heard as --fingerprint.
error-source-changed = a file changed while it was being sealed
hint-source-changed = Close it in the other program and seal again.
error-interrupted = stopped, as asked; nothing unfinished remains
hint-interrupted = Run it again when you like.
error-clock = this machine's clock is not within the years 1970 to 9999
hint-clock = Set this machine's clock and run it again.
error-internal = the program is at fault
hint-internal = Please report this with the line above.
error-no-draft = there is no draft { $path } to sign
hint-no-draft = registry create, add and revoke make one.
error-config = the settings file is not good
hint-config = Mend the settings at the place named, then look with posthorse doctor --config.
error-daemon = the daemon stopped
hint-daemon = Mend what the line above names, look with posthorse doctor --config, and start it again.
error-daemon-config = the daemon's settings are wrong
hint-daemon-config = Mend the settings; examples/quickstart/posthorse.toml is a model. Then look with posthorse doctor --config.
error-daemon-not-confined = the daemon cannot confine itself as its settings require
hint-daemon-not-confined = Look with posthorse doctor --config what this machine lacks; a newer kernel has it. Or set require = "best" under [confinement].
error-demo-folder = no temporary folder can be made
hint-demo-folder = Give --dir with a new folder that can be written.
error-demo = the demonstration did not end as it should
hint-demo = Please report the output above.

## Keys

error-not-a-home = { $path } is not an office's home folder
hint-not-a-home = posthorse init makes one.
error-no-registry = this office trusts no registry yet: { $path } is not there
hint-no-registry = posthorse registry trust --home { $home } registry.json
error-readable-by-others = { $path } is a secret, and others on this machine may read it (mode { $mode })
hint-readable-by-others = chmod 600 makes it the owner's alone.
error-wrong-passphrase = the passphrase is wrong, or the file was altered
hint-wrong-passphrase = Type it again; mind capitals and the input method. A lost passphrase cannot be recovered: then run posthorse init anew and have the new key enrolled.
error-passphrase-empty = the passphrase is empty
hint-passphrase-empty = Type a passphrase; to have none, say --unprotected to posthorse init.
error-no-credential = there is no service credential named { $name }
hint-no-credential = Name it in the unit: LoadCredential={ $name }:/path/to/file; it is there only when systemd starts the service.
error-passphrases-differ = the two passphrases differ
hint-passphrases-differ = No key was made. Run it again and type the same passphrase twice.
error-no-terminal-for-passphrase = no terminal to ask for the passphrase at
hint-no-terminal-for-passphrase = Give --passphrase-file with a file that only you can read.
error-key-file-broken = this is no key file
hint-key-file-broken = Name a file in the folder keys that posthorse init made; if it is damaged, restore it from a copy.
error-key-malformed = this is no usable key
hint-key-malformed = What opens packages is keys/identity.txt or identity.age, not signing-key. If it is the right file, restore it from a copy.
error-no-randomness = the system gave no random bytes
hint-no-randomness = Restart this machine; make no keys before the system gives random bytes.
error-sequence-broken = the record of this office's sequence is damaged
hint-sequence-broken = Restore sequence.json from a copy. Never start it anew with the same key: two packages would claim one place.
error-not-a-root-key = the key of { $home } is not a root key of this registry
hint-not-a-root-key = Give the home with which posthorse registry create was run; only the holder of a root key can sign.
error-wrong-key-for-party = the registry does not list this office's key for { $party }
hint-wrong-key-for-party = Send contact-form.json to whoever keeps the registry, then trust the new registry.
error-countersign-key-unknown = the registry does not know this home's key
hint-countersign-key-unknown = Send contact-form.json to whoever keeps the registry, then trust the new registry.
error-countersign-not-sender = this key is of { $owner }, and the package is of { $sender }
hint-countersign-not-sender = Only a second person of { $sender } can countersign it.
error-countersign-same-person = { $person } has signed already; a second signature must be another person's
hint-countersign-same-person = Let a colleague with a key of their own countersign: posthorse init --person makes one.
error-countersign-key-not-in-force = this key cannot sign for the moment at which the package was sealed, or is no longer in force
hint-countersign-key-not-in-force = If the key was enrolled after sealing, have the list sealed again, then countersign. If it has expired or is revoked, enrol a new one.
error-signed-already = this key has signed the package already
hint-signed-already = Nothing is left to do for you. A further signature must be another person's.
error-package-changed = { $path } changed while it was being countersigned; it was left as it is
hint-package-changed = Look who else works on it, then countersign again.

## Registry

error-fingerprint-differs = the fingerprint is another: computed { $computed }
hint-fingerprint-differs = The form does not come from the office that you spoke to, or was altered on the way. Do not enrol it.
error-fingerprint-not-confirmed = not confirmed; nothing was changed
hint-fingerprint-not-confirmed = Compare it group by group over the telephone, and run it again.
error-form-is-encrypted = the contact form is encrypted
hint-form-is-encrypted = Give --home with the office that it was encrypted for.
error-no-such-party = the registry has no party { $party }
hint-no-such-party = Write the office's code. The registry has:
    {"      "}{ $known }
hint-no-such-party-like = Did you mean { $like }? The registry has:
    {"      "}{ $known }
error-no-such-key = { $party } has no such key
hint-no-such-key = posthorse registry show --json lists every key.
error-already-revoked = this key is revoked already, and that is not taken back
hint-already-revoked = Nothing is left to do. For a new key: posthorse init by its holder, then posthorse registry add.
error-no-recipient = { $party } has no key to seal to that is in force
hint-no-recipient = Is your registry the newest? Otherwise ask { $party } to renew its keys.
error-party-differs = { $party } is in the registry as “{ $name }”, and the form gives another name, role or county
hint-party-differs = If the office has really changed, add --update. For a second person, let them fill in the form as the first one stands.
error-key-enrolled-already = this key of { $party } is in the registry already
hint-key-enrolled-already = Nothing is left to do. To change what it may send: posthorse registry rights.

## Lists

error-list-refused = the list cannot be sealed; problems of the whole file: { $errors }
hint-list-refused = Mend what is listed above and seal again.
error-no-good-row = the list has no row that can be accepted
hint-no-good-row = Mend what is listed above and seal again.
hint-no-row-at-all = Fill it from the row below the header. With nobody to report this month, send a nil report: posthorse template nil_report -o nil.xlsx
error-strict-refused = rows with problems: { $rejected }, and --strict was asked for
hint-strict-refused = Mend these rows; or leave out --strict, and they travel along and come back from the bureau.
error-cannot-seal = this cannot be sealed
hint-cannot-seal = Mend what the line above names and seal again; nothing was written.
error-cannot-check = the list { $path } cannot be read
hint-cannot-check = Open it in Excel, save it as .xlsx, and check it again.
error-cannot-write-spool = cannot read or keep the converted list ({ $path })
hint-cannot-write-spool = See that the system's temporary folder can be written and has room, then try again.
error-too-many-files = more files than a package may hold
hint-too-many-files = Seal them in several packages.

## Refusals, by the code of spec/package-v1.md

refusal-incomplete = incomplete: still arriving, or cut off
hint-incomplete = Wait for the copy to finish, or fetch it again.
refusal-not-a-package = not a package
hint-not-a-package = Choose a file that ends in .xpkg; for a list use posthorse check, for a receipt posthorse receipt.
refusal-framing = damaged: a byte of the frame is not what it must be
hint-framing = Ask the sender for the file again.
refusal-too-large = larger than allowed
hint-too-large = Is it the right file? A list that is too large is sealed in parts.
refusal-json-syntax = a document in it is not JSON
hint-json-syntax = Is it the right file? If it is, ask whoever issued it for it again.
refusal-json-duplicate-key = a document in it says the same thing twice
hint-json-duplicate-key = Is it the right file? If it is, ask whoever issued it for it again.
refusal-json-number = a document in it holds a number that is not whole
hint-json-number = Is it the right file? If it is, ask whoever issued it for it again.
refusal-json-depth = a document in it is nested too deep
hint-json-depth = Is it the right file? If it is, ask whoever issued it for it again.
refusal-json-not-canonical = a document in it is not written in the one way it must be
hint-json-not-canonical = Is it the right file? If it is, ask whoever issued it for it again.
refusal-unknown-version = made by a newer version of the format
hint-unknown-version = Update this program.
refusal-unknown-suite = sealed with a cipher suite that this program does not know
hint-unknown-suite = Update this program.
refusal-unknown-critical-extension = demands an extension that this program does not know
hint-unknown-critical-extension = Update this program.
refusal-field = a field is missing, unknown or against its rule
hint-field = Is it the right file? If it is, ask whoever issued it for it again.
refusal-wrong-document-type = a document of another type
hint-wrong-document-type = Is it the right file? A registry is registry.json, a contact form contact-form.json, a receipt ends in .receipt.json.
refusal-weak-key = a key that proves nothing
hint-weak-key = Do not believe it; let the office make new keys and have them enrolled.
refusal-signature-missing = not signed by the key that it names
hint-signature-missing = Do not believe it. Reach the sender another way and ask for it again.
refusal-signature-invalid = the signature does not match: altered, or signed by somebody else
hint-signature-invalid = Do not believe it. Reach the sender another way and ask for it again.
refusal-signer-unknown = signed with a key that the registry does not know: a stranger's
hint-signer-unknown = If the sender is real: is your registry the newest?
refusal-signer-not-sender = signed by another party than the one it names as sender
hint-signer-not-sender = Do not believe it. Reach the sender another way and ask for it again.
refusal-too-few-signatures = not enough signatures
hint-too-few-signatures = A package: a second person of the sending office runs posthorse countersign. A registry: the next root key's holder runs posthorse registry sign.
refusal-key-not-yet-valid = signed with a key that was not valid yet
hint-key-not-yet-valid = Is the sender's clock right? If the key was enrolled just now, let the sender seal again.
refusal-key-expired = signed with a key that has expired
hint-key-expired = The sender must renew its key with whoever keeps the registry.
refusal-key-revoked = signed with a key that is revoked
hint-key-revoked = The sender must enrol a new key with whoever keeps the registry.
refusal-not-allowed = the registry does not allow this party to send this
hint-not-allowed = Ask the bureau to run posthorse registry rights --may-send and sign, then trust the new registry; posthorse registry show lists what is allowed.
refusal-recipient-unknown = sealed to a key that is not a current one of the party named
hint-recipient-unknown = Is your registry the newest? If it is, let the sender trust the newest registry and seal again.
refusal-from-the-future = sealed later than now
hint-from-the-future = Is a clock wrong, here or at the sender's?
refusal-stale = past the time until which it may be accepted
hint-stale = To judge it as of an earlier moment, give --as-of.
refusal-registry-expired = the registry has expired
hint-registry-expired = Get the newest registry. To judge as of an earlier moment, give --as-of.
error-rules-missing = the rule file { $file } of this registry is not there: { $path }
hint-rules-missing = Copy the folder rules from beside the registry where it came from, too.
error-rules-unknown-file = this is no rule file
hint-rules-unknown-file = posthorse registry rules show tells which there are. Each names itself by its format, a list by posthorse:id.
error-rules-file-twice = a rule file is given twice
hint-rules-file-twice = Name it once.
error-rules-version = a rule file is named with another version than it says itself
hint-rules-version = Add it again with posthorse registry rules add.
error-rules-unsound = a rule file cannot be used
hint-rules-unsound = Mend it at the place that is named. If it is good elsewhere, this program is too old for it: update it.
error-rules-disagree = the rule files contradict each other
hint-rules-disagree = Add the files that belong together in one command (casework-v1.md, section 9, says what must agree).
error-rules-not-named = { $file } is not in the draft
hint-rules-not-named = posthorse registry rules show --registry FILE tells what is.
error-no-rule-file = there is no rule file { $file }
hint-no-rule-file = posthorse registry rules show tells which there are.
refusal-rules-version-went-back = a rule file would go back to an earlier version, or change without a higher one
hint-rules-version-went-back = Publish the file again with a higher version than the one in force.
refusal-rules-digest = a rule file is not the one that the registry names
hint-rules-digest = Copy it again from where the registry came from (the folder rules beside registry.json).
refusal-registry-rollback = this registry does not follow the one trusted before
hint-registry-rollback = If it is older, leave it. If it is newer, versions between are missing: put them (registry.v2.json and so on) beside it and trust it again; the bureau has them.
refusal-payload-digest = the encrypted content is not the one that was signed
hint-payload-digest = Ask the sender for the file again.
refusal-age-header = the head of the encrypted content is not strict
hint-age-header = Ask the sender for the file again.
refusal-padding = the length is not one that the padding gives
hint-padding = Ask the sender for the file again.
refusal-not-a-recipient = these keys do not open it: it is sealed to others
hint-not-a-recipient = Use the keys/identity.txt or identity.age of a recipient; posthorse inspect shows who they are.
refusal-payload-damaged = does not decrypt: damaged or wrongly made
hint-payload-damaged = Ask the sender for the file again.
refusal-compression = the compressed content is not in order
hint-compression = Ask the sender for the file again.
refusal-tar = the archive inside is not in order
hint-tar = Ask the sender for the file again.
refusal-entry-name = a file inside has a name that is not allowed
hint-entry-name = Ask the sender for the file again.
refusal-entry-mismatch = the files inside are not those that are listed
hint-entry-mismatch = Ask the sender for the file again.
refusal-contents-digest = what is inside is not what was signed
hint-contents-digest = Ask the sender for the file again.
refusal-exchange-mismatch = what is inside belongs to another package
hint-exchange-mismatch = Ask the sender for the file again.

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
bar-countersign = countersigning

## init

init-done = { $party } has its keys.
init-contact-form = Send this public form to whoever keeps the registry: { $path }
init-sealed-form = It holds names and telephone numbers: send it encrypted, as { $path }
init-fingerprint = When they call, read this fingerprint to them:
init-secrets = The secrets in { $path } never leave this machine. Keep a copy under lock.

## registry

registry-draft = Draft of version { $version }: { $path } (not in force before it is signed)
rules-shown = { $count ->
    [0] All of them are built in.
    [one] One of them is the registry's, the others are built in.
   *[other] { $count } of them are the registry's, the others are built in.
}
column-rule-file = rule file
column-rule-version = version
column-rule-origin = from
rule-origin-registry = registry
rule-origin-built-in = built in
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
column-reports = has to submit
column-keys = keys
role-department = department
role-bureau = bureau
role-county = county
role-auditor = auditor
key-revoked-since = { $person }: revoked since { $at } ({ $reason })
registry-further-key = A further key of { $party }, held by { $person }. What the party may send stays as it was.
kind-of-two-signatures = { $kind } (two signatures)
owed-list = { $list } ({ $cadence })
cadence-at-once = at once
registry-no-contact = { $party } does not say whom to call: the board lists it as without contact until its list of contacts comes (posthorse template contact_form).

## check, seal

check-clean = { $path } ({ $encoding }): no problem; rows: { $accepted }
check-empty = { $path } ({ $encoding }): a header and no row; with nobody to report this month, send a nil report (posthorse template nil_report -o nil.xlsx)
check-found = { $path } ({ $encoding }): rows that can be accepted: { $accepted }; with problems: { $rejected }
check-warned = { $path } ({ $encoding }): nothing to reject; look at what is said above; rows: { $accepted }
check-recognised = { $path }: by its columns this is “{ $list }” (--kind { $kind } --list { $id })
check-more = … further problems: { $count }
check-annotated = The list with its problems marked in red: { $path }
check-nothing-to-annotate = The list cannot be read or recognised, so no annotated copy was written.
check-too-long-to-annotate = The list has more than the 1048576 rows of a worksheet, so no annotated copy was written; split it first.
kind-with-code = { $kind } ({ $title })
template-how = An empty template: posthorse template KIND --list LIST -o template.xlsx
template-written = The empty template of “{ $list }”: { $path }
problem-line = {"  "}{ $code } { $text }
problem-remedy = {"      "}→ { $remedy }
seal-rows-travel = Rows with problems travel too; the bureau will return them: { $rejected }
seal-supersedes-unrecorded = This home has no record of the package that --supersedes names; if it is a slip, nothing is replaced.
seal-supersedes-other = --supersedes names number { $number }, which has another kind or month; if that one was accepted, this one will be rejected.
seal-without-precheck = This payout names no precheck, and the bureau will flag it. Send a precheck_request first, then give the precheck_result that comes back as --in-reply-to.
seal-not-a-precheck = { $path } is { $kind } and no precheck_result: the bureau will flag the payout.
seal-done = Sealed for { $to }: { $path } (sequence { $sequence })
seal-identity = Package { $package }, manifest { $digest }
seal-drop = Drop it: put { $path } into inbox/ of the shared folder, unless it is there; then posthorse status --home { $home } --drop FOLDER tells of its receipt.
seal-needs-countersignature = Not complete yet: a second person of { $party } must sign { $kind }. That person runs: posthorse countersign --home THEIR_HOME { $path }
    Put it into the shared folder only after that.
countersign-done = Signed by { $persons }: { $path }
countersign-drop = Complete. Drop it: put { $path } into inbox/ of the shared folder, unless it is there; then whoever sealed it sees its receipt with posthorse status.
man-done = Manual pages written: { $count }, in { $path }
man-name = NAME
man-synopsis = SYNOPSIS
man-description = DESCRIPTION
man-options = OPTIONS
man-commands = COMMANDS
man-examples = EXAMPLES
man-version = VERSION

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
measures-policy = Measures of “{ $policy }” (households at risk)
measures-both = on the lists and recorded: { $count }
measures-not-recorded = on the lists, not recorded: { $count }
measures-not-given = recorded, not on the lists: { $count }
measures-neither = neither: { $count }
measures-written = The result: { $path }

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
open-precheck = Name it when you have paid: posthorse seal --kind payout_list --in-reply-to { $path } …
fact-timeliness = in time
timeliness-early = early by days: { $days }
timeliness-in-time = in time
timeliness-late = late by days: { $days }; taken and recorded
timeliness-at-once = at once
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
reason-own-key = it was sealed with the key of the bureau's daemon; whoever seals by hand needs a home of their own (registry add --signing-only)
reason-superseded = a later package of this sender has taken its place
reason-supersedes-other = the package to be replaced has another kind or month
reason-supersedes-gone = the package to be replaced was replaced or withdrawn before
reason-supersedes-in-part = rows have problems, so it cannot replace a whole package; the bad rows came back, and the earlier package stands
reason-supersedes-closed = an answer of the earlier package that closed a case is missing; the earlier package stands
reason-sequence-fork = two packages of this sender claim the same place in its sequence
reason-sequence-rollback = its sequence number has been passed already
reason-package-id-reused = another package with the same id was answered before
reason-kind-sender = an office of this role does not send this kind
reason-kind-recipient = it was addressed to an office for which this kind is not meant
reason-kind-recipient-missing = an office that must get this kind too is not among the recipients
reason-kind-no-recipient = it was addressed to nobody
reason-several-counties = it was addressed to more than one county: seal one package a county
reason-not-whole = it goes to a county too and is taken whole or not at all; some rows had a problem and went back

## status

error-no-such-folder = there is no folder { $path }
hint-no-such-folder = Is the share connected? --drop takes the shared folder, or a copied outbox.
column-number = number
column-package = id
column-list = list
column-period = month
column-standing = what became of it
standing-unknown = sealed { $days } d { $hours } h ago; give --drop to look for its receipt
standing-waiting = no receipt for { $days } d { $hours } h
standing-in-inbox = still in the inbox, for { $days } d { $hours } h
standing-overdue = no receipt, and too late since { $since }
standing-accepted = accepted
standing-accepted-in-part = accepted in part; rows came back
standing-rejected = rejected
standing-lacks-signatures = turned away: another person must sign too
standing-replaced = replaced
standing-amended-supersedes = replaced by number { $number }
standing-amended-correction = number { $number } corrected rows of it
standing-amended-withdrawal = number { $number } withdrew rows of it
status-rejected-supersedes-other-hint = Look whether this is the package to be replaced; --kind correction corrects rows, and --kind withdrawal takes them back
status-rejected-supersedes-gone-hint = Replace the package that was sent last, or seal again without --supersedes
status-rejected-superseded-hint = Nothing is left to do: the later package stands in its place
status-nothing-sent = Nothing was sealed with this home yet.
status-drop-into = What has no receipt must have been dropped into { $inbox }.
status-drop-anywhere = What has no receipt must have been dropped into inbox/ of the shared folder.
status-rows-came-back = Rows of number { $number } came back: { $path }
status-incoming = For you, never opened: { $kind } of { $sender }, sealed { $sealed }: { $path }
status-incoming-hint = posthorse open --home { $home } { $path } -o NEW_FOLDER
status-incoming-opened = Opened, not answered: { $kind } of { $sender }, opened { $opened }: { $path }
status-sent-again = Number { $number } was sent again (E204): { $package } was received at { $received } and will not be taken in twice; nothing is left to do.
status-notice = { $place }: { $what }
status-rejected = number { $number } was rejected: { $what } ({ $reason })
status-rejected-hint = Mend what the reason says, and seal again with --supersedes { $digest }
status-rejected-kind-not-handled-hint = Sending it again changes nothing. Ask the bureau how it wants to receive this kind.
status-lacks-signatures = number { $number } was turned away: { $what } ({ $reason })
status-lacks-signatures-hint = Let another person of the office run posthorse countersign on the package, and drop it again
status-overdue = number { $number } got no receipt, and nobody accepts it after { $since }
status-overdue-hint = Ask the bureau whether it came. Otherwise seal again with --supersedes { $digest }
status-receipt-refused = this receipt is not good: { $what } ({ $reason })
status-receipt-refused-hint = Trust the newest registry and look again. If it stays so, ask the bureau for the receipt.
status-package-refused = this package for you is not good: { $what } ({ $reason })
status-package-refused-hint = Do not open it. If it stays so when the copy has ended, tell whoever keeps the shared folder.
status-receipt-for-other-bytes = this receipt names the package { $package }, but answers other bytes than were sealed here
status-receipt-for-other-bytes-hint = Ask the bureau what it received: somebody may have exchanged the package.
status-damaged-line = line { $line } is damaged; the package that it stood for is not looked for
status-damaged-line-hint = Restore the line from a copy of the home, or take it away once its receipt has come.
status-unrecorded = the numbers { $from } to { $to } were used, and their packages are not recorded
status-unrecorded-hint = They were sealed before the record began, or a crash stopped them before they had a name. Look for their receipts by hand.

## audit

error-audit-no-registry = there is no registry among these files to judge by
hint-audit-no-registry = Add the folder drop/registry, or name the file with --registry.
error-root-fingerprint-differs = the root keys have another fingerprint: { $computed }
hint-root-fingerprint-differs = This registry is not the one that was read to you. Take the registry from whoever keeps it, and compare again.
audit-registry = Registry versions { $from } to { $to }, until { $expires }
    root fingerprint { $fingerprint }
audit-root-not-compared = The root fingerprint was not compared: hear it from whoever keeps the registry, and give it as --root-fingerprint.
column-sender = sender
column-person = person
column-key = key
column-packages = packages
column-numbers = numbers
column-unanswered = no receipt
audit-finding = { $place }: { $what } ({ $code })
audit-unreadable = { $path }: cannot be read, and was not judged ({ $why })
audit-looked-at = Looked at: packages { $packages }, receipts { $receipts }; of these further copies { $copies }, still waiting in an inbox { $waiting }
audit-not-looked-at = Not looked at: in quarantine { $quarantined }, hidden { $hidden }, links { $links }, drafts { $drafts }, other files { $other }, unreadable { $unreadable }
audit-clean = No finding.
audit-sum = Findings: { $count }
finding-package-refused = as of { $as_of } this package is not good: { $what } ({ $refusal })
finding-package-refused-hint = Ask the bureau where this file comes from. It proves nothing about the sender it names.
finding-answered-but-refused = a receipt answers this package, yet as of { $as_of } it is not good: { $what } ({ $refusal })
finding-answered-but-refused-hint = Compare with the sender's own copy. If that one is good, the archive was damaged after the receipt.
finding-receipt-refused = this receipt is not good: { $what } ({ $refusal })
finding-receipt-refused-hint = Ask the bureau for the receipt again; the same bytes must come.
finding-package-without-receipt = no receipt answers this package
finding-package-without-receipt-hint = Add the outbox to what is audited. If it is there already, ask the bureau what became of the package.
finding-receipt-without-package = the package { $package } of { $sender }, which this receipt answers, is not there
finding-receipt-without-package-hint = Add the archive to what is audited. If it is there already, ask the sender for its copy.
finding-receipt-for-other-bytes = this receipt names the package { $package }, but answers other bytes
finding-receipt-for-other-bytes-hint = Ask sender and bureau for their copies: one of the two was exchanged.
finding-receipt-twice = another receipt, { $other }, answers the same package { $package }
finding-receipt-twice-hint = Exactly one may exist. Ask the bureau which one its ledger holds.
finding-receipt-by-another-bureau = { $issuer } answers the package { $package }, which is not addressed to it
finding-receipt-by-another-bureau-hint = Ask the bureau that the package is addressed to for its own receipt.
finding-returned-missing = the package with the rows that went back, which this receipt names, is not there
finding-returned-missing-hint = Add archive/sent to what is audited. If it is there already, ask the sender for its copy.
finding-sequence-gap = of { $sender } the numbers { $from } to { $to } are missing
finding-sequence-gap-hint = Ask the sender for the packages with these numbers, or why they were never sent.
finding-sequence-fork = the same key signed another package with number { $number }: { $other }
finding-sequence-fork-hint = The key may be used at two places, or in other hands. Ask the sender, and have the key revoked if it cannot explain.
finding-sequence-rollback = number { $number } was accepted after a later one: { $other }
finding-sequence-rollback-hint = Ask the bureau why its daemon accepted it.
finding-previous-differs = number { $number } does not name the package before it, { $other }
finding-previous-differs-hint = Ask the sender whether a package was exchanged, or sequence.json was restored from an old copy.
finding-package-id-reused = the id { $package } stands for another package too: { $other }
finding-package-id-reused-hint = Ask the sender which of the two it sent.
finding-key-revoked-since = signed with a key that was revoked later, from { $since } on ({ $key })
finding-key-revoked-since-hint = Ask the sender whether it really sent this: the key may have been in other hands.
finding-registry-refused = this registry is not good: { $what } ({ $refusal })
finding-registry-refused-hint = Nothing was judged by it. Ask whoever keeps the registry where it comes from.
finding-registry-fork = another registry of version { $version } than the one that was judged by
finding-registry-fork-hint = Nothing was judged by it. Ask whoever keeps the registry which one is real, and compare the root fingerprint.
finding-registry-not-linked = version { $version } of the registry is not linked to the one that was judged by
finding-registry-not-linked-hint = Nothing was judged by it. Add the versions in between; drop/registry keeps them all.
finding-registry-expired = the newest version of the registry has expired, at { $since }
finding-registry-expired-hint = Add the newest version. If there is none, whoever keeps the registry must sign one.
finding-nothing-found = there is neither a package nor a receipt
finding-nothing-found-hint = Name the copied share and the archive.

## daemon

daemon-once = One round done.
daemon-stopped = Stopped, as asked.
quarantine-empty = Nothing was put into quarantine.
quarantine-line = { $at }  { $name }: { $reason } ({ $code })
quarantine-lies = { "  " }it lies in { $path }
quarantine-gone = { "  " }it is no longer in the quarantine ({ $claim })
quarantine-plaintext-list = a list that lay open in the inbox: tell its sender at once, and find out who could read it
quarantine-directory = a folder, and no package
quarantine-symbolic-link = a link, and no package
quarantine-special-file = a device or a pipe, and no package
quarantine-too-large = longer than the settings allow
quarantine-poison = every attempt at it broke the program; it is not tried again
unrouted-none = Every person belongs to a county.
unrouted-sum = Persons that belong to no county: { $count }

## demo

demo-step = ● { $what }
demo-done = Everything ended as it should. With --dir DIR all files stay to be looked at.
demo-done-kept = Everything ended as it should. All files stay in { $path }
demo-differs = the demonstration did not end as it should, see above
demo-difference = { $what }: expected { $expected }, found { $found }
demo-compared = Results compared: { $all }, as expected: { $held }
demo-list = list
demo-accepted = rows accepted
demo-returned = rows returned
demo-county = county
demo-people = people received
demo-unrouted = rows of no county's office, kept for the operator: { $rows }
demo-attack = attack
demo-ending = ending
demo-code = code
demo-attack-flipped-byte = a flipped byte
demo-attack-replay = a replay
demo-attack-stranger = a stranger's package
demo-ending-quarantined = refused, in quarantine
demo-ending-replayed = not taken again, same receipt
demo-ending-decided = taken in
demo-verification = Audited without any key: packages { $packages }, receipts { $receipts }, findings { $findings }
demo-offices = A bureau, 10 departments, 10 counties and an auditor make their keys; the registry is signed
demo-january = January 2026: a roster, the first window, one department early, one with nothing to report, two late
demo-february = February: a county misses its fifteen days and is urged, the Spring Festival lies inside a deadline, departments ask and pay
demo-march = March: applicants, an anomaly, a row taken back, gaps set right, people visited again
demo-attacks = Three attacks: a flipped byte, a replay, a stranger's package
demo-verified = Every package and receipt is verified without any key
demo-closed = The quarter's board and report, and where every lead is
demo-diary = { "  " }{ $day }  { $what }
demo-diary-roster = the bureau puts in the roster of { $people } people
demo-diary-warned = { $office } sends { $list } for { $month }: { $rows } rows
demo-diary-nil = { $office } has nothing to report for { $month }
demo-diary-deferred = { $office } will be late, and says until when: { $day }
demo-diary-dispatched = the bureau hands over { $packages } packages: { $people } people to visit, { $gaps } gaps found
demo-diary-fed-back = the bureau tells sources how { $cases } leads ended
demo-diary-urged = the bureau urges: { $offices }
demo-diary-answered = answers of { $offices } offices, { $kind }: { $rows } rows
demo-diary-precheck = { $office } asks before it pays: { $people } people
demo-diary-paid = { $office } pays whom the precheck found on the roster, two persons sign: { $people } people
demo-diary-unasked = { $office } pays { $people } people without having asked
demo-diary-unpaid = { $office } compares for itself and reports as unpaid: { $people } people
demo-diary-applied = { $office } sends applicants to be compared: { $people } people
demo-diary-anomaly = { $office } reports an anomaly to the bureau and to { $county }
demo-diary-withdrawn = { $office } takes back a row of its list
demo-diary-corrected = { $office } corrects a telephone number
demo-procedure = matter
demo-open = in hand
demo-closed-count = closed
demo-withdrawn = taken back
demo-procedure-warning = warnings
demo-procedure-recheck = rechecks
demo-procedure-measure-gap = gaps
demo-procedure-applicant = applicants
demo-procedure-anomaly = anomalies
demo-orphans = leads that are nobody's: { $leads }
