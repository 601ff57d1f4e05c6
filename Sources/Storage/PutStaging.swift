/// A blob in the making that is not put when it is committed, but told as what is to be put.
package final class PutStaging: BlobStaging {
    /// What was committed.
    package private(set) var put: BlobPut?
    private var bytes: [UInt8] = []

    /// A staging of nothing yet.
    package init() {}

    package func append(_ bytes: UnsafeRawBufferPointer) { self.bytes.append(contentsOf: bytes) }

    /// Keeps what is to be put; the version says nothing.
    package func commit(as key: BlobKey, if condition: PutCondition) -> BlobVersion {
        put = BlobPut(key, bytes, if: condition)
        bytes = []
        return BlobVersion("")
    }
}
