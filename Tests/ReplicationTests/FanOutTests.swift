import Content
import Foundation
import Hashing
import Model
import Replication
import Storage
import TestSupport
import Testing
import Vault

/// Several vaults that are made of one reading of a tree.
@Suite("A fan-out")
struct FanOutTests {
    private static let secret = Secret.passphrase(Array("correct horse battery staple".utf8))

    /// A tree, a first vault in memory whose packs go to others, and those.
    private struct Stage {
        let folder: TemporaryFolder
        let source: String
        let fan: FanOut
        let first: Vault
        let others: [Vault]
        let context: RunContext

        /// Others over `stores`; of another domain where `isApart` says so.
        init(_ stores: [any BlobStore], isApart: Bool = false) throws {
            folder = try TemporaryFolder()
            source = try folder.folder("source")
            context = RunContext(threads: 2, state: StateFolder(path: folder.path("state")))
            let store = MeteredStore(MemoryStore())
            let chunker = try ChunkerParameters(average: 4096, secret: nil)
            let made = try Vault.create(
                at: store, secret: FanOutTests.secret, options: VaultOptions(chunker: chunker, keyCost: .trivial))
            others = try stores.map { store in
                var options = VaultOptions(chunker: chunker, keyCost: .trivial)
                if !isApart { options.ring = made.ring }
                return try Vault.create(at: MeteredStore(store), secret: FanOutTests.secret, options: options)
            }
            fan = FanOut(to: others.map { ($0, nil) })
            first = try Vault.open(at: fan.store(store), secret: FanOutTests.secret, cache: nil)
            fan.begin(first)
        }

        func write(_ name: String, _ bytes: [UInt8]) throws {
            try Data(bytes).write(to: URL(fileURLWithPath: "\(source)/\(name)"))
        }

        /// A snapshot of the tree in the first vault.
        func snapshot() throws -> RunReport {
            var report = RunReport(verb: "snapshot", source: source, destination: "first")
            let pair = EndpointPair(source: source, destination: "first")
            try Archiver(root: source, vault: first, dataset: "d", pair: pair, context: context).run(&report)
            fan.finish()
            return report
        }

        /// What a sync from the first vault then brings to another one.
        func follow(_ index: Int) throws -> RunReport {
            var report = RunReport(verb: "sync", source: "first", destination: "other")
            let newest = try #require(try first.latest("d"))
            try VaultSync(
                source: first, snapshot: newest, destination: others[index], dataset: "d", context: context
            ).run(&report)
            return report
        }

        /// All files of another vault's newest snapshot, read back.
        func expectSame(_ index: Int) throws {
            let target = folder.path("restored-\(index)")
            let newest = try #require(try others[index].latest("d"))
            var report = RunReport(verb: "restore", source: "other", destination: target)
            try TreeRestore(
                vault: others[index], snapshot: newest, destination: target,
                pair: EndpointPair(source: "other", destination: target), options: SyncOptions(), only: nil,
                context: context
            ).run(&report)
            #expect(try TreeComparison.differences(source, target) == [])
            #expect(try others[index].verify(VerifyOptions(level: .data)).isSound)
        }
    }

    @Test("gives others what is made for the first, as it is, so that a sync finds pages alone to bring")
    func shared() throws {
        var seed = Seed.fromEnvironment()
        let stage = try Stage([MemoryStore(), MemoryStore()])
        for index in 0..<8 { try stage.write("f\(index)", seed.bytes(300_000)) }
        let report = try stage.snapshot()
        #expect(report.bytes.read == report.bytes.logical && report.bytes.missing == 2_400_000)
        for index in 0..<2 {
            let outcome = stage.fan.lanes[index].outcome
            #expect(outcome.failure == nil && outcome.missed == 0)
            #expect(outcome.plainBytes == 2_400_000 && outcome.chunks == report.chunks.missing)
            let rest = try stage.follow(index)
            #expect(rest.bytes.read == 0 && rest.bytes.missing == 0, "\(rest.bytes)")
            try stage.expectSame(index)
        }
    }

