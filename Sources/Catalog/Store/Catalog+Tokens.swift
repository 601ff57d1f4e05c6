internal import Foundation
internal import GRDB
public import Model

// Tokens, and answers to requests with keys.
extension Catalog {
    /// All tokens, those that were taken back too, by their names.
    public func tokens() throws(PerigeeError) -> [AccessToken] {
        try read { try AccessToken.fetch($0, "ORDER BY id, number", []) }
    }

    /// The token with a digest, rather one that is good than one that was taken back; nil where there is none.
    public func token(digest: [UInt8]) throws(PerigeeError) -> AccessToken? {
        try read { database in
            try AccessToken.fetch(
                database, "WHERE digest = ? ORDER BY revoked IS NOT NULL, number DESC LIMIT 1", [Data(digest)]
            ).first
        }
    }

    /// Adds a token.
    ///
    /// - Throws: `conflict` where there is one of that name or digest that was not taken back.
    public func add(_ token: AccessToken) throws(PerigeeError) {
        try write { database in
            let same = try String.fetchOne(
                database, sql: "SELECT id FROM tokens WHERE (id = ? OR digest = ?) AND revoked IS NULL",
                arguments: [token.id, Data(token.digest)])
            if let same {
                throw PerigeeError(
                    .conflict, same == token.id ? "there is a token of that name" : "it is that of the token \(same)",
                    at: token.id, remedy: "take another name, or take that one back: perigee token remove \(same)")
            }
            try database.execute(
                sql: "INSERT INTO tokens (id, digest, scopes, created, expires) VALUES (?, ?, ?, ?, ?)",
                arguments: [
                    token.id, Data(token.digest), token.scopes.map(\.rawValue).sorted().joined(separator: " "),
                    token.created.rfc3339, token.expires?.rfc3339,
                ])
        }
    }

    /// Takes a token back.
    ///
    /// - Throws: `notFound` where there is none of that name that is good.
    public func revoke(token id: String, at now: Timestamp) throws(PerigeeError) {
        try write { database in
            try database.execute(
                sql: "UPDATE tokens SET revoked = ? WHERE id = ? AND revoked IS NULL", arguments: [now.rfc3339, id])
            guard database.changesCount == 1 else {
                throw PerigeeError(.notFound, "there is no such token", at: id, remedy: "list the tokens")
            }
        }
    }

    /// Notes that a token was used.
    public func touch(token id: String, at now: Timestamp) throws(PerigeeError) {
        try write { database in
            try database.execute(
                sql: "UPDATE tokens SET last_used = ? WHERE id = ? AND revoked IS NULL", arguments: [now.rfc3339, id])
        }
    }

    /// The answer that was given to `actor` for `key`; nil where none was, or it is too old.
    public func answer(key: String, actor: String, at now: Timestamp) throws(PerigeeError) -> KeptAnswer? {
        try read { database in
            let sql = "SELECT request, status, body, at FROM answers WHERE actor = ? AND key = ? AND at > ?"
            let row = try Row.fetchOne(
                database, sql: sql, arguments: [actor, key, now.seconds - CatalogLimits.answerSeconds])
            return row.map {
                KeptAnswer(
                    request: [UInt8]($0[0] as Data), status: $0[1], body: [UInt8]($0[2] as Data),
                    at: Timestamp(seconds: $0[3]))
            }
        }
    }

    /// Keeps an answer, and forgets those that are too old.
    ///
    /// - Throws: `conflict` where one was given already.
    public func keep(_ answer: KeptAnswer, key: String, actor: String) throws(PerigeeError) {
        try write { database in
            try database.execute(
                sql: "DELETE FROM answers WHERE at <= ?",
                arguments: [answer.at.seconds - CatalogLimits.answerSeconds])
            try database.execute(
                sql: "INSERT INTO answers VALUES (?, ?, ?, ?, ?, ?)",
                arguments: [
                    actor, key, Data(answer.request), answer.status, Data(answer.body), answer.at.seconds,
                ])
        }
    }
}

extension AccessToken {
    fileprivate static func fetch(
        _ database: Database, _ rest: String, _ arguments: StatementArguments
    ) throws -> [AccessToken] {
        let sql = "SELECT id, digest, scopes, created, expires, last_used, revoked FROM tokens \(rest)"
        return try Row.fetchAll(database, sql: sql, arguments: arguments).map { row in
            let scopes = (row[2] as String).split(separator: " ").compactMap { Scope(rawValue: String($0)) }
            // An instant that cannot be read never lets anybody in.
            let created = Timestamp(rfc3339: row[3]) ?? Timestamp(seconds: 0)
            var token = AccessToken(
                id: row[0], digest: [UInt8](row[1] as Data), scopes: Set(scopes), created: created)
            token.expires = (row[4] as String?).map { Timestamp(rfc3339: $0) ?? created }
            token.lastUsed = (row[5] as String?).flatMap { Timestamp(rfc3339: $0) }
            token.revoked = (row[6] as String?).map { Timestamp(rfc3339: $0) ?? created }
            return token
        }
    }
}
