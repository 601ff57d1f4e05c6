import Content
import Files
import Hashing
import Model
import Replication
import Storage
import TestSupport
import Testing
import Vault
import Workers

/// What crosses between the ends is told while it does, and held to a rate.
@Suite("Bytes on the wire") struct WireTests {
    private let folder: TemporaryFolder
    private let source: String
    private let store = MeteredStore(MemoryStore())
    private let vault: Vault
    private let clock = ManualClock()
    private let pair = EndpointPair(source: "/a", destination: "/b")

    init() throws {
        folder = try TemporaryFolder()
        source = try folder.folder("source")
        vault = try Vault.create(
            at: store, secret: .passphrase(Array("correct horse".utf8)), options: VaultOptions(keyCost: .trivial))
    }

    private func write(_ name: String, _ bytes: [UInt8]) throws {
        let file = try OpenFile(writing: "\(source)/\(name)", mode: 0o644)
        try bytes.withUnsafeBytes { try file.write($0, at: 0) }
    }

    /// What compresses to a small part, some of what does not, and something twice.
    private func fill(_ seed: inout Seed) throws {
        for index in 0..<24 { try write("text-\(index)", EstimateFixture.text(1 << 19, &seed)) }
        let noise = seed.bytes(3 << 20)
        try write("noise", noise)
        try write("noise-again", noise)
    }

    private func context(_ limit: ByteRate? = nil) -> RunContext {
        RunContext(threads: 1, state: nil, limit: limit.map { TokenBucket($0, clock: clock) })
    }

    private func snapshot(_ context: RunContext) throws -> RunReport {
        var report = RunReport(verb: "snapshot", source: "/a", destination: "/b")
        try Archiver(root: source, vault: vault, dataset: "data", pair: pair, context: context).run(&report)
        return report
    }

    private func restore(_ context: RunContext) throws -> RunReport {
        var report = RunReport(verb: "restore", source: "/b", destination: "/c")
        guard let snapshot = try vault.latest("data") else { return report }
        try TreeRestore(
            vault: vault, snapshot: snapshot, destination: folder.path("restored"), pair: pair, context: context
        ).run(&report)
        return report
    }

    @Test func `Progress of a snapshot counts what is written to the vault, apart from what is read`() throws {
        var seed = Seed.fromEnvironment()
        try fill(&seed)
        let before = store.meter.written.bytes
        let context = context()
        let report = try snapshot(context)
        let progress = context.progress.snapshot()
        #expect(progress.wire == store.meter.written.bytes - before, "seed \(seed.value)")
        #expect(progress.wire == report.bytes.wireSent)
        #expect(progress.done.logical == report.bytes.logical)
        #expect(progress.done.missing == report.bytes.missing)
        #expect(progress.wire < progress.done.missing && progress.done.missing < progress.done.logical)
        // Nothing has changed: what goes is a snapshot, its ref and little else.
        let again = self.context()
        _ = try snapshot(again)
        #expect(again.progress.snapshot().wire < 100_000)
    }

    @Test func `Progress of a restore counts the sealed bytes that are read`() throws {
        var seed = Seed.fromEnvironment()
        try fill(&seed)
        _ = try snapshot(context())
        let context = context()
        let report = try restore(context)
        let progress = context.progress.snapshot()
        // Pages come too.
        let came = report.bytes.wireSent
        #expect(progress.wire <= came && came - progress.wire < came / 50, "seed \(seed.value)")
        #expect(progress.wire > 3 << 20 && report.bytes.wireReceived == 0, "seed \(seed.value)")
        #expect(progress.wire < progress.done.logical)
    }

    @Test func `A limit holds what is written to a vault, not what it was before compression`() throws {
        var seed = Seed.fromEnvironment()
        try fill(&seed)
        let report = try snapshot(context(ByteRate(bytesPerSecond: 1e6)))
        let wire = Double(report.bytes.wireSent) / 1e6
        let seconds = clock.now() / .seconds(1)
        #expect(wire > 3 && Double(report.bytes.missing) > 1.5e6 * wire, "seed \(seed.value)")
        #expect(abs(seconds - wire) < 0.1 * wire, "\(seconds) s for \(wire) MB")
    }

    @Test func `A limit holds what is read from a vault`() throws {
        var seed = Seed.fromEnvironment()
        try fill(&seed)
        _ = try snapshot(context())
        let report = try restore(context(ByteRate(bytesPerSecond: 1e6)))
        let wire = Double(report.bytes.wireSent) / 1e6
        let seconds = clock.now() / .seconds(1)
        #expect(abs(seconds - wire) < 0.1 * wire, "\(seconds) s for \(wire) MB, seed \(seed.value)")
    }
}