    @Test("leaves out what another has for the most part, and that one gets the rest by the sync")
    func held() throws {
        var seed = Seed.fromEnvironment()
        let stage = try Stage([MemoryStore()])
        let known = seed.bytes(900_000)
        try stage.write("known", known)
        var made = RunReport(verb: "snapshot", source: stage.source, destination: "other")
        try Archiver(
            root: stage.source, vault: stage.others[0], dataset: "before",
            pair: EndpointPair(source: stage.source, destination: "other"), context: stage.context
        ).run(&made)
        try stage.write("new", seed.bytes(100_000))
        let report = try stage.snapshot()
        #expect(report.bytes.missing == 1_000_000)
        let rest = try stage.follow(0)
        let outcome = stage.fan.lanes[0].outcome
        // Two workers make two packs: which of them has the new file is a matter of chance.
        #expect(rest.bytes.missing + outcome.plainBytes == 100_000, "\(rest.bytes) \(outcome)")
        try stage.expectSame(0)
    }

    @Test("goes on where another fails, which then gets all by the sync", arguments: [0, 1, 2])
    func failing(at request: Int) throws {
        var seed = Seed.fromEnvironment()
        let faulty = FaultyStore(MemoryStore())
        let stage = try Stage([faulty, MemoryStore()])
        for index in 0..<8 { try stage.write("f\(index)", seed.bytes(300_000)) }
        let fault = FaultyStore.Fault.before(PerigeeError(.noSpace, "no room"))
        faulty.plan(Array(repeating: nil, count: request) + Array(repeating: fault, count: 9))
        let report = try stage.snapshot()
        #expect(report.bytes.missing == 2_400_000 && report.failures.isEmpty)
        #expect(stage.fan.lanes[1].outcome.plainBytes == 2_400_000)
        faulty.plan([])
        let outcome = stage.fan.lanes[0].outcome
        #expect(outcome.failure?.code == .noSpace || outcome.plainBytes == 2_400_000, "\(outcome)")
        let rest = try stage.follow(0)
        #expect(rest.bytes.missing + outcome.plainBytes == 2_400_000, "\(rest.bytes) \(outcome)")
        try stage.expectSame(0)
        _ = try stage.follow(1)
        try stage.expectSame(1)
    }

    @Test("gives nothing to a vault of another domain, which gets its own by the sync")
    func apart() throws {
        var seed = Seed.fromEnvironment()
        let stage = try Stage([MemoryStore()], isApart: true)
        try stage.write("f", seed.bytes(300_000))
        _ = try stage.snapshot()
        #expect(stage.fan.lanes[0].outcome.packs == 0)
        #expect(try stage.follow(0).bytes.missing == 300_000)
        try stage.expectSame(0)
    }

    @Test("gives nothing sealed by a key that another has not: after a rotation, that is made by the sync")
    func rotated() throws {
        var seed = Seed.fromEnvironment()
        let stage = try Stage([MemoryStore()])
        try stage.write("f", seed.bytes(300_000))
        var generator = seed
        let rotated = stage.first.ring.rotated(using: &generator)
        let apart = try Vault.create(
            at: MeteredStore(MemoryStore()), secret: Self.secret,
            options: {
                var options = VaultOptions(chunker: stage.first.descriptor.chunker, keyCost: .trivial)
                options.ring = rotated
                return options
            }())
        let fan = FanOut(to: [(stage.others[0], nil)])
        let first = try Vault.open(
            at: fan.store(try #require(apart.store as? any MeteringStore)), secret: Self.secret, cache: nil)
        fan.begin(first)
        var report = RunReport(verb: "snapshot", source: stage.source, destination: "first")
        try Archiver(
            root: stage.source, vault: first, dataset: "d",
            pair: EndpointPair(source: stage.source, destination: "rotated"), context: stage.context
        ).run(&report)
        fan.finish()
        #expect(fan.lanes[0].outcome.packs == 0 && report.bytes.missing == 300_000)
        let newest = try #require(try first.latest("d"))
        var rest = RunReport(verb: "sync", source: "first", destination: "other")
        try VaultSync(
            source: first, snapshot: newest, destination: stage.others[0], dataset: "d", context: stage.context
        ).run(&rest)
        #expect(rest.bytes.missing == 300_000)
        try stage.expectSame(0)
    }
}
