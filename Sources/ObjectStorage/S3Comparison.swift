internal import Files
internal import Model
internal import Storage

/// Whether an object has the bytes that were to be put, which tells a put that nobody heard of from another's.
struct S3Comparison {
    private let store: S3Store
    private let key: BlobKey
    private let source: any UploadSource

    init(_ store: S3Store, _ key: BlobKey, _ source: any UploadSource) {
        self.store = store
        self.key = key
        self.source = source
    }

    /// The object's version if its bytes are those of the source; nil where they are others, or there is none.
    func version() throws -> BlobVersion? {
        guard let before = try store.info(key), before.size == ByteCount(source.count) else { return nil }
        let window = IOBuffer(count: 1 << 20)
        let other = IOBuffer(count: 1 << 20)
        var offset = 0
        while offset < source.count {
            let count = min(window.bytes.count, source.count - offset)
            let theirs = UnsafeMutableRawBufferPointer(rebasing: window.bytes[..<count])
            let ours = UnsafeMutableRawBufferPointer(rebasing: other.bytes[..<count])
            guard try store.read(key, at: UInt64(offset), into: theirs) == count else { return nil }
            try source.read(into: ours, at: offset)
            guard ours.elementsEqual(theirs) else { return nil }
            offset += count
        }
        return try store.info(key)?.version == before.version ? before.version : nil
    }
}
