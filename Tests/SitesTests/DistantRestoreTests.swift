import Content
import Foundation
import Model
import Replication
import Storage
import TestSupport
import Testing
import Vault
import Wire

/// A restore of a vault at the other end of a connection fetches what the tree lacks, and nothing besides.
@Suite struct DistantRestoreTests {
    private let folder: TemporaryFolder
    private let tree: String
    private let cache: String
    private let far: DirectoryStore
    private let vault: Vault
    private let secret = Secret.passphrase(Array("correct horse battery staple".utf8))

    init() throws {
        folder = try TemporaryFolder()
        tree = try folder.folder("tree")
        cache = try folder.folder("cache")
        far = try DirectoryStore(path: folder.path("vault"), create: true)
        vault = try Vault.create(at: far, secret: secret, options: VaultOptions(keyCost: .trivial))
    }

    private func snapshot(_ bytes: [UInt8]) throws -> RunReport {
        try Data(bytes).write(to: URL(fileURLWithPath: "\(tree)/file"))
        var report = RunReport(verb: "snapshot", source: tree, destination: "vault")
        try Archiver(
            root: tree, vault: vault, dataset: "d", pair: EndpointPair(source: tree, destination: "vault"),
            context: RunContext(threads: 2, state: nil)
        ).run(&report)
        return report
    }

    /// Restores the newest snapshot over a connection; what crossed.
    private func restore(to target: String) throws -> (report: RunReport, crossed: UInt64) {
        let dialer = BlobSite(far).dialer()
        defer { dialer.close() }
        let remote = RemoteStore(dialer, path: "", name: "far")
        let store = ReadAheadStore(MeteredStore(ResumingStore(remote))) { VaultLayout.isUnchanging($0) }
        let distant = try Vault.open(
            at: store, secret: secret, cache: cache, for: VaultProspect(dataset: "d", writes: false))
        let newest = try #require(try distant.latest("d"))
        var report = RunReport(verb: "restore", source: "far", destination: target)
        try TreeRestore(
            vault: distant, snapshot: newest, destination: target,
            pair: EndpointPair(source: "far", destination: target),
            context: RunContext(threads: 2, state: nil)
        ).run(&report)
        return (report, dialer.traffic.received)
    }

    /// `bytes` with every `step`-th stretch of 100 bytes changed.
    private func edited(_ bytes: [UInt8], every step: Int) -> [UInt8] {
        var edited = bytes
        for place in stride(from: step / 2, to: bytes.count - 100, by: step) {
            for offset in 0..<100 { edited[place + offset] ^= 0xff }
        }
        return edited
    }

    @Test(arguments: [6 << 20, 48 << 20])
    func `what lies in several packs with gaps is fetched without them`(size: Int) throws {
        var seed = Seed(UInt64(size))
        let bytes = seed.bytes(size)
        _ = try snapshot(bytes)
        // About half of all chunks change, so that the old ones lie between those that are wanted.
        _ = try snapshot(edited(bytes, every: 160 << 10))
        let target = folder.path("target")
        let (report, crossed) = try restore(to: target)
        #expect(report.failures == [] && report.bytes.missing == UInt64(size))
        #expect(try TreeComparison.differences(tree, target, except: []) == [])
        #expect(Double(crossed) < 1.02 * Double(size) + 100_000)
    }

    @Test(arguments: [6 << 20, 48 << 20])
    func `what the file that is replaced has is not fetched`(size: Int) throws {
        var seed = Seed(UInt64(size))
        let bytes = seed.bytes(size)
        _ = try snapshot(bytes)
        let target = folder.path("target")
        _ = try restore(to: target)
        let lacking = try snapshot(edited(bytes, every: 2 << 20)).bytes.missing
        let (report, crossed) = try restore(to: target)
        #expect(report.failures == [] && report.files.changed == 1)
        #expect(try TreeComparison.differences(tree, target, except: []) == [])
        #expect(report.bytes.missing == lacking)
        #expect(Double(crossed) < 1.02 * Double(lacking) + 100_000)
    }
}
