import Files
import Foundation
import Model
import Replication
import TestSupport
import Testing

/// A file that was changed just before it was read could change again within the same tick of the file system's clock, and
/// nothing would show: so it is looked at again the next time, whatever is remembered.
@Suite struct FreshnessTests {
    /// A fixture with one file of 5000 bytes, and when the file system says that it changed.
    private func ready() throws -> (fixture: EstimateFixture, changed: Timestamp) {
        let fixture = try EstimateFixture()
        var seed = Seed(7)
        try fixture.write("file", seed.bytes(5000))
        let status = try #require(try FolderHandle(path: fixture.source).status(Array("file".utf8)))
        return (fixture, status.identity.changed)
    }

    /// What a run reads at so many seconds after the change.
    private func read(
        _ fixture: EstimateFixture, _ seconds: Double, after changed: Timestamp, intoVault: Bool
    ) throws -> UInt64 {
        var fixture = fixture
        let nanoseconds = Int64(changed.nanoseconds) + Int64(seconds * 1e9)
        let instant = Timestamp(
            seconds: changed.seconds + nanoseconds / 1_000_000_000, nanoseconds: UInt32(nanoseconds % 1_000_000_000))
        fixture.context.now = { instant }
        return try (intoVault ? fixture.snapshot() : fixture.sync()).bytes.read
    }

    @Test(arguments: [false, true])
    func `a file read within a tick of its change is read again, one that had settled is not`(intoVault: Bool) throws {
        let (fixture, changed) = try ready()
        #expect(try read(fixture, 0.05, after: changed, intoVault: intoVault) == 5000)
        #expect(try read(fixture, 0.05, after: changed, intoVault: intoVault) == 5000, "it proved nothing")
        #expect(try read(fixture, 3, after: changed, intoVault: intoVault) == 5000, "what was fresh was not remembered")
        #expect(try read(fixture, 4, after: changed, intoVault: intoVault) == 0, "it had settled when it was read")
    }
}
