import Catalog
import Foundation
import Hashing
import Model
import TestSupport
import Testing

@Suite("The audit log")
struct CatalogAuditTests {
    private func filled(_ fixture: CatalogFixture, _ count: Int) throws -> Catalog {
        let catalog = try fixture.open()
        for index in 0..<count {
            try catalog.append(
                AuditDraft(actor: "local:0", action: "run.now", subject: "nightly \(index)"),
                at: Timestamp(seconds: 1_790_000_000 + Int64(index), nanoseconds: 5))
        }
        return catalog
    }

    /// Runs SQL on the file as somebody would who wants to hide something.
    private func tamper(_ fixture: CatalogFixture, _ sql: String) throws {
        let script = "import sqlite3,sys; c=sqlite3.connect(sys.argv[1]); c.executescript(sys.argv[2])"
        let python = try ChildProcess("/usr/bin/env", ["python3", "-c", script, fixture.path, sql])
        #expect(try python.status() == 0)
    }

    @Test("is a chain, from the first entry to the last")
    func chain() throws {
        let fixture = try CatalogFixture()
        let catalog = try filled(fixture, 4)
        let entries = try catalog.audit(limit: 10)
        #expect(entries.map(\.sequence) == [4, 3, 2, 1])
        #expect(entries.last?.previous == .zero)
        #expect(zip(entries, entries.dropFirst()).allSatisfy { $0.previous == $1.digest })
        #expect(try catalog.verifyAudit() == .sound(entries: 4, head: try #require(entries.first).digest))
        #expect(try catalog.audit(before: 3, limit: 1).map(\.sequence) == [2])
    }

    @Test(
        "shows which entry was changed, taken out or cut off",
        arguments: [
            ("UPDATE audit SET subject = 'x' WHERE sequence = 2", 2, "it was changed"),
            ("DELETE FROM audit WHERE sequence = 2", 2, "it is missing"),
            ("DELETE FROM audit WHERE sequence = 4", 4, "entries after 3 are missing"),
            ("UPDATE audit SET digest = zeroblob(32) WHERE sequence = 1", 1, "it was changed"),
            ("UPDATE audit SET outcome = 'maybe' WHERE sequence = 3", 3, "it is no entry"),
        ])
    func broken(_ sql: String, _ sequence: Int64, _ message: String) throws {
        let fixture = try CatalogFixture()
        try filled(fixture, 4).close()
        try tamper(fixture, "DROP TRIGGER audit_stays; DROP TRIGGER audit_is_kept; \(sql);")
        #expect(try fixture.open().verifyAudit() == .broken(sequence: sequence, message: message))
    }
}
