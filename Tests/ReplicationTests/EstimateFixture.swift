import Content
import Files
import Foundation
import Hashing
import Model
import Replication
import Storage
import TestSupport
import Vault

/// A tree, a vault in memory and a state folder, and the runs and estimates between them.
struct EstimateFixture {
    static let secret = Secret.passphrase(Array("correct horse battery staple".utf8))

    let folder: TemporaryFolder
    let source: String
    let destination: String
    let store = MemoryStore()
    let vault: Vault
    var context: RunContext

    init(threads: Int = 2) throws {
        folder = try TemporaryFolder()
        source = try folder.folder("source")
        destination = folder.path("destination")
        // Small chunks, so that small trees have many.
        vault = try Vault.create(
            at: store, secret: Self.secret,
            options: VaultOptions(chunker: try ChunkerParameters(average: 4096, secret: nil), keyCost: .trivial))
        context = RunContext(threads: threads, state: StateFolder(path: folder.path("state")))
    }

    var intoVault: EndpointPair { EndpointPair(source: source, destination: "vault:memory#data") }
    var betweenTrees: EndpointPair { EndpointPair(source: source, destination: destination) }
    var outOfVault: EndpointPair { EndpointPair(source: "vault:memory#data", destination: destination) }

    /// Writes `bytes` as the file `name` of `root`, with a time that proves something.
    func write(_ name: String, _ bytes: [UInt8], in root: String? = nil) throws {
        let path = "\(root ?? source)/\(name)"
        try FileManager.default.createDirectory(
            atPath: (path as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
        try Data(bytes).write(to: URL(fileURLWithPath: path))
    }

    /// Bytes that compress to about a third.
    static func text(_ count: Int, _ seed: inout Seed) -> [UInt8] {
        let words = (0..<200).map { _ in seed.bytes(Int(2 + seed.next() % 9)).map { 97 + $0 % 26 } + [32] }
        var out: [UInt8] = []
        while out.count < count { out += words[Int(seed.next() % 200)] }
        return Array(out.prefix(count))
    }

    func snapshot(_ compression: Compression = .auto) throws -> RunReport {
        var options = Archiver.Options()
        options.compression = compression
        var report = RunReport(verb: "snapshot", source: source, destination: "vault:memory#data")
        try Archiver(
            root: source, vault: vault, dataset: "data", pair: intoVault, options: options, context: context
        ).run(&report)
        return report
    }

    func estimateSnapshot(
        _ compression: Compression = .auto, isExact: Bool = false, link: LinkSpeed? = nil
    ) throws -> EstimateReport {
        var options = EstimateOptions()
        options.compression = compression
        options.isExact = isExact
        options.link = link
        var report = EstimateReport(source: source, destination: "vault:memory#data")
        try Estimator(
            root: source, vault: vault, dataset: "data", pair: intoVault, options: options, context: context
        ).run(&report)
        return report
    }

    func sync(_ options: SyncOptions = SyncOptions()) throws -> RunReport {
        var report = RunReport(verb: "sync", source: source, destination: destination)
        try TreeSync(
            source: source, destination: destination, pair: betweenTrees, options: options, context: context
        ).run(&report)
        return report
    }

    func estimateSync(_ wishes: SyncOptions = SyncOptions()) throws -> EstimateReport {
        var options = EstimateOptions()
        options.run = wishes
        var report = EstimateReport(source: source, destination: destination)
        try Estimator(
            source: source, destination: destination, pair: betweenTrees, options: options, context: context
        ).run(&report)
        return report
    }

    func restore() throws -> RunReport {
        var report = RunReport(verb: "restore", source: "vault:memory#data", destination: destination)
        try TreeRestore(
            vault: vault, snapshot: try latest(), destination: destination, pair: outOfVault, context: context
        ).run(&report)
        return report
    }

    func estimateRestore() throws -> EstimateReport {
        var report = EstimateReport(source: "vault:memory#data", destination: destination)
        try Estimator(
            vault: vault, snapshot: try latest(), destination: destination, pair: outOfVault, context: context
        ).run(&report)
        return report
    }

    private func latest() throws -> Snapshot {
        guard let snapshot = try vault.latest("data") else { throw PerigeeError(.notFound, "no snapshot") }
        return snapshot
    }

    /// The bytes of all blobs.
    func storedBytes() throws -> UInt64 {
        var sum: UInt64 = 0
        try store.listAll("").forEach { sum += $0.size.bytes }
        return sum
    }

    /// All names of a tree with what tells a change of them.
    static func look(_ root: String) throws -> [String] {
        guard FileManager.default.fileExists(atPath: root) else { return [] }
        var names: [String] = []
        try Replication.Scanner(root: root).forEach { names.append("\($0.path) \($0.identity) \($0.attributes)") }
        return names
    }
}
