internal import Files
internal import Model
internal import Storage

/// A blob in the making: in memory while it is small, then in a file without a name.
///
/// An object needs its name from the beginning, and a pack has none before its last byte; so the bytes wait here. The
/// digest that the request carries is taken on the way, while they are in cache.
final class S3Staging: BlobStaging {
    /// More bytes than these go to a file.
    static let memoryMax = 1 << 20

    private let store: S3Store
    private var bytes: [UInt8] = []
    private var file: TemporaryFile?
    private var count = 0
    private let hasher = SHA256()
    private var isSpent = false

    init(_ store: S3Store) { self.store = store }

    func append(_ part: UnsafeRawBufferPointer) throws {
        try checkUse()
        // What is put in parts is hashed by parts.
        if count <= S3Store.wholeMax { hasher.update(part) }
        if file == nil, count + part.count > Self.memoryMax {
            let file = try TemporaryFile.unnamed(in: nil)
            try bytes.withUnsafeBytes { try file.write($0, at: 0) }
            bytes = []
            self.file = file
        }
        if let file {
            try file.write(part, at: UInt64(count))
        } else {
            bytes.append(contentsOf: part)
        }
        count += part.count
    }

    func commit(as key: BlobKey, if condition: PutCondition) throws -> BlobVersion {
        try startCommit(as: key, if: condition).finish()
    }

    func startCommit(as key: BlobKey, if condition: PutCondition) throws -> any BlobCommit {
        try checkUse()
        isSpent = true
        let source: any UploadSource = file.map { FileSource(file: $0, count: count) } ?? BytesSource(bytes: bytes)
        let upload = S3Upload(store, key, source, condition)
        guard count <= S3Store.wholeMax else { return S3Commit(upload, nil) }
        return S3Commit(upload, try upload.begin(digest: hasher.finish()))
    }

    private func checkUse() throws {
        guard !isSpent else {
            throw PerigeeError(
                .refused, "the staged blob is committed already", at: store.name, remedy: "stage a new one")
        }
    }
}

/// A commit on its way; of a blob that goes in parts, one that begins when somebody waits for it.
final class S3Commit: BlobCommit {
    private let upload: S3Upload
    private let call: S3Call?

    init(_ upload: S3Upload, _ call: S3Call?) {
        self.upload = upload
        self.call = call
    }

    func finish() throws -> BlobVersion {
        guard let call else { return try upload.run() }
        return try upload.finish(call)
    }
}
