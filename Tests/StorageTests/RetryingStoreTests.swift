import Model
import Storage
import TestSupport
import Testing

@Suite("a store that tries again")
struct RetryingStoreTests {
    private let memory = MemoryStore()
    private let faulty: FaultyStore
    private let clock = ManualClock()
    private let store: RetryingStore
    private let key: BlobKey
    private let passing = PerigeeError(.io, "the line is busy", canRetry: true)

    init() throws {
        faulty = FaultyStore(memory)
        store = RetryingStore(
            faulty,
            policy: RetryPolicy(attemptsMax: 4, firstPause: .seconds(1), pauseMax: .seconds(3)), clock: clock,
            jitter: { 0.5 })
        key = try #require(BlobKey("key"))
    }

    @Test("faults that pass are not seen, and the pauses double up to their limit")
    func passingFaults() throws {
        faulty.plan([.before(passing), .before(passing), .before(passing)])
        try store.put(key, [1], if: .absent)
        #expect(try memory.get(key, limit: ByteCount(1)) == [1])
        #expect(clock.sleeps == [.seconds(1), .seconds(2), .seconds(3)])
    }

    @Test("every verb is tried again")
    func everyVerb() throws {
        try memory.put(key, [1, 2], if: .always)
        func faulted<Result>(_ body: () throws -> Result) throws -> Result {
            faulty.plan([.before(passing)])
            return try body()
        }
        #expect(try faulted { try store.info(key)?.size } == ByteCount(2))
        #expect(try faulted { try store.list("", after: nil, limit: 1).count } == 1)
        var bytes: [UInt8] = [0, 0]
        #expect(try faulted { try bytes.withUnsafeMutableBytes { try store.read(key, at: 0, into: $0) } } == 2)
        #expect(bytes == [1, 2])
        try faulted { try store.delete(key) }
        let staging = try store.stage()
        try [UInt8(3)].withUnsafeBytes { try staging.append($0) }
        _ = try faulted { try staging.commit(as: key, if: .absent) }
        #expect(try memory.get(key, limit: ByteCount(1)) == [3])
    }

    @Test("it gives up after so many attempts, with the last error")
    func givesUp() throws {
        faulty.plan(Array(repeating: .before(passing), count: 10))
        #expect { try store.info(key) } throws: { ($0 as? PerigeeError)?.message == passing.message }
        #expect(faulty.requests == 4)
    }

    @Test("errors that stay, and conflicts, are not tried again")
    func stayingFaults() throws {
        faulty.plan([.before(PerigeeError(.denied, "no"))])
        #expect(throws: PerigeeError.self) { try store.put(key, [1], if: .always) }
        try memory.put(key, [1], if: .always)
        #expect { try store.put(key, [1], if: .absent) } throws: { ($0 as? PerigeeError)?.code == .conflict }
        #expect(faulty.requests == 2)
        #expect(clock.sleeps.isEmpty)
    }

    @Test("a put that went through although it failed is not in conflict with itself")
    func conflictWithItself() throws {
        faulty.plan([.after(passing)])
        let version = try store.put(key, [1, 2, 3], if: .absent)
        #expect(try memory.info(key)?.version == version)
        faulty.plan([.after(passing)])
        let next = try store.put(key, [4], if: .matches(version))
        #expect(try memory.info(key)?.version == next)
        #expect(try memory.get(key, limit: ByteCount(1)) == [4])
    }

    @Test("a put that failed while another went through is in conflict")
    func conflictWithAnother() throws {
        try memory.put(key, [1, 2, 9], if: .absent)
        faulty.plan([.before(passing)])
        #expect { try store.put(key, [1, 2, 3], if: .absent) } throws: { ($0 as? PerigeeError)?.code == .conflict }
        faulty.plan([.before(passing)])
        #expect { try store.put(key, [1, 2], if: .absent) } throws: { ($0 as? PerigeeError)?.code == .conflict }
        #expect(try memory.get(key, limit: ByteCount(3)) == [1, 2, 9])
    }

    @Test("pauses keep within half and one and a half of their mean, and never pass the limit")
    func pauses() {
        let policy = RetryPolicy(attemptsMax: 99, firstPause: .milliseconds(100), pauseMax: .seconds(60))
        #expect(policy.pause(after: 1, jitter: 0) == .milliseconds(50))
        #expect(policy.pause(after: 1, jitter: 1) == .milliseconds(150))
        #expect(policy.pause(after: 4, jitter: 0.5) == .milliseconds(800))
        #expect(policy.pause(after: 98, jitter: 1) == .seconds(60))
    }
}
