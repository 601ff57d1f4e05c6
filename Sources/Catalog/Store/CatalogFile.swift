internal import Foundation
internal import GRDB
internal import Model

/// Whether a file is a sound database.
enum CatalogFile {
    /// Whether there is a file that is not empty.
    static func isThere(_ path: String) -> Bool {
        let attributes = try? FileManager.default.attributesOfItem(atPath: path)
        return (attributes?[.size] as? UInt64 ?? 0) > 0
    }

    /// Looks at the first bytes of the file at `path`, before SQLite does.
    ///
    /// - Throws: `damaged` where they are not those of a database. An empty file, or none, is one to be.
    static func check(_ path: String) throws {
        guard let file = FileHandle(forReadingAtPath: path) else { return }
        defer { try? file.close() }
        let head = try file.read(upToCount: 16) ?? Data()
        guard head.isEmpty || head == Data("SQLite format 3\0".utf8) else {
            throw CatalogFault.damaged(path, "it does not begin as a database does")
        }
    }

    /// Has SQLite check all pages and indexes.
    ///
    /// - Throws: `damaged` with the first thing that is wrong.
    static func check(_ database: Database, _ path: String) throws {
        let found = try String.fetchAll(database, sql: "PRAGMA quick_check(1)")
        guard found == ["ok"] else {
            throw CatalogFault.damaged(path, found.first ?? "the check of integrity said nothing")
        }
    }
}
