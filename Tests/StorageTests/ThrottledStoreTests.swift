import Model
import Storage
import TestSupport
import Testing
import Workers

@Suite("a store whose bytes pass a token bucket")
struct ThrottledStoreTests {
    private let clock = ManualClock()

    private func seconds(_ duration: Duration) -> Double { duration / .seconds(1) }

    @Test("bytes pass at the rate, after a burst of a quarter of a second")
    func rate() {
        let bucket = TokenBucket(ByteRate(bytesPerSecond: 1000), clock: clock)
        clock.advance(.seconds(100))
        bucket.take(250)
        #expect(clock.sleeps.isEmpty)
        for _ in 0..<10 { bucket.take(500) }
        #expect(abs(seconds(clock.now()) - 105) < 0.01)
    }

    @Test("a change of rate holds for those that wait")
    func changedRate() throws {
        let slow = SteppingClock()
        let bucket = TokenBucket(ByteRate(bytesPerSecond: 10), clock: slow)
        slow.onSleep = { count in if count == 20 { bucket.rate = ByteRate(bytesPerSecond: 1e6) } }
        bucket.take(1000)
        #expect(seconds(slow.now()) < 3, "1000 bytes at 10 a second would take 100 seconds")
        #expect(seconds(slow.now()) > 1.9)
        bucket.rate = nil
        let before = slow.now()
        bucket.take(1 << 40)
        #expect(slow.now() == before)
    }

    @Test("idle time is not saved up, and a limit set anew begins with nothing owed")
    func noCredit() {
        let bucket = TokenBucket(nil, clock: clock)
        bucket.take(1 << 30)
        clock.advance(.seconds(1000))
        bucket.rate = ByteRate(bytesPerSecond: 100)
        bucket.take(100)
        #expect(abs(seconds(clock.now()) - 1001) < 0.01)
    }

    @Test("many threads together get the rate")
    func threads() throws {
        let bucket = TokenBucket(ByteRate(bytesPerSecond: 1000), clock: clock)
        try Crew.run(4) { _ in for _ in 0..<50 { bucket.take(10) } }
        // The manual clock adds up the sleeps of all threads; no thread may pass before its time.
        #expect(seconds(clock.now()) >= 1.99)
    }

    @Test("writing and reading pass their own buckets, other requests none")
    func verbs() throws {
        let reading = TokenBucket(ByteRate(bytesPerSecond: 100), clock: clock)
        let writing = TokenBucket(ByteRate(bytesPerSecond: 1000), clock: clock)
        let store = ThrottledStore(MemoryStore(), writing: writing, reading: reading)
        let key = try #require(BlobKey("key"))
        try store.put(key, [UInt8](repeating: 0, count: 1000), if: .always)
        #expect(abs(seconds(clock.now()) - 1) < 0.01)
        var bytes = [UInt8](repeating: 0, count: 500)
        _ = try bytes.withUnsafeMutableBytes { try store.read(key, at: 600, into: $0) }
        // 400 bytes were there, 25 of them passed with the burst.
        #expect(abs(seconds(clock.now()) - 4.75) < 0.02)
        let before = clock.now()
        _ = try store.info(key)
        _ = try store.list("", after: nil, limit: 10)
        try store.delete(key)
        #expect(clock.now() == before)
        let staging = try store.stage()
        try bytes.withUnsafeBytes { try staging.append($0) }
        #expect(clock.now() > before)
        _ = try staging.commit(as: key, if: .absent)
        #expect(store.localPath(of: key) == nil)
    }
}
