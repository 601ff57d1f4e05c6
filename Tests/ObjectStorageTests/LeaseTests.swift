import Model
import ObjectStorage
import Storage
import Synchronization
import TestSupport
import Testing
import Workers

@Suite(
    "Where a server ignores conditions, one writer is safe and two are refused",
    .enabled(if: ObjectServer.isInstalled, "make setup-tests installs the servers"))
struct LeaseTests {
    private static let key = BlobKey("lease")!

    /// A store for one writer on the gateway that ignores conditions.
    private func store(
        _ settings: S3Settings, machine: String = "m1", process: Int32 = 1, clock: ManualClock = ManualClock()
    ) throws -> LeasedStore {
        var doors = S3Doors()
        doors.clock = clock
        let capabilities = S3Capabilities(
            probed: Timestamp(seconds: 0), writers: .one, creates: false, replacing: .ignored, assembles: false,
            checksums: false)
        var seed = SystemRandomNumberGenerator()
        let token = (0..<32).map { _ in String(Int.random(in: 0...9, using: &seed)) }.joined()
        return LeasedStore(
            try S3Store(settings, capabilities, doors: doors), key: Self.key,
            writer: WriterIdentity(machine: machine, process: process), token: token)
    }

    private final class Winners: Sendable {
        private let numbers = Mutex<[Int]>([])
        var all: [Int] { numbers.withLock { $0 } }
        func add(_ number: Int) { numbers.withLock { $0.append(number) } }
    }

    private func settings() throws -> S3Settings { try S3Fixture.settings(ObjectServer.juice.get()) }

    @Test(
        "the promises of BlobStore hold for one writer",
        arguments: BlobStoreConformance.allCases.filter {
            !Self.seesTheLease.contains($0) && !Self.notKept.contains($0)
        })
    func conformance(check: BlobStoreConformance) throws { try check.run(store(settings())) }

    /// These look at all that is listed, the lease included.
    static let seesTheLease: [BlobStoreConformance] = [
        .listingsAreOrdered, .listingsKeepToThePrefix, .stagingKeepsConditions, .longestKey, .deletingIsQuiet,
        .repliesAreInOrder,
    ]

    /// The gateway replaces an object while others read it, so that they may see parts of both.
    static let notKept: [BlobStoreConformance] = [.readersSeeWholeBlobs]

    @Test("a second writer is refused, and may when the first has ended; readers may always")
    func second() throws {
        let settings = try settings()
        let (first, second) = (try store(settings), try store(settings, machine: "m2"))
        let key = try #require(BlobKey("refs/a"))
        let version = try first.put(key, [1], if: .absent)
        #expect(try second.get(key, limit: ByteCount(9)) == [1])
        for attempt in [
            { _ = try second.put(key, [2], if: .always) }, { try second.delete(key) },
            { _ = try second.stage().commit(as: key, if: .always) },
        ] {
            #expect {
                try attempt()
            } throws: { error in
                (error as? PerigeeError)?.code == .busy && "\(error)".contains("one at a time")
            }
        }
        #expect(try first.put(key, [3], if: .matches(version)) != version)
        first.release()
        #expect(throws: PerigeeError.self) { try second.put(key, [4], if: .matches(version)) }
        #expect(try second.get(key, limit: ByteCount(9)) == [3])
        try second.put(key, [5], if: .always)
        second.release()
        #expect(try second.list("", after: nil, limit: 9).map(\.key.text) == ["refs/a"], "no lease is left")
    }

    @Test("a writer that was killed on this machine is known to be gone, one on another is not")
    func killed() throws {
        let settings = try settings()
        let key = try #require(BlobKey("refs/a"))
        // No process has this number: the system's greatest is smaller.
        try store(settings, machine: "m1", process: .max).put(key, [1], if: .always)
        #expect(throws: PerigeeError.self) { try store(settings, machine: "m2").put(key, [2], if: .always) }
        try store(settings, machine: "m1").put(key, [3], if: .always)
    }

    @Test("a writer that lost the lease while it was silent is refused")
    func lost() throws {
        let settings = try settings()
        let clock = ManualClock()
        let key = try #require(BlobKey("refs/a"))
        let silent = try store(settings, process: .max, clock: clock)
        try silent.put(key, [1], if: .always)
        try store(settings).put(key, [2], if: .always)
        clock.advance(.seconds(3))
        #expect {
            try silent.put(key, [3], if: .always)
        } throws: { error in
            (error as? PerigeeError)?.code == .busy && "\(error)".contains("taken the vault over")
        }
        #expect(try silent.get(key, limit: ByteCount(9)) == [2])
    }

    @Test("of several that begin at once, at most one may write")
    func race() throws {
        let settings = try settings()
        let key = try #require(BlobKey("refs/a"))
        let capabilities = S3Capabilities(
            probed: Timestamp(seconds: 0), writers: .one, creates: false, replacing: .ignored, assembles: false,
            checksums: false)
        let stores = try (0..<4).map { number in
            LeasedStore(
                try S3Store(settings, capabilities), key: Self.key,
                writer: WriterIdentity(machine: "m\(number)", process: 1), token: "token\(number)")
        }
        let winners = Winners()
        try Crew.run(4) { number in
            do {
                try stores[number].put(key, [UInt8(number)], if: .absent)
                winners.add(number)
            } catch let error as PerigeeError {
                if error.code != .busy { throw error }
            }
        }
        #expect(winners.all.count == 1, "\(winners.all)")
    }

    @Test("the blob comes back as it was written, and a changed one is nobody's")
    func blob() {
        let blob = LeaseBlob(token: "0123", writer: WriterIdentity(machine: "ab", process: 42))
        let bytes = blob.encoded()
        #expect(LeaseBlob(decoding: bytes) == blob)
        for index in bytes.indices {
            var changed = bytes
            changed[index] ^= 1
            #expect(LeaseBlob(decoding: changed) == nil, "byte \(index)")
        }
    }
}
