import Content
import Foundation
import Hashing
import Model
import Storage
import Synchronization
import TestSupport
import Testing
import Vault

/// A vault in which snapshots were forgotten and a gc has condemned what they alone needed.
///
/// Made by this test with fixed time, random bytes and nonces; made anew with
/// `PERIGEE_WRITE_GOLDEN=<folder> swift test -c release --filter GoldenGcTests`.
@Suite("The golden vault that a gc has seen", .serialized)
struct GoldenGcTests {
    private static let now = Timestamp(seconds: 4_102_444_800, nanoseconds: 7)
    private static let folder = ProcessInfo.processInfo.environment["PERIGEE_WRITE_GOLDEN"]
    private static let secret = Secret.keyFile(GoldenVault.keyFile)

    private static func golden() throws -> MemoryStore {
        let folder = try #require(Bundle.module.url(forResource: "Golden/Collected", withExtension: nil))
        let store = MemoryStore()
        for name in try FileManager.default.subpathsOfDirectory(atPath: folder.path) {
            let file = folder.appendingPathComponent(name)
            guard (try? file.resourceValues(forKeys: [.isRegularFileKey]))?.isRegularFile == true else { continue }
            try store.put(try #require(BlobKey(name)), Array(try Data(contentsOf: file)), if: .absent)
        }
        return store
    }

    /// The same vault, made now: of five snapshots two are kept, and of another dataset none.
    private static func make() throws -> MemoryStore {
        let store = MemoryStore()
        let counter = Counter()
        let sources = Atomic<UInt32>(0)
        let environment = VaultEnvironment(
            now: { now }, fillRandom: { buffer in for index in buffer.indices { buffer[index] = counter.next() } },
            nonces: { CountedNonces(source: sources.wrappingAdd(1, ordering: .relaxed).oldValue) })
        let options = VaultOptions(
            cipher: .aes256GCM, keyCost: .trivial, label: "key file", environment: environment)
        let vault = try Vault.create(at: store, secret: secret, options: options)
        var ids: [ContentID] = []
        for round in 0..<5 {
            let files = [
                ("same", [UInt8](repeating: 7, count: 3000)), ("round", [UInt8](repeating: UInt8(round), count: 900)),
            ]
            ids.append(try VaultFixture.commit(files, to: vault, .stored).id)
        }
        let gone = try VaultFixture.commit([("x", [1, 2, 3])], to: vault, dataset: "gone", .stored)
        try vault.forget([ids[0], ids[2], ids[4]], of: "data")
        try vault.forget([gone.id], of: "gone", allowsEmpty: true)
        _ = try vault.collectGarbage(GcOptions(grace: 1))
        return store
    }

    @Test("is written as it was, but for what a compressor may change")
    func written() throws {
        let made = try Self.make()
        if let folder = Self.folder {
            for key in try made.keys() {
                let file = URL(fileURLWithPath: "\(folder)/Collected/\(key.text)")
                try FileManager.default.createDirectory(
                    at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
                try Data(made.all(key)).write(to: file)
            }
            return
        }
        let golden = try Self.golden()
        #expect(try made.keys() == golden.keys())
        for key in try golden.keys() where !key.text.hasPrefix("snapshots/") {
            #expect(try made.all(key) == golden.all(key), "\(key)")
        }
    }

    @Test(
        "lists what is kept, and a gc goes on where the other one stopped",
        .enabled(if: folder == nil, "golden files are being written"))
    func read() throws {
        let store = try Self.golden()
        let vault = try Vault.open(at: store, secret: Self.secret)
        var history = try vault.history("data")
        var sequences: [UInt64] = []
        while let snapshot = try history.next() {
            sequences.append(snapshot.sequence)
            let files = try VaultFixture.files(of: snapshot, in: vault)
            #expect(files["round"] == [UInt8](repeating: UInt8(snapshot.sequence), count: 900))
        }
        #expect(sequences == [3, 1])
        #expect(try vault.datasets() == ["data"] && vault.latest("gone") == nil)
        #expect(try vault.verify(VerifyOptions(level: .data)).damages.map(\.place) == [])
        let report = try vault.collectGarbage(GcOptions(grace: 0))
        #expect(report.deleted.count > 0 && report.deletedSnapshots == 4)
        #expect(try vault.verify(VerifyOptions(level: .data)).damages.map(\.place) == [])
    }

    @Test(
        "says in gaps, ref and gc what the format's document says",
        .enabled(if: folder == nil, "golden files are being written"))
    func bytes() throws {
        let site = try GoldenVaultBytesTests.Site(Self.golden(), .aes256GCM)
        let tagKey = site.key("perigee 2026-11 dataset tag key v1")
        func tag(_ name: String) -> [UInt8] {
            Array(
                Array(name.utf8).withUnsafeBytes { Blake3.hash($0, key: tagKey) }.withUnsafeBytes { Array($0) }[..<16])
        }
        let data = Hexadecimal.encode(tag("data"))
        var gaps = try site.sealed(
            #require(BlobKey("gaps/\(data)")), magic: "PERIGAPS",
            site.key("perigee 2026-11 history gaps sealing key v1"))
        #expect(gaps.number(4) == 2 && gaps.count == 2 * 64)
        let pairs = [(gaps.raw(32), gaps.raw(32)), (gaps.raw(32), gaps.raw(32))]
        #expect(pairs[0].0.lexicographicallyPrecedes(pairs[1].0))
        #expect(pairs.contains { $0.1 == [UInt8](repeating: 0, count: 32) }, "the oldest has none before it")
        let refKey = site.key("perigee 2026-11 ref sealing key v1")
        var ref = try site.sealed(
            #require(BlobKey("refs/\(Hexadecimal.encode(tag("gone")))")), magic: "PERIREFS", refKey)
        #expect(ref.number(8) == 1 && ref.raw(32) == [UInt8](repeating: 0, count: 32))
        #expect(ref.text(Int(ref.number(2))) == "gone" && ref.count == 0)
        var state = try site.sealed(
            #require(BlobKey("gc")), magic: "PERIGCST", site.key("perigee 2026-11 gc sealing key v1"))
        #expect(state.number(8) == 2 && state.number(1) == 2, "the second epoch, condemned")
        #expect(state.number(8) == 4_102_444_800 && state.number(4) == 7)
        let packs = (0..<Int(state.number(4))).map { _ in Hexadecimal.encode(state.raw(32)) }
        #expect(!packs.isEmpty && packs == packs.sorted())
        for pack in packs { #expect(try site.store.exists(#require(BlobKey("packs/\(pack.prefix(2))/\(pack)")))) }
        let snapshots = (0..<Int(state.number(4))).map { _ in
            (Hexadecimal.encode(state.raw(16)), Hexadecimal.encode(state.raw(32)))
        }
        #expect(snapshots.count == 4 && state.count == 0)
        for (tag, id) in snapshots { #expect(try site.store.exists(#require(BlobKey("snapshots/\(tag)/\(id)")))) }
    }
}

/// Nonces that count: four bytes for the source, eight for the nonce.
private final class CountedNonces: NonceSource {
    private let source: UInt32
    private var count: UInt64 = 0

    init(source: UInt32) { self.source = source }

    func next() -> Nonce {
        count += 1
        var bytes: [UInt8] = []
        withUnsafeBytes(of: source.littleEndian) { bytes += $0 }
        withUnsafeBytes(of: count.littleEndian) { bytes += $0 }
        return bytes.withUnsafeBytes { Nonce($0) }
    }
}
