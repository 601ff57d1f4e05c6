internal import GRDB

/// The tables of the catalog, and how earlier forms of them become the present one.
enum CatalogSchema {
    /// All steps, in their order.
    ///
    /// What was released is never changed: new forms are new steps.
    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1: schedules and runs") { try $0.execute(sql: runs) }
        migrator.registerMigration("1: datasets") { try $0.execute(sql: datasets) }
        migrator.registerMigration("1: people") { try $0.execute(sql: people) }
        migrator.registerMigration("2: prices and causes") { try $0.execute(sql: prices) }
        migrator.registerMigration("2: logs of runs") { try $0.execute(sql: lines) }
        migrator.registerMigration("2: names of tokens are free again") { try $0.execute(sql: freeNames) }
        migrator.registerMigration("3: snapshots that were forgotten") { try $0.execute(sql: forgotten) }
        return migrator
    }

    private static let runs = """
        CREATE TABLE scheduler (name TEXT PRIMARY KEY NOT NULL, document TEXT NOT NULL) STRICT, WITHOUT ROWID;
        CREATE TABLE schedules (name TEXT PRIMARY KEY NOT NULL, document TEXT NOT NULL) STRICT, WITHOUT ROWID;
        CREATE TABLE runs (
            number INTEGER PRIMARY KEY AUTOINCREMENT,
            schedule TEXT NOT NULL, due INTEGER NOT NULL,
            verb TEXT NOT NULL, dataset TEXT NOT NULL, job TEXT NOT NULL,
            cause TEXT NOT NULL, state TEXT NOT NULL, reason TEXT NOT NULL, attempts INTEGER NOT NULL,
            issued INTEGER NOT NULL, started INTEGER, ended INTEGER,
            bytes INTEGER NOT NULL, microdollars INTEGER NOT NULL,
            UNIQUE (schedule, due)
        ) STRICT;
        CREATE INDEX runs_of_schedule ON runs (schedule, number);
        CREATE INDEX runs_of_dataset ON runs (dataset, number);
        CREATE INDEX runs_in_state ON runs (state, number);
        CREATE TABLE reports (run INTEGER PRIMARY KEY REFERENCES runs ON DELETE CASCADE, document TEXT NOT NULL) STRICT;
        CREATE TABLE missed (
            number INTEGER PRIMARY KEY AUTOINCREMENT, schedule TEXT NOT NULL,
            first INTEGER NOT NULL, last INTEGER NOT NULL, count INTEGER NOT NULL, reason TEXT NOT NULL
        ) STRICT;
        """

    private static let datasets = """
        CREATE TABLE replicas (
            dataset TEXT NOT NULL, site TEXT NOT NULL, as_of INTEGER NOT NULL, snapshot TEXT, bytes INTEGER,
            verified INTEGER, damage TEXT, run INTEGER NOT NULL, PRIMARY KEY (dataset, site)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE snapshots (
            number INTEGER PRIMARY KEY AUTOINCREMENT, dataset TEXT NOT NULL, site TEXT NOT NULL, id TEXT NOT NULL,
            noted INTEGER NOT NULL, files INTEGER NOT NULL, bytes INTEGER NOT NULL, stored INTEGER NOT NULL,
            run INTEGER NOT NULL, UNIQUE (dataset, site, id)
        ) STRICT;
        CREATE TABLE samples (
            number INTEGER PRIMARY KEY AUTOINCREMENT, at INTEGER NOT NULL, source TEXT NOT NULL, destination TEXT NOT NULL,
            bytes INTEGER NOT NULL, seconds REAL NOT NULL, run INTEGER NOT NULL
        ) STRICT;
        CREATE INDEX samples_of_link ON samples (source, destination, number);
        CREATE TABLE ledger (run INTEGER PRIMARY KEY, document TEXT NOT NULL) STRICT;
        """

    /// Of tokens that were taken back neither the name nor the site is held: they are there for those who look back.
    private static let freeNames = """
        ALTER TABLE tokens RENAME TO old_tokens;
        CREATE TABLE tokens (
            number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL, digest BLOB NOT NULL, scopes TEXT NOT NULL,
            created TEXT NOT NULL, expires TEXT, last_used TEXT, revoked TEXT
        ) STRICT;
        INSERT INTO tokens (id, digest, scopes, created, expires, last_used, revoked)
            SELECT id, digest, scopes, created, expires, last_used, revoked FROM old_tokens ORDER BY created, id;
        DROP TABLE old_tokens;
        CREATE UNIQUE INDEX tokens_in_use ON tokens (id) WHERE revoked IS NULL;
        CREATE UNIQUE INDEX digests_in_use ON tokens (digest) WHERE revoked IS NULL;
        CREATE INDEX tokens_of_digest ON tokens (digest);
        """

    /// They stay for those who look at how a dataset grew.
    private static let forgotten = "ALTER TABLE snapshots ADD COLUMN forgotten INTEGER"

    private static let people = """
        CREATE TABLE audit (
            sequence INTEGER PRIMARY KEY, seconds INTEGER NOT NULL, nanoseconds INTEGER NOT NULL,
            actor TEXT NOT NULL, action TEXT NOT NULL, subject TEXT NOT NULL, outcome TEXT NOT NULL, detail TEXT NOT NULL,
            previous BLOB NOT NULL, digest BLOB NOT NULL
        ) STRICT;
        CREATE TRIGGER audit_stays BEFORE UPDATE ON audit BEGIN
            SELECT RAISE(ABORT, 'the audit log is only added to');
        END;
        CREATE TRIGGER audit_is_kept BEFORE DELETE ON audit BEGIN
            SELECT RAISE(ABORT, 'the audit log is only added to');
        END;
        CREATE TABLE audit_head (
            one INTEGER PRIMARY KEY CHECK (one = 1), sequence INTEGER NOT NULL, digest BLOB NOT NULL
        ) STRICT;
        CREATE TABLE tokens (
            id TEXT PRIMARY KEY NOT NULL, digest BLOB NOT NULL UNIQUE, scopes TEXT NOT NULL, created TEXT NOT NULL,
            expires TEXT, last_used TEXT, revoked TEXT
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE answers (
            actor TEXT NOT NULL, key TEXT NOT NULL, request BLOB NOT NULL, status INTEGER NOT NULL, body BLOB NOT NULL,
            at INTEGER NOT NULL, PRIMARY KEY (actor, key)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX answers_by_age ON answers (at);
        """

    /// Bytes of runs that have no price; runs that rules have made, and the due instants of runs as text, are new besides.
    private static let prices = "ALTER TABLE runs ADD COLUMN unpriced INTEGER NOT NULL DEFAULT 0"

    private static let lines = """
        CREATE TABLE lines (
            number INTEGER PRIMARY KEY AUTOINCREMENT, run INTEGER NOT NULL REFERENCES runs ON DELETE CASCADE,
            at INTEGER NOT NULL, attempt INTEGER NOT NULL, text TEXT NOT NULL
        ) STRICT;
        CREATE INDEX lines_of_run ON lines (run, number);
        """
}
