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
    file_name  BLOB    NOT NULL,
    claimed_at INTEGER NOT NULL,
    attempts   INTEGER NOT NULL DEFAULT 0,
    ended_at   INTEGER,
    outcome    TEXT,
    code       TEXT,
    manifest   BLOB,
    file       BLOB,
    CHECK ((ended_at IS NULL) = (outcome IS NULL))
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
    UNIQUE (party, file_name)
) STRICT;
CREATE INDEX outbox_waiting ON outbox (outbox_id) WHERE published_at IS NULL;
CREATE INDEX outbox_about ON outbox (about);
CREATE INDEX outbox_digest ON outbox (digest);

CREATE TABLE persons (
    person_id INTEGER PRIMARY KEY,
    hash      BLOB NOT NULL UNIQUE,
    detail    BLOB NOT NULL
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
    fingerprint   BLOB    NOT NULL,
    detail        BLOB    NOT NULL,
    received_at   INTEGER NOT NULL,
    dispatched_in BLOB,
    superseded_by INTEGER REFERENCES leads (lead_id),
    CHECK ((county IS NULL) <> (unrouted IS NULL))
) STRICT;
CREATE INDEX leads_of_person ON leads (person_id, source, list, period);
CREATE INDEX leads_waiting ON leads (county, received_at)
    WHERE dispatched_in IS NULL AND superseded_by IS NULL AND county IS NOT NULL;
CREATE INDEX leads_unrouted ON leads (lead_id)
    WHERE superseded_by IS NULL AND unrouted IS NOT NULL;
CREATE INDEX leads_of_package ON leads (manifest);

CREATE TABLE warnings (
    warning_id TEXT PRIMARY KEY,
    person_id  INTEGER NOT NULL REFERENCES persons (person_id),
    county     TEXT    NOT NULL,
    opened_at  INTEGER NOT NULL,
    closed_at  INTEGER,
    outcome    TEXT
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX warnings_open ON warnings (person_id, county) WHERE closed_at IS NULL;

CREATE TABLE warning_counters (
    month  TEXT    NOT NULL,
    county TEXT    NOT NULL,
    next   INTEGER NOT NULL,
    PRIMARY KEY (month, county)
) STRICT, WITHOUT ROWID;

CREATE TABLE dispatches (
    manifest      BLOB PRIMARY KEY REFERENCES sealed (manifest),
    county        TEXT    NOT NULL,
    party         TEXT    NOT NULL,
    people        INTEGER NOT NULL,
    dispatched_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE dispatch_rows (
    warning_id TEXT NOT NULL REFERENCES warnings (warning_id),
    manifest   BLOB NOT NULL REFERENCES dispatches (manifest),
    PRIMARY KEY (warning_id, manifest)
) STRICT, WITHOUT ROWID;

CREATE TABLE verifications (
    verification_id INTEGER PRIMARY KEY,
    warning_id      TEXT    NOT NULL REFERENCES warnings (warning_id),
    manifest        BLOB    NOT NULL,
    outcome         TEXT    NOT NULL,
    detail          BLOB    NOT NULL,
    recorded_at     INTEGER NOT NULL
) STRICT;
CREATE INDEX verifications_of_warning ON verifications (warning_id);

-- What the operator asks (spec/monitoring-v1.md): no answer reads a whole table.
CREATE INDEX intakes_quarantined ON intakes (ended_at, code) WHERE outcome = 'quarantined';
CREATE INDEX intakes_of_package ON intakes (manifest) WHERE manifest IS NOT NULL;
CREATE INDEX packages_by_period ON packages (period, received_at);
CREATE INDEX packages_by_own_id ON packages (package_id);
CREATE INDEX packages_by_reply ON packages (in_reply_to) WHERE in_reply_to IS NOT NULL;
CREATE INDEX sealed_by_own_id ON sealed (package_id);
CREATE INDEX sealed_by_kind ON sealed (kind, sealed_at);
CREATE INDEX sealed_by_reply ON sealed (in_reply_to) WHERE in_reply_to IS NOT NULL;
CREATE INDEX warnings_of_person ON warnings (person_id);
CREATE INDEX warnings_by_opening ON warnings (opened_at, county, closed_at);
CREATE INDEX warnings_by_closing ON warnings (closed_at, county, opened_at)
    WHERE closed_at IS NOT NULL;
CREATE INDEX warnings_standing ON warnings (county, opened_at) WHERE closed_at IS NULL;
CREATE INDEX dispatch_rows_of_package ON dispatch_rows (manifest);
CREATE INDEX verifications_of_package ON verifications (manifest);
