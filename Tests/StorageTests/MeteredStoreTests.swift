import Model
import Storage
import TestSupport
import Testing

@Suite("a store that counts")
struct MeteredStoreTests {
    @Test("requests are counted by verb, and bytes where they moved")
    func counts() throws {
        let store = MeteredStore(MemoryStore())
        let key = try #require(BlobKey("key"))
        #expect(store.meter == StoreMeter())
        try store.put(key, [1, 2, 3], if: .absent)
        #expect(throws: PerigeeError.self) { try store.put(key, [1, 2, 3], if: .absent) }
        var bytes = [UInt8](repeating: 0, count: 10)
        _ = try bytes.withUnsafeMutableBytes { try store.read(key, at: 1, into: $0) }
        _ = try store.info(key)
        _ = try store.list("", after: nil, limit: 5)
        let staging = try store.stage()
        try [UInt8]([4, 5]).withUnsafeBytes { try staging.append($0) }
        _ = try staging.commit(as: key, if: .always)
        try store.delete(key)
        var expected = StoreMeter()
        expected.puts = 3
        expected.reads = 1
        expected.infos = 1
        expected.lists = 1
        expected.deletes = 1
        expected.written = ByteCount(5)
        expected.read = ByteCount(2)
        #expect(store.meter == expected)
        #expect(store.meter.requests == 7)
    }
}
