/// A small blob that is put along with others, by ``BlobStore/putInTurn(_:)``.
public struct BlobPut: Sendable, Equatable {
    /// Where it goes.
    public let key: BlobKey
    /// All of it.
    public let bytes: [UInt8]
    /// When it may be put.
    public let condition: PutCondition
    /// What the bytes follow from, where that is known: the first of several need not be sent then.
    public let recipe: BlobRecipe?

    /// A put of `bytes`, which `recipe` gives too, under `key`.
    public init(_ key: BlobKey, _ bytes: [UInt8], if condition: PutCondition, by recipe: BlobRecipe? = nil) {
        self.key = key
        self.recipe = recipe
        self.bytes = bytes
        self.condition = condition
    }
}

extension BlobStore {
    /// Puts `blob`, with the promises of ``put(_:_:if:)``.
    @discardableResult
    public func put(_ blob: BlobPut) throws -> BlobVersion { try put(blob.key, blob.bytes, if: blob.condition) }

    /// Puts one after the other.
    @discardableResult
    public func putInTurn(_ blobs: [BlobPut]) throws -> [BlobVersion] { try blobs.map { try put($0) } }
}
