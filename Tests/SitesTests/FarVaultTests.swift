import Content
import Files
import Foundation
import Hashing
import Model
import Replication
import Sites
import Storage
import Synchronization
import TestSupport
import Testing
import Vault
import Wire
import Workers

/// A vault at the other end of a line: what its host makes itself is not sent, and what comes to lie there is the same.
@Suite struct FarVaultTests {
    private let site: FarSite

    init() throws { site = try FarSite() }

    /// What the host of the vault can do.
    enum Host: CaseIterable {
        case all
        /// Makes no segments.
        case segmentsRefused
        /// Is of a version that knows nothing of it.
        case older
    }

    /// Makes a snapshot from afar, and says what crossed.
    private func snapshot(_ host: Host = .all, _ wrap: (any BlobStore) -> any BlobStore = { $0 }) throws -> (
        report: RunReport, traffic: Traffic
    ) {
        let streams = InProcessStream.pair()
        let served = wrap(site.vault)
        var options = WireOptions()
        if host == .older { options.features = [] }
        let there = options
        let other = Companion {
            guard let connection = try? Connection(streams.second, role: .responder, options: there) else { return }
            let service = host == .all ? BlobService.vaults { _, _ in served } : BlobService { _, _ in served }
            try? WireServer([service]).serve(connection)
            connection.close()
        }
        defer { other.join() }
        let connection = try Connection(streams.first, role: .initiator)
        defer { connection.close() }
        let store = ResumingStore(RemoteStore(Dialer { connection }, path: "", name: "far"), clock: ManualClock())
        let vault = try Vault.open(
            at: ReadAheadStore(MeteredStore(store)) { VaultLayout.isUnchanging($0) }, secret: site.secret,
            cache: site.cache)
        return (try site.snapshot(in: vault), connection.traffic)
    }

    private func write(_ bytes: [UInt8], _ name: String) throws { try site.write(bytes, name) }

    /// Checks all packs and segments by their names, reads all that the last snapshot holds, and compares it.
    private func check() throws {
        var kinds: [String: Int] = [:]
        try site.vault.listAll("").forEach { info in
            let parts = info.key.text.split(separator: "/")
            guard ["packs", "index"].contains(parts[0]), let name = parts.last else { return }
            kinds[String(parts[0]), default: 0] += 1
            let bytes = try site.vault.get(info.key, limit: info.size)
            #expect(bytes.withUnsafeBytes { Blake3.hash($0) }.hex == name)
        }
        #expect(kinds["packs", default: 0] > 0 && kinds["index", default: 0] > 0)
        let vault = try Vault.open(at: site.vault, secret: site.secret)
        let snapshot = try #require(try vault.latest("d"))
        var report = RunReport(verb: "restore", source: "far", destination: "here")
        let target = site.folder.path("restored")
        try? FileManager.default.removeItem(atPath: target)
        try TreeRestore(
            vault: vault, snapshot: snapshot, destination: target, pair: site.pair, options: SyncOptions(),
            context: RunContext(threads: 2, state: nil)
        ).run(&report)
        #expect(report.failures == [])
        #expect(try TreeComparison.differences(site.tree, target, except: geteuid() == 0 ? [] : [.owners]) == [])
    }

    @Test(arguments: Host.allCases)
    func `What lies there in the end is whole, whatever its host can do`(host: Host) throws {
        var seed = Seed.fromEnvironment()
        for index in 0..<150 { try write(seed.bytes(Int(seed.next() % 4000)), "small \(index)") }
        try write(seed.bytes(3_000_000), "large")
        try write(TwoSites.text(900_000, &seed), "text")
        // So often that segments are merged.
        for round in 0..<7 {
            _ = try snapshot(host)
            for index in 0..<9 { try write(seed.bytes(Int(seed.next() % 4000)), "small \(round * 9 + index)") }
        }
        #expect(try snapshot(host).report.failures == [], "seed \(seed.value)")
        try check()
    }

    @Test func `A chunk costs 120 bytes less than with a host of before this`() throws {
        let seed = Seed.fromEnvironment()
        func sent(_ host: Host, to tests: FarVaultTests) throws -> UInt64 {
            var seed = Seed(seed.value)
            for index in 0..<500 { try tests.write(seed.bytes(100), "\(index)") }
            defer { withExtendedLifetime(tests) {} }
            return try tests.snapshot(host).traffic.sent
        }
        let (short, long) = (try sent(.all, to: FarVaultTests()), try sent(.older, to: FarVaultTests()))
        #expect(short + 120 * 500 < long, "\(short), \(long), seed \(seed.value)")
        // What the chunks hold, their seals and names, and what pages take that name them.
        #expect(short < 500 * (100 + 64 + 96), "\(short), \(long), seed \(seed.value)")
    }

    /// A pack of records that hold so many bytes, none of which could be opened.
    private func pack(_ lengths: [Int], _ seed: inout Seed) throws -> [UInt8] {
        var builder = PackBuilder()
        var bytes = builder.head()
        for length in lengths {
            let header = RecordHeader(
                kind: .chunk, codec: .stored, cipher: .aes256GCM, epoch: UInt32(1 + length % 2),
                plainLength: UInt32(length), sealedLength: UInt32(length + 16),
                nonce: seed.bytes(12).withUnsafeBytes { Nonce($0) },
                id: seed.bytes(32).withUnsafeBytes { ContentID($0) })
            var record = [UInt8](repeating: 0, count: RecordHeader.byteCount)
            record.withUnsafeMutableBytes { header.encode(into: $0) }
            record += seed.bytes(length + 16)
            try record.withUnsafeBytes { try builder.append($0) }
            bytes += record
        }
        return bytes + builder.finish().tail
    }

