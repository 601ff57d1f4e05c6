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

    @Test("stays sound whatever texts it is given")
    func texts() throws {
        let catalog = try CatalogFixture().open()
        let texts = [
            "", "a\0b", "\0", "é e\u{301} \u{feff}\u{202e}", "\u{10ffff}\n\"'", String(repeating: "夜", count: 9999),
        ]
        for text in texts {
            let draft = AuditDraft(actor: text, action: text, subject: text, outcome: .failed, detail: text)
            let entry = try catalog.append(draft, at: Timestamp(seconds: 1_790_000_000))
            #expect(try catalog.audit(limit: 1) == [entry])
            #expect(Array(entry.draft.subject.utf8) == Array(text.replacing("\0", with: "\u{2400}").utf8))
        }
        let head = try #require(try catalog.audit(limit: 1).first).digest
        #expect(try catalog.verifyAudit() == .sound(entries: Int64(texts.count), head: head))
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
