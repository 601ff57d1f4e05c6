internal import Foundation
internal import GRDB
public import Model
public import Scheduling

// What runs have found out.
extension Catalog {
    /// All replicas of which something is known, by dataset and site.
    public func replicas() throws(PerigeeError) -> [KnownReplica] {
        try read { database in
            let sql = """
                SELECT dataset, site, as_of, snapshot, bytes, verified, damage, run FROM replicas ORDER BY dataset, site
                """
            return try Row.fetchAll(database, sql: sql).map { row in
                var replica = KnownReplica(
                    dataset: row[0], site: row[1], asOf: Instant(row[2]), snapshot: row[3],
                    bytes: (row[4] as Int64?).map { UInt64(max(0, $0)) }, run: row[7])
                replica.verified = (row[5] as Int64?).map { Instant($0) }
                replica.damage = row[6]
                return replica
            }
        }
    }

    /// The newest snapshots, of one dataset or site where they are named; those that were forgotten only where they are
    /// wanted.
    public func snapshots(
        dataset: String? = nil, site: String? = nil, forgotten: Bool = false, limit: Int = 50
    ) throws(PerigeeError) -> [KnownSnapshot] {
        try read { database in
            let sql = """
                SELECT dataset, site, id, noted, files, bytes, stored, run, forgotten FROM snapshots
                WHERE (?1 IS NULL OR dataset = ?1) AND (?2 IS NULL OR site = ?2) AND (?4 OR forgotten IS NULL)
                ORDER BY number DESC LIMIT ?3
                """
            let arguments: StatementArguments = [dataset, site, CatalogLimits.page(limit), forgotten]
            return try Row.fetchAll(database, sql: sql, arguments: arguments).map { row in
                var snapshot = KnownSnapshot(
                    dataset: row[0], site: row[1], id: row[2], noted: row[3], files: UInt64(max(0, row[4] as Int64)),
                    bytes: UInt64(max(0, row[5] as Int64)), stored: UInt64(max(0, row[6] as Int64)), run: row[7])
                snapshot.forgotten = row[8]
                return snapshot
            }
        }
    }

    /// Notes that snapshots of a dataset in the vault of a site were forgotten; what is not known of is no matter.
    public func note(
        forgotten snapshots: [String], of dataset: String, at site: String, _ now: Instant
    ) throws(PerigeeError) {
        try write { database in
            for id in snapshots {
                try database.execute(
                    sql: """
                        UPDATE snapshots SET forgotten = ? WHERE dataset = ? AND site = ? AND id = ? AND forgotten IS NULL
                        """, arguments: [now.seconds, dataset, site, id])
            }
        }
    }

    /// The newest samples, of one link where it is named.
    public func samples(
        from: String? = nil, to: String? = nil, limit: Int = 100
    ) throws(PerigeeError) -> [LinkSample] {
        try read { database in
            let sql = """
                SELECT at, source, destination, bytes, seconds, run FROM samples
                WHERE (?1 IS NULL OR source = ?1) AND (?2 IS NULL OR destination = ?2) ORDER BY number DESC LIMIT ?3
                """
            return try Row.fetchAll(database, sql: sql, arguments: [from, to, CatalogLimits.page(limit)]).map {
                LinkSample(
                    at: Instant($0[0]), from: $0[1], to: $0[2], bytes: UInt64(max(0, $0[3] as Int64)), seconds: $0[4],
                    run: $0[5])
            }
        }
    }

    /// Entries of the ledger, newest first, whose run has a number below `before`.
    public func ledger(before: Int64? = nil, limit: Int = 50) throws(PerigeeError) -> [LedgerEntry] {
        try read { database in
            let sql = "SELECT document FROM ledger WHERE run < ? ORDER BY run DESC LIMIT ?"
            let texts = try String.fetchAll(
                database, sql: sql, arguments: [before ?? Int64.max, CatalogLimits.page(limit)])
            return try texts.map { try JSONDecoder().decode(LedgerEntry.self, from: Data($0.utf8)) }
        }
    }
}
