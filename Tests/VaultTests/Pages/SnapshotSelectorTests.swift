import Content
import Hashing
import Model
import TestSupport
import Testing
import Vault

@Suite("Which snapshot is meant")
struct SnapshotSelectorTests {
    @Test("What people write is understood, and written back")
    func parses() {
        let instant = Timestamp(seconds: 1_795_438_800)
        let table: [(String, SnapshotSelector, String)] = [
            ("latest", .latest(back: 0), "latest"),
            ("latest~0", .latest(back: 0), "latest"),
            ("latest~17", .latest(back: 17), "latest~17"),
            ("9f86", .prefix("9f86"), "9f86"),
            ("9F86D081", .prefix("9f86d081"), "9f86d081"),
            ("20261123", .prefix("20261123"), "20261123"),
            (
                String(repeating: "a", count: 64), .prefix(String(repeating: "a", count: 64)),
                String(repeating: "a", count: 64)
            ),
            ("2026-11-23T13:00:00Z", .instant(instant), "2026-11-23T13:00:00Z"),
            ("2026-11-23T14:00:00+01:00", .instant(instant), "2026-11-23T13:00:00Z"),
        ]
        for (text, selector, written) in table {
            #expect(SnapshotSelector(parsing: text) == selector, "\(text)")
            #expect(selector.description == written)
        }
    }

    @Test(
        "What is no selector is none",
        arguments: [
            "", "9f8", "latest~", "latest~-1", "latest~x", "latest~99999999999999999999", "Latest", "9f86g",
            String(repeating: "a", count: 65), "2026-11-23", "２０２６", "latest~+1",
        ])
    func refuses(_ text: String) {
        #expect(SnapshotSelector(parsing: text) == nil)
    }

    @Test("A prefix names the IDs that begin with it")
    func names() throws {
        let id = ContentID(try #require(Digest(hex: "9f86d0" + String(repeating: "01", count: 29))))
        #expect(SnapshotSelector.prefix("9f86d").names(id))
        #expect(!SnapshotSelector.prefix("9f87").names(id))
        #expect(!SnapshotSelector.latest(back: 0).names(id))
    }
}
