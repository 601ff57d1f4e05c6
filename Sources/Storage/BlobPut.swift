/// A small blob that is put along with others, by ``BlobStore/putInTurn(_:)``.
public struct BlobPut: Sendable, Hashable {
    /// Where it goes.
    public let key: BlobKey
    /// All of it.
    public let bytes: [UInt8]
    /// When it may be put.
    public let condition: PutCondition

    /// A put of `bytes` under `key`.
    public init(_ key: BlobKey, _ bytes: [UInt8], if condition: PutCondition) {
        self.key = key
        self.bytes = bytes
        self.condition = condition
    }
}

extension BlobStore {
    /// Puts one after the other.
    @discardableResult
    public func putInTurn(_ blobs: [BlobPut]) throws -> [BlobVersion] {
        try blobs.map { try put($0.key, $0.bytes, if: $0.condition) }
    }
}
