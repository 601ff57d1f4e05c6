import TestSupport
import Testing
import Vault

/// `PERIGEE_TEST_SEED=N` begins at that seed, `PERIGEE_TEST_RUNS=N` makes so many runs.
@Suite struct GcModelTests {
    private static let runs = Seed.runs(usual: 150)

    @Test(arguments: [false, true])
    func `Writers, a reader, two that forget and two gcs at once lose nothing, request by request`(kills: Bool) throws {
        let first = Seed.fromEnvironment().value
        var commits = 0
        var deleted = 0
        for offset in 0..<UInt64(Self.runs) {
            let value = first &+ offset
            let outcome = try GcModel(value, kills: kills).run()
            #expect(outcome.failures == [], "seed \(value), kills \(kills)")
            commits += outcome.commits
            deleted += outcome.deletedPacks
            guard outcome.failures.isEmpty else { return }
        }
        #expect(commits > Self.runs && deleted > Self.runs / 2, "\(commits) commits, \(deleted) packs deleted")
    }
}
