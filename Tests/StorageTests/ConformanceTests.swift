import Model
import Storage
import TestSupport
import Testing

@Suite("every store keeps the promises of BlobStore")
struct ConformanceTests {
    @Test("in memory", arguments: BlobStoreConformance.allCases)
    func memory(check: BlobStoreConformance) throws { try check.run(MemoryStore()) }

    @Test("in a folder", arguments: BlobStoreConformance.allCases)
    func directory(check: BlobStoreConformance) throws {
        let folder = try TemporaryFolder()
        try check.run(DirectoryStore(path: folder.path))
    }

    @Test("in a folder, retrying", arguments: BlobStoreConformance.allCases)
    func retrying(check: BlobStoreConformance) throws {
        let folder = try TemporaryFolder()
        try check.run(RetryingStore(DirectoryStore(path: folder.path), clock: ManualClock()))
    }

    @Test("in memory, throttled", arguments: BlobStoreConformance.allCases)
    func throttled(check: BlobStoreConformance) throws {
        let bucket = TokenBucket(ByteRate(bytesPerSecond: 1e6), clock: ManualClock())
        try check.run(ThrottledStore(MemoryStore(), writing: bucket, reading: bucket))
    }

    @Test("in a folder, metered", arguments: BlobStoreConformance.allCases)
    func metered(check: BlobStoreConformance) throws {
        let folder = try TemporaryFolder()
        try check.run(MeteredStore(DirectoryStore(path: folder.path)))
    }

    @Test("in memory, behind all wrappers", arguments: BlobStoreConformance.allCases)
    func wrapped(check: BlobStoreConformance) throws {
        let bucket = TokenBucket(nil)
        let throttled = ThrottledStore(MeteredStore(MemoryStore()), writing: bucket, reading: bucket)
        try check.run(RetryingStore(throttled, clock: ManualClock()))
    }

    @Test("in memory, reading ahead", arguments: BlobStoreConformance.allCases)
    func readingAhead(check: BlobStoreConformance) throws {
        try check.run(ReadAheadStore(MeteredStore(MemoryStore())) { $0.text.hasPrefix("packs/") })
    }
}
