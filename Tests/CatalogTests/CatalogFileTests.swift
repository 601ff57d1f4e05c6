import Catalog
import Foundation
import Model
import Scheduling
import TestSupport
import Testing

@Suite("The file of the catalog")
struct CatalogFileTests {
    @Test("is never replaced where it is no database")
    func noDatabase() throws {
        let fixture = try CatalogFixture()
        let bytes = Data("this is something else entirely, and longer than a header".utf8)
        try bytes.write(to: URL(fileURLWithPath: fixture.path))
        let error = #expect(throws: PerigeeError.self) { try fixture.open() }
        #expect(error?.code == .damaged)
        #expect(error?.remedy?.contains("nothing was changed") == true)
        #expect(try Data(contentsOf: URL(fileURLWithPath: fixture.path)) == bytes)
    }

    @Test("is found damaged where bytes of it were changed")
    func damaged() throws {
        let fixture = try CatalogFixture()
        let catalog = try fixture.open()
        try CatalogFixture.fill(catalog, "nightly", 300)
        catalog.close()
        var bytes = try Data(contentsOf: URL(fileURLWithPath: fixture.path))
        // Whole pages of the middle: one of them is in use by a table or an index.
        for index in stride(from: bytes.count / 4, to: bytes.count / 4 * 3, by: 1) { bytes[index] = 0xA5 }
        try bytes.write(to: URL(fileURLWithPath: fixture.path))
        let error = #expect(throws: PerigeeError.self) { try fixture.open() }
        #expect(error?.code == .damaged)
        #expect(try Data(contentsOf: URL(fileURLWithPath: fixture.path)) == bytes)
    }

    @Test("can be copied while it is used, and the copy is whole")
    func backup() throws {
        let fixture = try CatalogFixture()
        let catalog = try fixture.open()
        try CatalogFixture.fill(catalog, "nightly", 10)
        let copy = fixture.path + ".copy"
        try catalog.backup(to: copy)
        try CatalogFixture.fill(catalog, "other", 1)
        let other = try Catalog.open(copy)
        #expect(try other.runs(RunQuery()).rows.count == 10)
        #expect(throws: PerigeeError.self) { try catalog.backup(to: copy) }
    }

    @Test("is looked at without being made, or changed")
    func inspect() throws {
        let fixture = try CatalogFixture()
        let error = #expect(throws: PerigeeError.self) { try Catalog.inspect(fixture.path) }
        #expect(error?.code == .notFound)
        #expect(!FileManager.default.fileExists(atPath: fixture.path))
        let catalog = try fixture.open()
        try CatalogFixture.fill(catalog, "nightly", 2)
        let reader = try Catalog.inspect(fixture.path)
        #expect(try reader.runs(RunQuery()).rows.count == 2)
        #expect(throws: PerigeeError.self) {
            try reader.append(AuditDraft(actor: "a", action: "b", subject: "c"), at: Timestamp(seconds: 0))
        }
        try CatalogFixture.fill(catalog, "other", 1)
        #expect(try reader.runs(RunQuery()).rows.count == 3)
    }

    @Test("of the first form keeps its tokens when it becomes the present one")
    func firstForm() throws {
        let fixture = try CatalogFixture()
        try fixture.open().close()
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [
            "timeout", "600", "python3", "-c",
            """
            import sqlite3, sys
            c = sqlite3.connect(sys.argv[1], isolation_level=None)
            c.executescript(\"""
                DROP TABLE tokens;
                DELETE FROM grdb_migrations WHERE identifier = '2: names of tokens are free again';
                CREATE TABLE tokens (
                    id TEXT PRIMARY KEY NOT NULL, digest BLOB NOT NULL UNIQUE, scopes TEXT NOT NULL,
                    created TEXT NOT NULL, expires TEXT, last_used TEXT, revoked TEXT
                ) STRICT, WITHOUT ROWID;
                INSERT INTO tokens VALUES ('a', x'01', 'read', '2026-11-01T00:00:00Z', NULL, '2026-11-02T00:00:00Z', NULL);
                INSERT INTO tokens VALUES ('b', x'02', 'admin', '2026-11-01T00:00:00Z', NULL, NULL, '2026-11-03T00:00:00Z');
            \""")
            """, fixture.path,
        ]
        try process.run()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0)
        let tokens = try fixture.open().tokens()
        #expect(tokens.map(\.id) == ["a", "b"] && tokens.map(\.digest) == [[1], [2]])
        #expect(tokens.map { $0.revoked == nil } == [true, false] && tokens[0].lastUsed != nil)
    }

    @Test("keeps tokens by their digests, and answers for a day")
    func people() throws {
        let fixture = try CatalogFixture()
        let catalog = try fixture.open()
        let now = Timestamp(seconds: 1_790_000_000)
        let token = AccessToken(
            id: "ci", digest: [1, 2, 3], scopes: [.read, .operate], created: now, expires: now.adding(60))
        try catalog.add(token)
        #expect(throws: PerigeeError.self) { try catalog.add(token) }
        let found = try #require(try catalog.token(digest: [1, 2, 3]))
        #expect(found == token)
        #expect(found.isValid(at: now.adding(59)))
        #expect(!found.isValid(at: now.adding(60)))
        try catalog.revoke(token: "ci", at: now)
        #expect(try catalog.token(digest: [1, 2, 3])?.isValid(at: now) == false)
        #expect(throws: PerigeeError.self) { try catalog.revoke(token: "ci", at: now) }

        // The name is free again, and so is what it was told by.
        let next = AccessToken(id: "ci", digest: [1, 2, 3], scopes: [.read], created: now.adding(5))
        try catalog.add(next)
        #expect(try catalog.token(digest: [1, 2, 3]) == next)
        #expect(try catalog.tokens().map { $0.revoked == nil } == [false, true])
        let other = AccessToken(id: "other", digest: [1, 2, 3], scopes: [.read], created: now)
        #expect(throws: PerigeeError.self) { try catalog.add(other) }

        let answer = KeptAnswer(request: [9], status: 201, body: [1], at: now)
        try catalog.keep(answer, key: "k", actor: "ci")
        #expect(try catalog.answer(key: "k", actor: "ci", at: now.adding(86_399)) == answer)
        #expect(try catalog.answer(key: "k", actor: "other", at: now) == nil)
        #expect(try catalog.answer(key: "k", actor: "ci", at: now.adding(86_400)) == nil)
        #expect(throws: PerigeeError.self) { try catalog.keep(answer, key: "k", actor: "ci") }
    }
}
