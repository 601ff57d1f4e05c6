public import Model

/// What every store can do by way of its requirements.
extension BlobStore {
    /// Keeps the bytes in memory until they are committed.
    public func stage() throws -> any BlobStaging { BufferedStaging(self) }

    /// Makes none.
    public func make(
        by recipe: BlobRecipe, if condition: PutCondition, as key: () throws -> BlobKey
    ) throws -> BlobVersion? { nil }

    /// No file that may be mapped.
    public func localPath(of key: BlobKey) -> String? { nil }

    /// Stores `bytes` under `key`, as ``put(_:_:if:)`` with parts does.
    @discardableResult
    public func put(_ key: BlobKey, _ bytes: [UInt8], if condition: PutCondition) throws -> BlobVersion {
        try bytes.withUnsafeBytes { try put(key, [$0], if: condition) }
    }

    /// Asks for the size, then reads.
    public func get(_ key: BlobKey, limit: ByteCount) throws -> [UInt8] { try getInSteps(key, limit: limit) }

    /// Asks for the version before and after reading.
    public func fetch(_ key: BlobKey, limit: ByteCount) throws -> (bytes: [UInt8], version: BlobVersion)? {
        try fetchInSteps(key, limit: limit)
    }

    /// ``get(_:limit:)`` as every store can do it: asks for the size, then reads.
    public func getInSteps(_ key: BlobKey, limit: ByteCount) throws -> [UInt8] {
        guard let bytes = try whole(key, limit: limit) else { throw missing(key) }
        return bytes
    }

    /// ``fetch(_:limit:)`` as every store can do it: asks for the version before and after reading.
    public func fetchInSteps(_ key: BlobKey, limit: ByteCount) throws -> (bytes: [UInt8], version: BlobVersion)? {
        while let before = try info(key) {
            guard let version = before.version else {
                throw PerigeeError(
                    .unsupported, "the store gives no version of this blob", at: "\(name)/\(key)",
                    remedy: "only small blobs can be changed by compare-and-set")
            }
            guard let bytes = try whole(key, limit: limit) else { return nil }
            if try info(key)?.version == version { return (bytes, version) }
        }
        return nil
    }

    /// How the command line writes a vault that lies in the store: `vault:/path`, or the store's URL.
    public var vaultName: String { name.contains("://") ? name : "vault:\(name)" }

    /// Whether there is such a blob.
    public func exists(_ key: BlobKey) throws -> Bool { try info(key) != nil }

    /// A walk over all blobs whose keys begin with `prefix`, in the order of the keys' bytes, a page at a time.
    ///
    /// - Parameter cursor: those that come after this key only.
    public func listAll(
        _ prefix: String = "", after cursor: BlobKey? = nil, pageSize: Int = BlobWalk.pageSizeDefault
    ) -> BlobWalk {
        BlobWalk(self, prefix: prefix, after: cursor, pageSize: pageSize)
    }

    /// The bytes of one state, found by asking for one byte more than there are; nil where there is no blob.
    private func whole(_ key: BlobKey, limit: ByteCount) throws -> [UInt8]? {
        while let info = try info(key) {
            guard info.size <= limit, let size = Int(exactly: info.size.bytes) else {
                throw PerigeeError(
                    .limit, "the blob has \(info.size), more than the \(limit) that are read at once",
                    at: "\(name)/\(key)", remedy: "run verify: no blob of this kind should be as long as that")
            }
            let bytes = try Array<UInt8>(unsafeUninitializedCapacity: size + 1) { buffer, count in
                count = try read(key, at: 0, into: UnsafeMutableRawBufferPointer(buffer))
            }
            if bytes.count <= size { return bytes }
        }
        return nil
    }

    /// The error for a blob that is not there.
    public func missing(_ key: BlobKey) -> PerigeeError {
        PerigeeError(.notFound, "there is no such blob", at: "\(name)/\(key)")
    }

    /// The error for a condition that does not hold.
    func conflict(_ key: BlobKey, _ condition: PutCondition) -> PerigeeError {
        let message =
            condition == .absent ? "the blob is there already" : "somebody else changed the blob in between"
        return PerigeeError(.conflict, message, at: "\(name)/\(key)", remedy: "read it again, then decide anew")
    }
}
