import Content
import Foundation
import Hashing
import Model
import Storage
import Synchronization
import TestSupport
import Testing
import Vault

/// Whole vaults of format version 1, as they were first written: later versions must read them.
///
/// They were made by this test, with fixed time, random bytes and nonces. They are never made anew for version 1; a new
/// version adds its own with `PERIGEE_WRITE_GOLDEN=<folder> swift test -c release --filter GoldenVaultTests`, which writes
/// them into that folder instead of comparing.
@Suite("Golden vaults of format version 1")
struct GoldenVaultTests {
    static let created = Timestamp(seconds: 1_795_438_800, nanoseconds: 5)

    /// The golden vault of `cipher`, in memory.
    static func golden(_ cipher: String) throws -> MemoryStore {
        let folder = try #require(Bundle.module.url(forResource: "Golden/Vaults/\(cipher)", withExtension: nil))
        let store = MemoryStore()
        for name in try FileManager.default.subpathsOfDirectory(atPath: folder.path) {
            let file = folder.appendingPathComponent(name)
            guard (try? file.resourceValues(forKeys: [.isRegularFileKey]))?.isRegularFile == true else { continue }
            try store.put(try #require(BlobKey(name)), Array(try Data(contentsOf: file)), if: .absent)
        }
        return store
    }

    /// The same vault, made now.
    private static func make(_ cipher: String) throws -> MemoryStore {
        let store = MemoryStore()
        let counter = Counter()
        let sources = Atomic<UInt32>(0)
        let environment = VaultEnvironment(
            now: { created },
            fillRandom: { buffer in for index in buffer.indices { buffer[index] = counter.next() } },
            nonces: { GoldenNonces(source: sources.wrappingAdd(1, ordering: .relaxed).oldValue) })
        let options = VaultOptions(
            cipher: try #require(Cipher(name: cipher)), keyCost: .trivial, label: "passphrase",
            environment: environment)
        let secret = Secret.passphrase(Array(GoldenVault.passphrase.utf8))
        let vault = try Vault.create(at: store, secret: secret, options: options)
        try vault.addSecret(.keyFile(GoldenVault.keyFile), label: "key file")
        for number in GoldenVault.snapshots.indices { try commit(number, to: vault) }
        return store
    }

    private static func commit(_ number: Int, to vault: Vault) throws {
        let session = try vault.beginWriting(.stored)
        let writer = try session.chunkWriter()
        let pages = try session.pageSink()
        let folders = ([""] + GoldenVault.folders(number)).map { path in
            let attributes = Attributes(kind: .directory, mode: 0o755, modified: Timestamp(seconds: 1_700_000_000))
            return Entry(path: TreePath(trusted: Array(path.utf8)), attributes: attributes)
        }
        let files = try GoldenVault.snapshots[number].map { path, bytes in
            try VaultFixture.entry(path, bytes, GoldenVault.chunkLength, writer, pages)
        }
        var tree = EntryTreeBuilder(sink: pages)
        for entry in (folders + files).sorted(by: { $0.path < $1.path }) { try tree.add(entry) }
        let root = try tree.finish()
        try writer.finish()
        try pages.finish()
        let draft = SnapshotDraft(
            created: Timestamp(seconds: 1_795_440_000 + Int64(number)), tree: root, source: "/golden", host: "host",
            program: "1")
        _ = try session.commit(draft, dataset: GoldenVault.dataset, expecting: nil)
    }

    private static let writeFolder = ProcessInfo.processInfo.environment["PERIGEE_WRITE_GOLDEN"]

    @Test("is written as it was, but for what a compressor may change", arguments: GoldenVault.ciphers)
    func written(cipher: String) throws {
        let made = try Self.make(cipher)
        if let folder = Self.writeFolder {
            for key in try made.keys() {
                let file = URL(fileURLWithPath: "\(folder)/\(cipher)/\(key.text)")
                try FileManager.default.createDirectory(
                    at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
                try Data(made.all(key)).write(to: file)
            }
            return
        }
        let golden = try Self.golden(cipher)
        #expect(try made.keys() == golden.keys())
        for key in try golden.keys() where !key.text.hasPrefix("snapshots/") {
            #expect(try made.all(key) == golden.all(key), "\(key)")
        }
    }

    @Test(
        "opens by each of its secrets, lists its history and gives back every byte",
        .enabled(if: writeFolder == nil, "golden files are being written"), arguments: GoldenVault.ciphers)
    func read(cipher: String) throws {
        let store = try Self.golden(cipher)
        for secret in [Secret.passphrase(Array(GoldenVault.passphrase.utf8)), .keyFile(GoldenVault.keyFile)] {
            let vault = try Vault.open(at: store, secret: secret)
            #expect(vault.descriptor.cipher.name == cipher)
            #expect(vault.descriptor.created == Self.created)
            #expect(try vault.datasets() == [GoldenVault.dataset])
            var history = try vault.history(GoldenVault.dataset)
            for number in GoldenVault.snapshots.indices.reversed() {
                let snapshot = try #require(try history.next())
                #expect(snapshot.sequence == UInt64(number))
                var cursor = EntryCursor(snapshot.tree, source: try vault.pages())
                var folders: [String] = []
                while let entry = try cursor.next() {
                    if entry.attributes.kind == .directory { folders.append(entry.path.description) }
                }
                #expect(folders.count == GoldenVault.folders(number).count + 1)
                let files = try VaultFixture.files(of: snapshot, in: vault).filter { !folders.contains($0.key) }
                #expect(files == Dictionary(uniqueKeysWithValues: GoldenVault.snapshots[number].map { ($0, $1) }))
            }
            #expect(try history.next() == nil)
            #expect(Set(try vault.listKeys().map(\.label)) == ["passphrase", "key file"])
        }
    }

    @Test(
        "verifies to the last byte, and can be written on",
        .enabled(if: writeFolder == nil, "golden files are being written"), arguments: GoldenVault.ciphers)
    func verified(cipher: String) throws {
        let store = try Self.golden(cipher)
        let vault = try Vault.open(at: store, secret: .keyFile(GoldenVault.keyFile))
        let before = try vault.verify(VerifyOptions(level: .data))
        #expect(before.damages.map(\.problem) == [])
        #expect(before.unlistedPacks == 0 && before.recordsOpened == before.records)
        try VaultFixture.commit([("new", [1, 2, 3])], to: vault, dataset: GoldenVault.dataset)
        #expect(try vault.latest(GoldenVault.dataset)?.sequence == UInt64(GoldenVault.snapshots.count))
        #expect(try vault.verify(VerifyOptions(level: .data)).damages.map(\.problem) == [])
    }
}

/// Nonces that count: four bytes for the source, eight for the nonce.
private final class GoldenNonces: NonceSource {
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
