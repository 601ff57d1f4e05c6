internal import Files
internal import Hashing
internal import Model
internal import Storage
internal import Synchronization

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

/// Opens index segments: mapped where the store keeps them as files, else from copies in a cache folder.
struct SegmentOpener: Sendable {
    let store: any BlobStore
    /// The folder of the copies; nil keeps them in files without a name that end with the process.
    let cache: String?
    /// How many bytes of segments were copied here.
    let copied = CopiedBytes()

    /// What several threads count.
    final class CopiedBytes: Sendable {
        private let count = Atomic<UInt64>(0)
        /// How many there were so far.
        var total: UInt64 { count.load(ordering: .relaxed) }
        func add(_ bytes: Int) { count.add(UInt64(bytes), ordering: .relaxed) }
    }

    /// The segment `name`.
    ///
    /// - Throws: `notFound` where the store has none, `damaged` where it is not what was written.
    func open(_ name: Digest) throws -> IndexSegment {
        let key = VaultLayout.index(name)
        if let path = store.localPath(of: key) {
            return try IndexSegment(OpenFile(reading: path), name: name, at: key.text)
        }
        guard let cache else { return try openUnnamed(name, key) }
        let path = BlobCopy.path(of: name, .segment, in: cache)
        if let segment = try? IndexSegment(OpenFile(reading: path), name: name, at: path) { return segment }
        return try openCopied(name, key, to: path)
    }

    /// Removes the cached copies of segments that are not among `names`.
    func sweep(keeping names: Set<Digest>) {
        guard let cache, let files = try? FolderHandle(path: cache).names() else { return }
        for file in files {
            guard let name = BlobCopy.name(of: String(decoding: file, as: UTF8.self), .segment), !names.contains(name)
            else { continue }
            unlink(BlobCopy.path(of: name, .segment, in: cache))
        }
    }

    /// Copies the blob aside and renames it into the cache.
    private func openCopied(_ name: Digest, _ key: BlobKey, to path: String) throws -> IndexSegment {
        let aside = "\(path).\(getpid()).\(UInt32.random(in: 0 ... .max))"
        defer { unlink(aside) }
        do {
            let file = try OpenFile(writing: aside, mode: 0o600)
            try download(name, key, to: file)
        }
        guard rename(aside, path) == 0 else { throw posixError(errno, "cannot keep a copy of the index", path) }
        return try IndexSegment(OpenFile(reading: path), name: name, at: key.text)
    }

    /// Copies the blob into a file that has no name.
    private func openUnnamed(_ name: Digest, _ key: BlobKey) throws -> IndexSegment {
        let folder = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
        // A name that nobody can guess, and that is gone at once.
        let path = "\(folder)/perigee-index-\(UInt64.random(in: 0 ... .max))-\(UInt64.random(in: 0 ... .max))"
        let file = try OpenFile(writing: path, mode: 0o600)
        unlink(path)
        try download(name, key, to: file)
        return try IndexSegment(file, name: name, at: key.text)
    }

    private func download(_ name: Digest, _ key: BlobKey, to file: borrowing OpenFile) throws {
        let buffer = IOBuffer(count: 1 << 20)
        var hasher = Blake3Hasher()
        var offset: UInt64 = 0
        while true {
            let count = try store.read(key, at: offset, into: buffer.bytes)
            let slice = UnsafeRawBufferPointer(rebasing: buffer.bytes[..<count])
            hasher.update(slice)
            try file.write(slice, at: offset)
            offset += UInt64(count)
            copied.add(count)
            guard count == buffer.bytes.count else { break }
        }
        guard hasher.finalize() == name else {
            throw PerigeeError(.damaged, "the index segment is not what its name says", at: key.text)
        }
    }
}
