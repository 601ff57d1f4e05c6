extension BlobStaging {
    /// Commits at once.
    public func startCommit(as key: BlobKey, if condition: PutCondition) throws -> any BlobCommit {
        FinishedCommit(try commit(as: key, if: condition))
    }
}

/// A commit that came about when it was begun.
final class FinishedCommit: BlobCommit {
    private let version: BlobVersion

    init(_ version: BlobVersion) { self.version = version }

    func finish() -> BlobVersion { version }
}
