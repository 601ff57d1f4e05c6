internal import Foundation
internal import GRDB
public import Model
internal import Synchronization

/// What the daemon remembers: the state of the schedules, runs, replicas, snapshots, samples, the ledger, tokens, and the
/// audit log.
///
/// A SQLite database with a write-ahead log in one file.
///
/// What is written is durable when the call returns, as a whole or not at all. All calls block, and any thread may make
/// them; readers wait for nobody. One process writes; others may read beside it.
public final class Catalog: Sendable {
    /// The file.
    public let path: String
    let database: any DatabaseWriter
    /// A connection that never writes: SQLite tells it of all writes by others.
    private let watcher: DatabaseQueue
    let known = Mutex(StoredState())
    let texts = JobTexts()

    private init(_ path: String, _ database: any DatabaseWriter, watcher: DatabaseQueue) {
        self.path = path
        self.database = database
        self.watcher = watcher
    }

    /// Which state of the catalog this is: another number after each write, by this process or any other.
    ///
    /// What was read after this was asked for is still true as long as the number is the same. Numbers mean nothing to
    /// other values of this type. Costs some microseconds.
    public func version() throws(PerigeeError) -> Int64 {
        try CatalogFault.placed(path) {
            // Not in a transaction: one would go on to see the state that it began with.
            try watcher.unsafeRead { database in
                try Int64.fetchOne(try database.cachedStatement(sql: "PRAGMA data_version")) ?? 0
            }
        }
    }

    /// Opens the catalog at `path`, makes it where there is none, and brings one of an earlier version up to date.
    ///
    /// - Throws: `damaged` where the file is no sound database: it is left as it is; `format` where a later version of
    ///   the program has made it; `busy` where another process writes for too long.
    public static func open(_ path: String) throws(PerigeeError) -> Catalog {
        try CatalogFault.placed(path) {
            try CatalogFile.check(path)
            if CatalogFile.isThere(path) {
                // By a connection that cannot write: what is damaged stays as it is.
                let reader = try DatabaseQueue(path: path, configuration: settings(readonly: true))
                try reader.read { try CatalogFile.check($0, path) }
                try reader.close()
            }
            let catalog = Catalog(
                path, try DatabasePool(path: path, configuration: settings()),
                watcher: try DatabaseQueue(path: path, configuration: settings(readonly: true)))
            let migrator = CatalogSchema.migrator
            guard try catalog.database.read({ try !migrator.hasBeenSuperseded($0) }) else {
                throw CatalogFault.tooNew(path)
            }
            try migrator.migrate(catalog.database)
            return catalog
        }
    }

    /// Opens the catalog at `path` for looking, while the daemon may be writing.
    ///
    /// - Throws: `notFound` where there is none; as ``open(_:)`` otherwise.
    public static func inspect(_ path: String) throws(PerigeeError) -> Catalog {
        try CatalogFault.placed(path) {
            guard CatalogFile.isThere(path) else {
                throw PerigeeError(
                    .notFound, "there is no catalog: no daemon has worked with this state", at: path,
                    remedy: "start perigee serve, or name the state of the daemon with --state")
            }
            try CatalogFile.check(path)
            let reader = try DatabaseQueue(path: path, configuration: settings(readonly: true))
            let catalog = Catalog(path, reader, watcher: reader)
            let migrator = CatalogSchema.migrator
            guard try catalog.database.read({ try !migrator.hasBeenSuperseded($0) }) else {
                throw CatalogFault.tooNew(path)
            }
            guard try catalog.database.read({ try migrator.hasCompletedMigrations($0) }) else {
                throw PerigeeError(
                    .format, "an earlier version of the program made it", at: path,
                    remedy: "start perigee serve of this version once: it brings the catalog up to date")
            }
            return catalog
        }
    }

    private static func settings(readonly: Bool = false) -> Configuration {
        var settings = Configuration()
        settings.readonly = readonly
        settings.busyMode = .timeout(CatalogLimits.busySeconds)
        settings.maximumReaderCount = 4
        settings.prepareDatabase { database in
            // A commit is on the disk when it returns, whatever becomes of the machine then.
            if !database.configuration.readonly { try database.execute(sql: "PRAGMA synchronous = FULL") }
            try database.execute(sql: "PRAGMA cell_size_check = ON")
        }
        return settings
    }

    /// Reads one state of the database.
    func read<Value>(_ body: (Database) throws -> Value) throws(PerigeeError) -> Value {
        try CatalogFault.placed(path) { try database.read(body) }
    }

    /// Writes in one transaction.
    func write<Value>(_ body: (Database) throws -> Value) throws(PerigeeError) -> Value {
        try CatalogFault.placed(path) { try database.write(body) }
    }

    /// Copies the catalog, as it is at one moment, into a file at `target`; others may read and write meanwhile.
    ///
    /// - Throws: `exists` where there is a file.
    public func backup(to target: String) throws(PerigeeError) {
        try CatalogFault.placed(target) {
            guard !FileManager.default.fileExists(atPath: target) else {
                throw PerigeeError(.exists, "there is a file already", at: target, remedy: "name another file")
            }
            let aside = "\(target).part"
            try? FileManager.default.removeItem(atPath: aside)
            let copy = try DatabaseQueue(path: aside)
            try database.backup(to: copy)
            try copy.close()
            try FileManager.default.moveItem(atPath: aside, toPath: target)
        }
    }

    /// Ends the use of the catalog.
    public func close() {
        try? watcher.close()
        try? database.close()
    }
}
