internal import Model
internal import Storage

extension BlobStore {
    /// All of a small blob; nil where there is none.
    ///
    /// - Throws: `damaged` where it has more than `limit` bytes.
    func small(_ key: BlobKey, limit: Int) throws -> [UInt8]? {
        do {
            return try get(key, limit: ByteCount(limit))
        } catch let error as PerigeeError where error.code == .notFound {
            return nil
        } catch let error as PerigeeError where error.code == .limit {
            throw PerigeeError(.damaged, "the blob has more than \(limit) bytes", at: key.text)
        }
    }
}
