internal import Foundation
internal import GRDB
internal import Hashing
public import Model

// The audit log.
extension Catalog {
    /// Adds an entry.
    @discardableResult
    public func append(_ draft: AuditDraft, at now: Timestamp) throws(PerigeeError) -> AuditEntry {
        try write { try AuditTable.append(draft, at: now, $0) }
    }

    /// Entries, newest first, whose sequence is below `before`.
    public func audit(before: Int64? = nil, limit: Int = 50) throws(PerigeeError) -> [AuditEntry] {
        try read { database in
            let sql = "SELECT \(AuditTable.columns) FROM audit WHERE sequence < ? ORDER BY sequence DESC LIMIT ?"
            return try Row.fetchAll(
                database, sql: sql, arguments: [before ?? Int64.max, CatalogLimits.page(limit)]
            ).map { try AuditTable.entry($0) }
        }
    }

    /// Checks that each entry follows the one before, and that none is missing at the end.
    public func verifyAudit() throws(PerigeeError) -> AuditVerdict {
        try read { database in
            var (last, head): (Int64, Digest) = (0, .zero)
            let cursor = try Row.fetchCursor(
                database, sql: "SELECT \(AuditTable.columns) FROM audit ORDER BY sequence")
            while let row = try cursor.next() {
                guard let entry = try? AuditTable.entry(row) else {
                    return .broken(sequence: row[0], message: "it is no entry")
                }
                guard entry.sequence == last + 1 else {
                    return .broken(sequence: last + 1, message: "it is missing")
                }
                guard entry.previous == head else {
                    return .broken(sequence: entry.sequence, message: "it does not follow the entry before it")
                }
                let digest = AuditChain.digest(
                    sequence: entry.sequence, at: entry.at, entry.draft, after: entry.previous)
                guard entry.digest == digest else {
                    return .broken(sequence: entry.sequence, message: "it was changed")
                }
                (last, head) = (entry.sequence, digest)
            }
            let stored = try AuditTable.head(database)
            guard stored.sequence == last, stored.digest == head else {
                return .broken(sequence: last + 1, message: "entries after \(last) are missing")
            }
            return .sound(entries: last, head: head)
        }
    }
}

/// The table of the audit log.
enum AuditTable {
    /// The columns that ``entry(_:)`` reads, in their order.
    static let columns = "sequence, seconds, nanoseconds, actor, action, subject, outcome, detail, previous, digest"

    /// Adds an entry in an open transaction.
    static func append(_ draft: AuditDraft, at now: Timestamp, _ database: Database) throws -> AuditEntry {
        let draft = draft.storable
        let last = try head(database)
        let sequence = last.sequence + 1
        let digest = AuditChain.digest(sequence: sequence, at: now, draft, after: last.digest)
        try database.cachedStatement(sql: "INSERT INTO audit (\(columns)) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
            .execute(arguments: [
                sequence, now.seconds, Int64(now.nanoseconds), draft.actor, draft.action, draft.subject,
                draft.outcome.rawValue, draft.detail, blob(last.digest), blob(digest),
            ])
        try database.cachedStatement(
            sql: """
                INSERT INTO audit_head VALUES (1, ?, ?)
                ON CONFLICT DO UPDATE SET sequence = excluded.sequence, digest = excluded.digest
                """
        ).execute(arguments: [sequence, blob(digest)])
        return AuditEntry(sequence: sequence, at: now, draft: draft, previous: last.digest, digest: digest)
    }

    /// The last entry that was added.
    static func head(_ database: Database) throws -> (sequence: Int64, digest: Digest) {
        guard let row = try Row.fetchOne(database, sql: "SELECT sequence, digest FROM audit_head") else {
            return (0, .zero)
        }
        return (row[0], try digest(row[1]))
    }

    /// What a row says.
    static func entry(_ row: Row) throws -> AuditEntry {
        let nanoseconds: Int64 = row[2]
        guard let outcome = AuditDraft.Outcome(rawValue: row[6]), (0..<1_000_000_000).contains(nanoseconds) else {
            throw damaged
        }
        return AuditEntry(
            sequence: row[0], at: Timestamp(seconds: row[1], nanoseconds: UInt32(nanoseconds)),
            draft: AuditDraft(actor: row[3], action: row[4], subject: row[5], outcome: outcome, detail: row[7]),
            previous: try digest(row[8]), digest: try digest(row[9]))
    }

    private static func blob(_ digest: Digest) -> Data { digest.withUnsafeBytes { Data($0) } }

    private static func digest(_ data: Data) throws -> Digest {
        let bytes = [UInt8](data)
        guard bytes.count == Digest.byteCount else { throw damaged }
        return bytes.withUnsafeBytes { Digest($0) }
    }

    private static var damaged: PerigeeError {
        PerigeeError(
            .damaged, "the audit log holds what is no entry", remedy: "perigee audit verify says which one it is")
    }
}
