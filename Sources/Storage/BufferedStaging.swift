internal import Model

/// A blob in the making that is kept in memory, for stores that can only put whole blobs.
package final class BufferedStaging: BlobStaging {
    private let store: any BlobStore
    private var bytes: [UInt8] = []
    private var isSpent = false

    /// A staging whose bytes are put into `store` when they are committed.
    package init(_ store: any BlobStore) { self.store = store }

    package func append(_ bytes: UnsafeRawBufferPointer) throws {
        try checkUse()
        self.bytes.append(contentsOf: bytes)
    }

    package func commit(as key: BlobKey, if condition: PutCondition) throws -> BlobVersion {
        try checkUse()
        isSpent = true
        defer { bytes = [] }
        return try store.put(key, bytes, if: condition)
    }

    private func checkUse() throws {
        guard !isSpent else { throw spentStaging(store.name) }
    }
}

/// The error for a staging that is used after its commit.
func spentStaging(_ store: String) -> PerigeeError {
    PerigeeError(.refused, "the staged blob is committed already", at: store, remedy: "stage a new one")
}
