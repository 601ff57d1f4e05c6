internal import Files
internal import Model

/// A store that can be read and not changed.
public final class ReadOnlyStore: BlobStore {
    private let base: any BlobStore
    private let remedy: String

    /// What the store behind it is called.
    public var name: String { base.name }

    /// Lets `base` be read; who wants to change it is told `remedy`.
    public init(_ base: any BlobStore, remedy: String) { (self.base, self.remedy) = (base, remedy) }

    /// Refuses.
    @discardableResult
    public func put(
        _ key: BlobKey, _ parts: [UnsafeRawBufferPointer], if condition: PutCondition
    ) throws -> BlobVersion { throw refusal(key) }

    /// Reads.
    public func read(_ key: BlobKey, at offset: UInt64, into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        try base.read(key, at: offset, into: buffer)
    }

    /// Asks the store behind it.
    public func info(_ key: BlobKey) throws -> BlobInfo? { try base.info(key) }

    /// Asks the store behind it.
    public func list(_ prefix: String, after cursor: BlobKey?, limit: Int) throws -> [BlobInfo] {
        try base.list(prefix, after: cursor, limit: limit)
    }

    /// Refuses.
    public func delete(_ key: BlobKey) throws { throw refusal(key) }

    /// Refuses, before any byte is taken.
    public func stage() throws -> any BlobStaging { throw refusal(nil) }

    /// The file that the store behind it has.
    public func localPath(of key: BlobKey) -> String? { base.localPath(of: key) }

    private func refusal(_ key: BlobKey?) -> PerigeeError {
        PerigeeError(
            .readOnly, "it may be read here, not changed", at: key.map { "\(name)/\($0)" } ?? name, remedy: remedy)
    }
}
