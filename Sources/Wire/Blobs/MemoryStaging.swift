internal import Model
internal import Storage

/// A blob in the making that is kept in memory: for the few beyond those that have a channel.
final class MemoryStaging: BlobStaging {
    private let store: RemoteStore
    private var bytes: [UInt8] = []
    private var isSpent = false

    init(_ store: RemoteStore) { self.store = store }

    func append(_ bytes: UnsafeRawBufferPointer) throws {
        try checkUse()
        self.bytes.append(contentsOf: bytes)
    }

    func commit(as key: BlobKey, if condition: PutCondition) throws -> BlobVersion {
        try checkUse()
        isSpent = true
        defer { bytes = [] }
        return try store.put(key, bytes, if: condition)
    }

    private func checkUse() throws {
        guard !isSpent else {
            throw PerigeeError(.refused, "the staged blob is committed already", remedy: "stage a new one")
        }
    }
}