    @Test func `A pack comes as it is, whatever its records and the parts in which it is given`() throws {
        var seed = Seed.fromEnvironment()
        let store = MemoryStore()
        let dialer = BlobSite(store).dialer()
        let remote = RemoteStore(dialer, path: "", name: "far")
        let tiny = (0..<600).map { _ in Int(seed.next() % 90) }
        let cases = [[], tiny, tiny + [3 << 20] + tiny, [1 << 20, 5, 700_000], [0], tiny + [5000, 90_000]]
        for (index, lengths) in cases.enumerated() {
            let bytes = try pack(lengths, &seed)
            for step in [100, 5000, 1 << 20, bytes.count] {
                let key = try #require(BlobKey("packs/\(index)-\(step)"))
                let staging = try remote.stage()
                var offset = 0
                while offset < bytes.count {
                    let part = bytes[offset..<min(bytes.count, offset + 1 + Int(seed.next() % UInt64(step)))]
                    try part.withUnsafeBytes { try staging.append($0) }
                    offset = part.endIndex
                }
                try staging.commit(as: key, if: .absent)
                #expect(try store.get(key, limit: ByteCount(bytes.count)) == bytes, "\(key), seed \(seed.value)")
            }
            let key = try #require(BlobKey("packs/\(index)"))
            try remote.put(key, bytes, if: .absent)
            #expect(try store.get(key, limit: ByteCount(bytes.count)) == bytes, "\(key), seed \(seed.value)")
        }
        dialer.close()
    }

    @Test func `A pack that ends otherwise than its records say is not kept`() throws {
        let (first, second) = (InProcessStream.pair(), MemoryStore())
        let other = Companion {
            guard let connection = try? Connection(first.second, role: .responder) else { return }
            try? WireServer([BlobService { _, _ in second }]).serve(connection)
            connection.close()
        }
        defer { other.join() }
        let connection = try Connection(first.first, role: .initiator)
        defer { connection.close() }
        let channel = try connection.open("blobs", [0, 0, 0])
        var builder = PackBuilder()
        let head = builder.head()
        let key = Array("packs/aa/pack".utf8)
        let rest: [UInt8] = [0, UInt8(key.count), 0] + key
        // 5 stage, 6 data, 11 complete: with the digest of another end, and then with the right one.
        for digest in [Digest.zero, builder.finish().tail.withUnsafeBytes { Blake3.hash($0) }] {
            try channel.send(5)
            try channel.send(6, head)
            try channel.send(11, digest.withUnsafeBytes { Array($0) } + rest)
            let answer = try #require(try channel.receive())
            #expect(answer.kind == (digest == .zero ? 70 : 69))
            #expect(try second.list("", after: nil, limit: 10).count == (digest == .zero ? 0 : 1))
        }
        // Records that are none end the channel; so do those of a blob that did not begin.
        try channel.send(5)
        try channel.send(10, [3, 1, 2])
        #expect(throws: PerigeeError.self) { while try channel.receive() != nil {} }
        let again = try connection.open("blobs", [0, 0, 0])
        try again.send(10, [0])
        #expect(throws: PerigeeError.self) { while try again.receive() != nil {} }
    }

    @Test func `A segment is only made of packs that are there, and under its own name`() throws {
        var seed = Seed.fromEnvironment()
        for index in 0..<20 { try write(seed.bytes(500), "\(index)") }
        _ = try snapshot(.segmentsRefused)
        var packs: [Digest] = []
        try site.vault.listAll("packs/").forEach { info in
            packs.append(try site.vault.get(info.key, limit: info.size).withUnsafeBytes { Blake3.hash($0) })
        }
        let segment = try #require(try site.vault.list("index/", after: nil, limit: 2).first)
        let bytes = try site.vault.get(segment.key, limit: segment.size)
        try site.vault.delete(segment.key)
        func make(_ key: BlobKey, of recipe: BlobRecipe) throws -> Bool {
            try SegmentMaker.make(in: site.vault, key, by: recipe, if: .absent) != nil
        }
        let wrong = try #require(BlobKey("index/aa/" + String(repeating: "a", count: 64)))
        #expect(try !make(wrong, of: .segment(ofPacks: packs)))
        #expect(try !make(segment.key, of: .segment(ofPacks: packs + [.zero])))
        #expect(try !make(segment.key, of: .segment(ofPacks: [])))
        #expect(try !make(segment.key, of: .merged(segments: [.zero])))
        let elsewhere = try #require(BlobKey("descriptor"))
        #expect(try !make(elsewhere, of: .segment(ofPacks: packs)))
        #expect(try site.vault.list("index/", after: nil, limit: 2) == [])
        #expect(try make(segment.key, of: .segment(ofPacks: packs)))
        #expect(try site.vault.get(segment.key, limit: segment.size) == bytes)
    }
}
