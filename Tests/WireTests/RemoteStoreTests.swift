import Glibc
import Model
import Storage
import TestSupport
import Testing
import Wire
import Workers

@Suite("A store at another site keeps the promises of BlobStore")
struct RemoteStoreTests {
    private func check(
        _ check: BlobStoreConformance, _ store: any BlobStore,
        streams: @escaping @Sendable () throws -> (first: any ByteStream, second: any ByteStream)
    ) throws {
        let dialer = BlobSite(store, streams: streams).dialer()
        try check.run(RemoteStore(dialer, path: "/there", name: "there"))
        dialer.close()
    }

    @Test("in the process, over memory", arguments: BlobStoreConformance.allCases)
    func memory(check: BlobStoreConformance) throws {
        try self.check(check, MemoryStore()) { InProcessStream.pair() }
    }

    @Test("in the process, over a buffer of a few bytes", arguments: BlobStoreConformance.allCases)
    func narrow(check: BlobStoreConformance) throws {
        try self.check(check, MemoryStore()) { InProcessStream.pair(capacity: 1021) }
    }

    @Test("over pipes, in a folder", arguments: BlobStoreConformance.allCases)
    func pipes(check: BlobStoreConformance) throws {
        let folder = try TemporaryFolder()
        try self.check(check, DirectoryStore(path: folder.path)) { try SystemStreams.pipes() }
    }

    @Test("over sockets, in a folder, going on after lost connections", arguments: BlobStoreConformance.allCases)
    func resuming(check: BlobStoreConformance) throws {
        let folder = try TemporaryFolder()
        let site = BlobSite(try DirectoryStore(path: folder.path), streams: { try SystemStreams.sockets() })
        let dialer = site.dialer()
        try check.run(ResumingStore(RemoteStore(dialer, path: "/", name: "there"), clock: ManualClock()))
        dialer.close()
    }

    @Test("Reads of any length come whole, also those of several messages")
    func longReads() throws {
        let store = MemoryStore()
        var seed = Seed.fromEnvironment()
        let bytes = seed.bytes(3 * WireLimits.messageMax + 17)
        let key = try #require(BlobKey("long"))
        let dialer = BlobSite(store).dialer()
        let remote = RemoteStore(dialer, path: "/", name: "there")
        try remote.put(key, bytes, if: .absent)
        #expect(try store.get(key, limit: ByteCount(bytes.count)) == bytes)
        #expect(try remote.get(key, limit: ByteCount(bytes.count)) == bytes)
        for count in [WireLimits.messageMax - 1, WireLimits.messageMax, WireLimits.messageMax + 1] {
            let got = try [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
                filled = try remote.read(key, at: 5, into: UnsafeMutableRawBufferPointer(buffer))
            }
            #expect(got == Array(bytes[5..<count + 5]))
        }
        dialer.close()
    }

    @Test("All of a blob comes in one answer, whatever its length, and with its version")
    func whole() throws {
        let store = MemoryStore()
        var seed = Seed.fromEnvironment()
        let dialer = BlobSite(store).dialer()
        let remote = RemoteStore(dialer, path: "/", name: "there")
        for count in [0, 1, WireLimits.messageMax, WireLimits.messageMax + 1, 5 << 20] {
            let key = try #require(BlobKey("blob-\(count)"))
            let bytes = seed.bytes(count)
            let version = try store.put(key, bytes, if: .absent)
            let found = try #require(try remote.fetch(key, limit: ByteCount(count)))
            #expect(found.bytes == bytes && found.version == version)
            #expect(try remote.get(key, limit: ByteCount(count)) == bytes)
            guard count > 0 else { continue }
            #expect(throws: PerigeeError.self) { try remote.get(key, limit: ByteCount(count - 1)) }
        }
        let absent = try #require(BlobKey("absent"))
        #expect(try remote.fetch(absent, limit: ByteCount(10)) == nil)
        #expect(throws: PerigeeError.self) { try remote.get(absent, limit: ByteCount(10)) }
        dialer.close()
    }

