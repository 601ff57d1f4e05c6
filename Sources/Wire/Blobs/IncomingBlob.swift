internal import Model
internal import Storage

/// A blob that comes in parts: a small one is kept until it is put, a larger one is staged in the store.
///
/// What fails on the way is thrown at the commit; bytes that come after it are dropped.
final class IncomingBlob {
    private let store: any BlobStore
    private var small: [UInt8] = []
    private var staging: (any BlobStaging)?
    private var failure: (any Error)?

    /// A blob of so many bytes is staged.
    static let smallMax = 64 << 10

    init(_ store: any BlobStore) { self.store = store }

    func append(_ bytes: UnsafeRawBufferPointer) {
        guard failure == nil else { return }
        do {
            if staging == nil, small.count + bytes.count <= Self.smallMax {
                small.append(contentsOf: bytes)
                return
            }
            try begin().append(bytes)
        } catch {
            failure = error
            staging = nil
        }
    }

    func commit(as key: BlobKey, if condition: PutCondition) throws -> BlobVersion {
        if let failure { throw failure }
        if let staging { return try staging.commit(as: key, if: condition) }
        return try store.put(key, small, if: condition)
    }

    private func begin() throws -> any BlobStaging {
        if let staging { return staging }
        let staging = try store.stage()
        try small.withUnsafeBytes { try staging.append($0) }
        small = []
        self.staging = staging
        return staging
    }
}
