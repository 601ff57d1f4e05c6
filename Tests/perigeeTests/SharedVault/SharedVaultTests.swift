import TestSupport
import Testing

/// Programs on one vault, at once, of which a third is killed: `PERIGEE_TEST_RUNS=N` makes so many rounds of it, one look
/// through all of the vault after each, and `PERIGEE_TEST_SEED=N` begins at that seed.
@Suite("A vault that writers, readers, forgetting and two gcs use at once, some killed", .serialized)
struct SharedVaultTests {
    private static let rounds = Seed.runs(usual: 2)

    @Test("loses nothing and shows nothing half in a folder")
    func folder() throws { try Self.use(SharedPlace(), "a folder") }

    @Test(
        "loses nothing and shows nothing half in an object store",
        .enabled(if: ObjectServer.isInstalled, "make setup-tests installs the servers"))
    func objectStore() throws {
        let server = try ObjectServer.seaweed.get()
        try Self.use(SharedPlace(server), server.kind)
    }

    /// Uses the vault at `place`, and says what came of it.
    static func use(_ place: SharedPlace, _ name: String) throws {
        let seed = Seed.fromEnvironment()
        let use = SharedUse(place, seed)
        try use.run(rounds: rounds)
        let figures = use.model.figures
        print("\(rounds) rounds on a vault in \(name), seed \(seed.value): \(figures)")
        #expect(use.model.failures == [], "seed \(seed.value): \(figures)")
        #expect(use.model.figure("snapshots") > 0, "\(figures)")
    }
}

@Suite("A vault in an object store that is named, used at once", .enabled(if: ObjectServer.other != nil))
struct S3OtherSharedTests {
    @Test("loses nothing and shows nothing half")
    func shared() throws {
        let server = try #require(ObjectServer.other)
        try SharedVaultTests.use(SharedPlace(server), "the store at \(server.endpoint)")
    }
}
