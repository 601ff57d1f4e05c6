import Catalog
import Foundation
import Model
import Testing

@Suite("The version of the catalog")
struct CatalogVersionTests {
    @Test("changes with each write, of this catalog and of others, and with nothing else")
    func writes() throws {
        let fixture = try CatalogFixture()
        let catalog = try fixture.open()
        let (other, reader) = (try fixture.open(), try Catalog.inspect(fixture.path))
        for writer in [catalog, other, catalog, other] {
            let before = try [catalog, other, reader].map { try $0.version() }
            _ = try catalog.runs(RunQuery())
            _ = try other.replicas()
            #expect(try [catalog, other, reader].map { try $0.version() } == before)
            try writer.append(AuditDraft(actor: "a", action: "b", subject: "c"), at: Timestamp(seconds: 0))
            for (catalog, old) in zip([catalog, other, reader], before) { #expect(try catalog.version() != old) }
        }
    }

    @Test("changes with what another program writes")
    func programs() throws {
        let fixture = try CatalogFixture()
        let catalog = try fixture.open()
        let before = try catalog.version()
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [
            "timeout", "600", "python3", "-c",
            """
            import sqlite3, sys
            with sqlite3.connect(sys.argv[1]) as c: c.execute("INSERT INTO missed VALUES (1, 's', 0, 0, 1, 'late')")
            """, fixture.path,
        ]
        try process.run()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0)
        #expect(try catalog.version() != before)
    }
}