    @Test(
        "Blobs in turn are sent before the first is answered, but not to a side that would put them anyhow",
        arguments: [[], WireFeatures.turns])
    func turns(features: WireFeatures) throws {
        let ends = InProcessStream.pair(capacity: 8 << 20)
        let peer = RawPeer(ends.second)
        try peer.write(RawPeer.hello(role: 1, features: features.rawValue))
        let dialer = Dialer { try Connection(ends.first, role: .initiator) }
        let remote = RemoteStore(dialer, path: "/", name: "there")
        let key = try #require(BlobKey("blob"))
        let versions = Monitor<[BlobVersion]?>(nil)
        let client = Companion {
            let made = try? remote.putInTurn([BlobPut(key, [1], if: .absent), BlobPut(key, [2], if: .always)])
            versions.change { $0 = made }
        }
        _ = try peer.readHello()
        let channel = try peer.receive().channel
        func kinds() throws -> [UInt8] { try (0..<3).map { _ in try peer.receive().messageKind } }
        func answer(_ version: String) throws {
            let text = RawPeer.little(UInt16(version.utf8.count)) + version.utf8
            try peer.send(2, channel: channel, messageKind: 69, text)
        }
        var said = try kinds()
        if features.isEmpty { try answer("a") }
        said += try kinds()
        if !features.isEmpty { try answer("a") }
        try answer("b")
        client.join()
        #expect(said == (features.isEmpty ? [5, 6, 7, 5, 6, 7] : [5, 6, 7, 5, 6, 13]))
        #expect(versions.read { $0 } == [BlobVersion("a"), BlobVersion("b")])
        ends.second.close()
        dialer.close()
    }

    @Test("Commits are on their way together")
    func commits() throws {
        let store = MeetingStore(3)
        let dialer = BlobSite(store).dialer()
        let remote = ResumingStore(RemoteStore(dialer, path: "/", name: "there"), clock: ManualClock())
        let commits = try (0..<3).map { index in
            let staging = try remote.stage()
            try [UInt8(index)].withUnsafeBytes { try staging.append($0) }
            return try staging.startCommit(as: #require(BlobKey("blob-\(index)")), if: .absent)
        }
        // Each is only done once all have come.
        for commit in commits { _ = try commit.finish() }
        #expect(try store.list("", after: nil, limit: 10).count == 3)
        dialer.close()
    }
}

/// A store in which a put waits until so many are under way.
private final class MeetingStore: BlobStore {
    private let base = MemoryStore()
    private let count: Int
    private let arrived = Monitor(0)

    init(_ count: Int) { self.count = count }

    var name: String { base.name }

    func put(_ key: BlobKey, _ parts: [UnsafeRawBufferPointer], if condition: PutCondition) throws -> BlobVersion {
        arrived.change { $0 += 1 }
        guard arrived.wait(for: .seconds(120), until: { $0 >= count ? true : nil }) == true else {
            throw PerigeeError(.io, "the others did not come")
        }
        return try base.put(key, parts, if: condition)
    }

    func read(_ key: BlobKey, at offset: UInt64, into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        try base.read(key, at: offset, into: buffer)
    }

    func info(_ key: BlobKey) throws -> BlobInfo? { try base.info(key) }

    func list(_ prefix: String, after cursor: BlobKey?, limit: Int) throws -> [BlobInfo] {
        try base.list(prefix, after: cursor, limit: limit)
    }

    func delete(_ key: BlobKey) throws { try base.delete(key) }
}

/// Pairs of streams over the system's descriptors.
enum SystemStreams {
    static func pipes() throws -> (first: any ByteStream, second: any ByteStream) {
        var (there, back): ([Int32], [Int32]) = ([0, 0], [0, 0])
        try #require(pipe(&there) == 0 && pipe(&back) == 0)
        return (
            DescriptorStream(reading: back[0], writing: there[1], peer: "the second end"),
            DescriptorStream(reading: there[0], writing: back[1], peer: "the first end")
        )
    }

    static func sockets() throws -> (first: any ByteStream, second: any ByteStream) {
        var ends: [Int32] = [0, 0]
        try #require(socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &ends) == 0)
        return (
            DescriptorStream(reading: ends[0], writing: ends[0], peer: "the second end"),
            DescriptorStream(reading: ends[1], writing: ends[1], peer: "the first end")
        )
    }
}
