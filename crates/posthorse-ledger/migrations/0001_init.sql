-- Version 1. What each table is for, and what of it is never updated: spec/ledger-v1.md.

CREATE TABLE meta (
    name  TEXT PRIMARY KEY,
    value BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE events (
    event_id INTEGER PRIMARY KEY AUTOINCREMENT,
    at       INTEGER NOT NULL,
    kind     TEXT    NOT NULL,
    facts    TEXT    NOT NULL
) STRICT;
CREATE INDEX events_by_kind ON events (kind, event_id);
CREATE TRIGGER events_never_change BEFORE UPDATE ON events
    BEGIN SELECT RAISE(ABORT, 'events are append-only'); END;
CREATE TRIGGER events_never_leave BEFORE DELETE ON events
    BEGIN SELECT RAISE(ABORT, 'events are append-only'); END;

CREATE TABLE intakes (
    claim      TEXT PRIMARY KEY,
    file_name  BLOB,
    claimed_at INTEGER NOT NULL,
    attempts   INTEGER NOT NULL DEFAULT 0,
    ended_at   INTEGER,
    outcome    TEXT,
    code       TEXT,
    manifest   BLOB,
    file       BLOB,
    deleted_in INTEGER REFERENCES deletions (number),
    CHECK ((ended_at IS NULL) = (outcome IS NULL)),
    CHECK ((file_name IS NULL) = (deleted_in IS NOT NULL)),
    CHECK (deleted_in IS NULL OR ended_at IS NOT NULL)
) STRICT, WITHOUT ROWID;
CREATE INDEX intakes_open ON intakes (claimed_at) WHERE ended_at IS NULL;

CREATE TABLE packages (
    manifest    BLOB PRIMARY KEY,
    package_id  TEXT    NOT NULL,
    sender      TEXT    NOT NULL,
    kind        TEXT    NOT NULL,
    period      TEXT,
    signing_key TEXT    NOT NULL,
    sequence    INTEGER NOT NULL,
    previous    BLOB,
    in_reply_to BLOB,
    supersedes  BLOB,
    sealed_at   INTEGER NOT NULL,
    received_at INTEGER NOT NULL,
    file        BLOB    NOT NULL,
    length      INTEGER NOT NULL,
    disposition TEXT    NOT NULL,
    code        TEXT    NOT NULL,
    accepted    INTEGER NOT NULL,
    rejected    INTEGER NOT NULL,
    holds_place INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX packages_by_id ON packages (sender, package_id);
CREATE UNIQUE INDEX packages_by_sequence ON packages (signing_key, sequence) WHERE holds_place = 1;
CREATE INDEX packages_by_file ON packages (file);
CREATE INDEX packages_by_time ON packages (received_at);
CREATE TRIGGER packages_never_change BEFORE UPDATE ON packages
    BEGIN SELECT RAISE(ABORT, 'a verdict is final'); END;
CREATE TRIGGER packages_never_leave BEFORE DELETE ON packages
    BEGIN SELECT RAISE(ABORT, 'a verdict is final'); END;

CREATE TABLE receipts (
    manifest BLOB PRIMARY KEY REFERENCES packages (manifest),
    bytes    BLOB NOT NULL
) STRICT;
CREATE TRIGGER receipts_never_change BEFORE UPDATE ON receipts
    BEGIN SELECT RAISE(ABORT, 'a receipt is final'); END;
CREATE TRIGGER receipts_never_leave BEFORE DELETE ON receipts
    BEGIN SELECT RAISE(ABORT, 'a receipt is final'); END;

CREATE TABLE turned_away (
    file     BLOB PRIMARY KEY,
    manifest BLOB    NOT NULL,
    kind     TEXT    NOT NULL,
    code     TEXT    NOT NULL,
    receipt  BLOB    NOT NULL,
    at       INTEGER NOT NULL
) STRICT;
CREATE TRIGGER turned_away_never_change BEFORE UPDATE ON turned_away
    BEGIN SELECT RAISE(ABORT, 'a receipt is final'); END;
CREATE TRIGGER turned_away_never_leave BEFORE DELETE ON turned_away
    BEGIN SELECT RAISE(ABORT, 'a receipt is final'); END;

CREATE TABLE high_water (
    signing_key TEXT PRIMARY KEY,
    sequence    INTEGER NOT NULL,
    manifest    BLOB    NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE own_chains (
    signing_key   TEXT PRIMARY KEY,
    next_sequence INTEGER NOT NULL,
    previous      BLOB
) STRICT, WITHOUT ROWID;

CREATE TABLE sealed (
    manifest    BLOB PRIMARY KEY,
    package_id  TEXT    NOT NULL,
    kind        TEXT    NOT NULL,
    signing_key TEXT    NOT NULL,
    sequence    INTEGER NOT NULL,
    party       TEXT    NOT NULL,
    in_reply_to BLOB,
    file        BLOB    NOT NULL,
    sealed_at   INTEGER NOT NULL,
    UNIQUE (signing_key, sequence)
) STRICT, WITHOUT ROWID;
CREATE INDEX sealed_by_id ON sealed (party, package_id);
CREATE TRIGGER sealed_never_change BEFORE UPDATE ON sealed
    BEGIN SELECT RAISE(ABORT, 'what was sealed stays sealed'); END;
CREATE TRIGGER sealed_never_leave BEFORE DELETE ON sealed
    BEGIN SELECT RAISE(ABORT, 'what was sealed stays sealed'); END;

CREATE TABLE outbox (
    outbox_id    INTEGER PRIMARY KEY,
    party        TEXT    NOT NULL,
    file_name    TEXT    NOT NULL,
    digest       BLOB    NOT NULL,
    length       INTEGER NOT NULL,
    about        BLOB    NOT NULL,
    published_at INTEGER,
    deleted_in   INTEGER REFERENCES deletions (number),
    UNIQUE (party, file_name)
) STRICT;
CREATE INDEX outbox_waiting ON outbox (outbox_id) WHERE published_at IS NULL;
CREATE INDEX outbox_about ON outbox (about);
CREATE INDEX outbox_digest ON outbox (digest);

CREATE TABLE persons (
    person_id  INTEGER PRIMARY KEY,
    hash       BLOB UNIQUE,
    detail     BLOB,
    deleted_in INTEGER REFERENCES deletions (number),
    CHECK ((hash IS NULL) = (deleted_in IS NOT NULL)),
    CHECK ((detail IS NULL) = (deleted_in IS NOT NULL))
) STRICT;

CREATE TABLE leads (
    lead_id       INTEGER PRIMARY KEY,
    person_id     INTEGER NOT NULL REFERENCES persons (person_id),
    manifest      BLOB    NOT NULL,
    source        TEXT    NOT NULL,
    list          TEXT    NOT NULL,
    period        TEXT    NOT NULL,
    county        TEXT,
    unrouted      TEXT,
    fingerprint   BLOB,
    detail        BLOB,
    cells         BLOB,
    received_at   INTEGER NOT NULL,
    dispatched_in BLOB,
    superseded_by INTEGER REFERENCES leads (lead_id),
    withdrawn_by  BLOB REFERENCES packages (manifest),
    amended_in    BLOB REFERENCES packages (manifest),
    deleted_in    INTEGER REFERENCES deletions (number),
    CHECK ((county IS NULL) <> (unrouted IS NULL)),
    CHECK (superseded_by IS NULL OR withdrawn_by IS NULL),
    CHECK ((fingerprint IS NULL) = (deleted_in IS NOT NULL)),
    CHECK ((detail IS NULL) = (deleted_in IS NOT NULL)),
    CHECK ((cells IS NULL) = (deleted_in IS NOT NULL))
) STRICT;
CREATE INDEX leads_of_person ON leads (person_id, source, list, period);
CREATE INDEX leads_waiting ON leads (county, received_at)
    WHERE dispatched_in IS NULL AND superseded_by IS NULL AND withdrawn_by IS NULL
      AND county IS NOT NULL;
CREATE INDEX leads_unrouted ON leads (lead_id)
    WHERE superseded_by IS NULL AND withdrawn_by IS NULL AND unrouted IS NOT NULL;
CREATE INDEX leads_of_package ON leads (manifest);

CREATE TABLE cases (
    case_id   TEXT PRIMARY KEY,
    procedure TEXT NOT NULL,
    person_id INTEGER REFERENCES persons (person_id),
    county    TEXT    NOT NULL,
    subject   TEXT    NOT NULL,
    stage     TEXT    NOT NULL,
    state     TEXT    NOT NULL CHECK (state IN ('waiting', 'assigned', 'closed', 'withdrawn')),
    opened_at INTEGER NOT NULL,
    ended_at  INTEGER,
    outcome   TEXT,
    detail    BLOB,
    opened_in BLOB REFERENCES packages (manifest),
    informs   TEXT,
    deleted_in INTEGER REFERENCES deletions (number),
    CHECK (deleted_in IS NULL OR (ended_at IS NOT NULL AND detail IS NULL)),
    CHECK ((ended_at IS NULL) = (state IN ('waiting', 'assigned'))),
    CHECK (outcome IS NULL OR state = 'closed'),
    CHECK (informs IS NULL OR opened_in IS NOT NULL),
    CHECK (person_id IS NOT NULL OR opened_in IS NOT NULL)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX cases_open ON cases (procedure, person_id, county, subject)
    WHERE ended_at IS NULL;
CREATE INDEX cases_waiting ON cases (procedure, stage, county) WHERE state = 'waiting';
CREATE INDEX cases_of_person ON cases (person_id, procedure);
CREATE INDEX cases_by_state ON cases (procedure, state, county);
CREATE UNIQUE INDEX cases_open_by_key ON cases (procedure, subject, county)
    WHERE ended_at IS NULL AND opened_in IS NOT NULL;
CREATE INDEX cases_by_key ON cases (procedure, subject) WHERE opened_in IS NOT NULL;

CREATE TABLE case_openers (
    case_id      TEXT NOT NULL REFERENCES cases (case_id),
    manifest     BLOB NOT NULL REFERENCES packages (manifest),
    withdrawn_by BLOB REFERENCES packages (manifest),
    PRIMARY KEY (case_id, manifest)
) STRICT, WITHOUT ROWID;
CREATE INDEX case_openers_of_package ON case_openers (manifest);

CREATE TABLE case_counters (
    series TEXT    NOT NULL,
    month  TEXT    NOT NULL,
    county TEXT    NOT NULL,
    next   INTEGER NOT NULL,
    PRIMARY KEY (series, month, county)
) STRICT, WITHOUT ROWID;

CREATE TABLE case_events (
    number   INTEGER PRIMARY KEY AUTOINCREMENT,
    case_id  TEXT    NOT NULL REFERENCES cases (case_id),
    at       INTEGER NOT NULL,
    what     TEXT    NOT NULL CHECK (what IN ('opened', 'dispatched', 'answered',
                                              'corrected', 'retracted', 'moved', 'lapsed',
                                              'withdrawn')),
    stage    TEXT    NOT NULL,
    party    TEXT,
    outcome  TEXT,
    due_on   TEXT,
    manifest BLOB,
    CHECK ((party IS NULL) = (what IN ('opened', 'lapsed', 'withdrawn'))),
    CHECK ((outcome IS NULL) = (what NOT IN ('answered', 'corrected')))
) STRICT;
CREATE INDEX case_events_of_case ON case_events (case_id, number);
CREATE TRIGGER case_events_never_change BEFORE UPDATE ON case_events
    BEGIN SELECT RAISE(ABORT, 'events are append-only'); END;
CREATE TRIGGER case_events_never_leave BEFORE DELETE ON case_events
    BEGIN SELECT RAISE(ABORT, 'events are append-only'); END;

CREATE TABLE tasks (
    case_id         TEXT    NOT NULL REFERENCES cases (case_id),
    stage           TEXT    NOT NULL,
    party           TEXT    NOT NULL,
    manifest        BLOB    NOT NULL,
    dispatched_at   INTEGER NOT NULL,
    due_on          TEXT,
    provisional_for INTEGER,
    answered_at     INTEGER,
    outcome         TEXT,
    settled_at      INTEGER,
    PRIMARY KEY (case_id, stage, party),
    CHECK ((answered_at IS NULL) = (outcome IS NULL)),
    CHECK (provisional_for IS NULL OR due_on IS NOT NULL)
) STRICT, WITHOUT ROWID;
CREATE INDEX tasks_open ON tasks (party, stage, due_on) WHERE settled_at IS NULL;

CREATE TABLE dispatches (
    manifest      BLOB PRIMARY KEY REFERENCES sealed (manifest),
    procedure     TEXT    NOT NULL,
    stage         TEXT    NOT NULL,
    county        TEXT    NOT NULL,
    party         TEXT    NOT NULL,
    people        INTEGER NOT NULL,
    dispatched_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE dispatch_rows (
    case_id  TEXT NOT NULL REFERENCES cases (case_id),
    manifest BLOB NOT NULL REFERENCES dispatches (manifest),
    PRIMARY KEY (case_id, manifest)
) STRICT, WITHOUT ROWID;

CREATE TABLE answers (
    answer_id    INTEGER PRIMARY KEY,
    case_id      TEXT    NOT NULL REFERENCES cases (case_id),
    stage        TEXT    NOT NULL,
    party        TEXT    NOT NULL,
    manifest     BLOB    NOT NULL,
    list         TEXT    NOT NULL,
    outcome      TEXT    NOT NULL,
    late_days    INTEGER NOT NULL,
    reason       TEXT,
    detail       BLOB,
    recorded_at  INTEGER NOT NULL,
    replaced_by  INTEGER REFERENCES answers (answer_id),
    withdrawn_by BLOB REFERENCES packages (manifest),
    amended_in   BLOB REFERENCES packages (manifest),
    deleted_in   INTEGER REFERENCES deletions (number),
    CHECK (replaced_by IS NULL OR withdrawn_by IS NULL),
    CHECK ((detail IS NULL) = (deleted_in IS NOT NULL))
) STRICT;
CREATE INDEX answers_of_case ON answers (case_id, answer_id);
CREATE INDEX answers_by_reason ON answers (reason, answer_id) WHERE reason IS NOT NULL;

CREATE TABLE feedbacks (
    feedback_id INTEGER PRIMARY KEY,
    case_id     TEXT    NOT NULL REFERENCES cases (case_id),
    party       TEXT    NOT NULL,
    answer_id   INTEGER REFERENCES answers (answer_id),
    manifest    BLOB REFERENCES sealed (manifest),
    told_at     INTEGER,
    CHECK ((manifest IS NULL) = (told_at IS NULL))
) STRICT;
CREATE UNIQUE INDEX feedbacks_waiting ON feedbacks (case_id, party) WHERE manifest IS NULL;
CREATE INDEX feedbacks_of_party ON feedbacks (party) WHERE manifest IS NULL;
CREATE INDEX feedbacks_of_case ON feedbacks (case_id, party);

CREATE TABLE urges (
    manifest  BLOB    NOT NULL REFERENCES sealed (manifest),
    party     TEXT    NOT NULL,
    procedure TEXT    NOT NULL,
    stage     TEXT    NOT NULL,
    due_on    TEXT    NOT NULL,
    urged_on  TEXT    NOT NULL,
    cases     INTEGER NOT NULL,
    escalated INTEGER NOT NULL CHECK (escalated IN (0, 1)),
    PRIMARY KEY (party, procedure, stage, due_on, urged_on)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER urges_never_change BEFORE UPDATE ON urges
    BEGIN SELECT RAISE(ABORT, 'what was said stays said'); END;
CREATE TRIGGER urges_never_leave BEFORE DELETE ON urges
    BEGIN SELECT RAISE(ABORT, 'what was said stays said'); END;

CREATE TABLE screenings (
    file        BLOB PRIMARY KEY,
    people      INTEGER NOT NULL,
    rejected    INTEGER NOT NULL,
    as_of       TEXT,
    found       INTEGER NOT NULL,
    opened      INTEGER NOT NULL,
    screened_at INTEGER NOT NULL
) STRICT;
CREATE TRIGGER screenings_never_change BEFORE UPDATE ON screenings
    BEGIN SELECT RAISE(ABORT, 'what was screened stays screened'); END;
CREATE TRIGGER screenings_never_leave BEFORE DELETE ON screenings
    BEGIN SELECT RAISE(ABORT, 'what was screened stays screened'); END;

CREATE TABLE submissions (
    manifest    BLOB    NOT NULL REFERENCES packages (manifest),
    list        TEXT    NOT NULL,
    sender      TEXT    NOT NULL,
    kind        TEXT    NOT NULL,
    period      TEXT    NOT NULL,
    timeliness  TEXT CHECK (timeliness IN ('early', 'in-time', 'late', 'at-once')),
    days        INTEGER NOT NULL,
    accepted    INTEGER NOT NULL,
    rejected    INTEGER NOT NULL,
    received_at INTEGER NOT NULL,
    PRIMARY KEY (manifest, list)
) STRICT, WITHOUT ROWID;
CREATE INDEX submissions_of_period ON submissions (period, sender, kind, list);
CREATE TRIGGER submissions_never_change BEFORE UPDATE ON submissions
    BEGIN SELECT RAISE(ABORT, 'what was submitted stays submitted'); END;
CREATE TRIGGER submissions_never_leave BEFORE DELETE ON submissions
    BEGIN SELECT RAISE(ABORT, 'what was submitted stays submitted'); END;

CREATE TABLE report_rows (
    row_id       INTEGER PRIMARY KEY,
    manifest     BLOB    NOT NULL REFERENCES packages (manifest),
    sender       TEXT    NOT NULL,
    list         TEXT    NOT NULL,
    report       TEXT    NOT NULL
                 CHECK (report IN ('unpaid', 'payout', 'nil', 'deferral', 'contact')),
    person_id    INTEGER REFERENCES persons (person_id),
    county       TEXT,
    policy       TEXT,
    word         TEXT,
    about_list   TEXT,
    about_month  TEXT,
    day          TEXT,
    timeliness   TEXT CHECK (timeliness IN ('early', 'in-time', 'late', 'at-once')),
    days         INTEGER NOT NULL,
    precheck     BLOB,
    prechecked   TEXT,
    detail       BLOB,
    recorded_at  INTEGER NOT NULL,
    replaced_by  INTEGER REFERENCES report_rows (row_id),
    withdrawn_by BLOB REFERENCES packages (manifest),
    amended_in   BLOB REFERENCES packages (manifest),
    deleted_in   INTEGER REFERENCES deletions (number),
    CHECK (replaced_by IS NULL OR withdrawn_by IS NULL),
    CHECK ((detail IS NULL) = (deleted_in IS NOT NULL)),
    CHECK (prechecked IS NULL OR precheck IS NOT NULL)
) STRICT;
-- What is counted: rows that stand.
CREATE VIEW counted_report_rows AS
    SELECT * FROM report_rows WHERE replaced_by IS NULL AND withdrawn_by IS NULL;
CREATE INDEX report_rows_of_package ON report_rows (manifest, person_id);
CREATE INDEX report_rows_of_month ON report_rows (report, about_month, sender);
CREATE INDEX report_rows_of_policy ON report_rows (report, policy, county);
CREATE INDEX payouts_of_policy ON report_rows (policy, row_id) WHERE report = 'payout';
CREATE INDEX payouts_of_month ON report_rows (recorded_at, sender, precheck, prechecked)
    WHERE report = 'payout' AND replaced_by IS NULL AND withdrawn_by IS NULL;
CREATE INDEX payouts_taken_back ON report_rows (policy)
    WHERE report = 'payout' AND (replaced_by IS NOT NULL OR withdrawn_by IS NOT NULL);

-- The bureau's roster in use (spec/comparison-v1.md, section 9).
CREATE TABLE rosters (
    number     INTEGER PRIMARY KEY,
    file       BLOB    NOT NULL UNIQUE REFERENCES screenings (file),
    day        TEXT    NOT NULL,
    arrived_at INTEGER NOT NULL
) STRICT;
CREATE INDEX rosters_by_day ON rosters (day, number);
CREATE TRIGGER rosters_never_change BEFORE UPDATE ON rosters
    BEGIN SELECT RAISE(ABORT, 'what was read stays read'); END;
CREATE TRIGGER rosters_never_leave BEFORE DELETE ON rosters
    BEGIN SELECT RAISE(ABORT, 'what was read stays read'); END;

CREATE TABLE roster_sendings (
    file     BLOB    NOT NULL REFERENCES rosters (file),
    party    TEXT    NOT NULL,
    manifest BLOB REFERENCES sealed (manifest),
    people   INTEGER NOT NULL,
    sent_at  INTEGER NOT NULL,
    PRIMARY KEY (file, party),
    CHECK ((manifest IS NULL) = (people = 0))
) STRICT, WITHOUT ROWID;
CREATE INDEX roster_sendings_by_time ON roster_sendings (sent_at) WHERE manifest IS NOT NULL;

CREATE TABLE precheck_rows (
    manifest  BLOB    NOT NULL REFERENCES sealed (manifest),
    person_id INTEGER NOT NULL REFERENCES persons (person_id),
    word      TEXT    NOT NULL,
    PRIMARY KEY (manifest, person_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE recheck_marks (
    file      BLOB PRIMARY KEY REFERENCES rosters (file),
    answer_id INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE coverage_counts (
    number     INTEGER PRIMARY KEY,
    policy     TEXT    NOT NULL,
    title      TEXT    NOT NULL,
    year       TEXT    NOT NULL,
    file       BLOB    NOT NULL REFERENCES rosters (file),
    last_row   INTEGER NOT NULL,
    counted_at INTEGER NOT NULL
) STRICT;
CREATE INDEX coverage_counts_of_year ON coverage_counts (year, policy, counted_at);

CREATE TABLE coverage_lines (
    number   INTEGER NOT NULL REFERENCES coverage_counts (number),
    county   TEXT    NOT NULL,
    eligible INTEGER NOT NULL,
    paid     INTEGER NOT NULL CHECK (paid <= eligible),
    PRIMARY KEY (number, county)
) STRICT, WITHOUT ROWID;

CREATE TABLE amendments (
    manifest BLOB    NOT NULL REFERENCES packages (manifest),
    target   BLOB    NOT NULL REFERENCES packages (manifest),
    what     TEXT    NOT NULL CHECK (what IN ('withdrawn', 'corrected', 'superseded')),
    rows     INTEGER NOT NULL,
    is_whole INTEGER NOT NULL CHECK (is_whole IN (0, 1)),
    since    INTEGER NOT NULL,
    at       INTEGER NOT NULL,
    PRIMARY KEY (manifest, target, what)
) STRICT, WITHOUT ROWID;
CREATE INDEX amendments_of_target ON amendments (target, at);
CREATE TRIGGER amendments_never_change BEFORE UPDATE ON amendments
    BEGIN SELECT RAISE(ABORT, 'what was amended stays amended'); END;
CREATE TRIGGER amendments_never_leave BEFORE DELETE ON amendments
    BEGIN SELECT RAISE(ABORT, 'what was amended stays amended'); END;

CREATE TABLE notices (
    notice_id INTEGER PRIMARY KEY,
    case_id   TEXT    NOT NULL REFERENCES cases (case_id),
    party     TEXT    NOT NULL,
    what      TEXT    NOT NULL CHECK (what IN ('correction', 'withdrawal')),
    detail    BLOB,
    manifest  BLOB REFERENCES sealed (manifest),
    told_at   INTEGER,
    CHECK ((manifest IS NULL) = (told_at IS NULL)),
    CHECK (manifest IS NOT NULL OR (detail IS NULL) = (what = 'withdrawal'))
) STRICT;
CREATE INDEX notices_waiting ON notices (party, what, notice_id) WHERE manifest IS NULL;
CREATE INDEX notices_of_case ON notices (case_id);

-- What the operator asks (spec/monitoring-v1.md): no answer reads a whole table.
CREATE INDEX intakes_quarantined ON intakes (ended_at, code) WHERE outcome = 'quarantined';
CREATE INDEX intakes_of_package ON intakes (manifest) WHERE manifest IS NOT NULL;
CREATE INDEX packages_by_period ON packages (period, received_at);
CREATE INDEX packages_by_own_id ON packages (package_id);
CREATE INDEX packages_by_reply ON packages (in_reply_to) WHERE in_reply_to IS NOT NULL;
CREATE INDEX sealed_by_own_id ON sealed (package_id);
CREATE INDEX sealed_by_kind ON sealed (kind, sealed_at);
CREATE INDEX sealed_by_reply ON sealed (in_reply_to) WHERE in_reply_to IS NOT NULL;
CREATE INDEX cases_by_ending ON cases (procedure, ended_at) WHERE ended_at IS NOT NULL;
CREATE INDEX tasks_by_dispatch ON tasks (dispatched_at, due_on, settled_at);
CREATE INDEX tasks_by_settling ON tasks (settled_at) WHERE settled_at IS NOT NULL;
CREATE INDEX answers_of_package ON answers (manifest, recorded_at);

-- What was deleted, and by which signed record (spec/retention-v1.md).
CREATE TABLE deletions (
    number      INTEGER PRIMARY KEY,
    at          INTEGER NOT NULL,
    digest      BLOB    NOT NULL,
    record      BLOB    NOT NULL,
    finished_at INTEGER
) STRICT;
CREATE INDEX deletions_unfinished ON deletions (number) WHERE finished_at IS NULL;
CREATE TRIGGER deletions_never_change BEFORE UPDATE OF number, at, digest, record ON deletions
    BEGIN SELECT RAISE(ABORT, 'what was deleted stays deleted'); END;
CREATE TRIGGER deletions_never_leave BEFORE DELETE ON deletions
    BEGIN SELECT RAISE(ABORT, 'what was deleted stays deleted'); END;

CREATE TABLE deleted_packages (
    manifest BLOB    NOT NULL,
    deletion INTEGER NOT NULL REFERENCES deletions (number),
    PRIMARY KEY (manifest, deletion)
) STRICT, WITHOUT ROWID;
CREATE INDEX deleted_packages_of_deletion ON deleted_packages (deletion);
CREATE TRIGGER deleted_packages_never_change BEFORE UPDATE ON deleted_packages
    BEGIN SELECT RAISE(ABORT, 'what was deleted stays deleted'); END;
CREATE TRIGGER deleted_packages_never_leave BEFORE DELETE ON deleted_packages
    BEGIN SELECT RAISE(ABORT, 'what was deleted stays deleted'); END;

CREATE INDEX intakes_released ON intakes (ended_at)
    WHERE outcome = 'released' AND deleted_in IS NULL;
CREATE INDEX intakes_again ON intakes (manifest, ended_at)
    WHERE outcome IN ('replayed', 'turned-away') AND deleted_in IS NULL;
CREATE INDEX intakes_of_deletion ON intakes (deleted_in) WHERE deleted_in IS NOT NULL;
CREATE INDEX sealed_by_time ON sealed (sealed_at);
CREATE INDEX outbox_of_deletion ON outbox (deleted_in) WHERE deleted_in IS NOT NULL;
CREATE INDEX leads_of_deletion ON leads (deleted_in) WHERE deleted_in IS NOT NULL;
CREATE INDEX cases_of_deletion ON cases (deleted_in) WHERE deleted_in IS NOT NULL;
CREATE INDEX cases_kept ON cases (ended_at) WHERE ended_at IS NOT NULL AND deleted_in IS NULL;
CREATE INDEX case_events_of_package ON case_events (manifest) WHERE manifest IS NOT NULL;
CREATE INDEX dispatch_rows_of_package ON dispatch_rows (manifest);
CREATE INDEX feedbacks_of_package ON feedbacks (manifest) WHERE manifest IS NOT NULL;
CREATE INDEX notices_of_package ON notices (manifest) WHERE manifest IS NOT NULL;
CREATE INDEX leads_amended ON leads (amended_in) WHERE amended_in IS NOT NULL;
CREATE INDEX answers_amended ON answers (amended_in) WHERE amended_in IS NOT NULL;
CREATE INDEX precheck_rows_of_person ON precheck_rows (person_id);
CREATE INDEX report_rows_of_person ON report_rows (person_id) WHERE person_id IS NOT NULL;
CREATE INDEX report_rows_of_deletion ON report_rows (deleted_in) WHERE deleted_in IS NOT NULL;
