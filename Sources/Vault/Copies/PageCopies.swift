internal import Files
internal import Hashing
internal import Model
internal import Synchronization

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

/// The packs of pages that this machine has written into a vault elsewhere, as copies in a folder.
///
/// All readers of a vault share it, so that each copy is held against its name once.
final class PageCopies: Sendable {
    /// The most bytes of them that stay; the newest do.
    static let bytesMax: UInt64 = 256 << 20

    let folder: String
    /// Of which packs there is a copy, and where, as far as that was looked for.
    private let known = Mutex<[Digest: String?]>([:])

    /// The copies in `folder`.
    init(folder: String) { self.folder = folder }

    /// The file with the bytes of the pack `name`; nil where there is none, or it holds anything else, and is removed then.
    func path(of name: Digest) -> String? {
        known.withLock { known in
            if let path = known[name] { return path }
            let path = checked(name)
            known[name] = .some(path)
            return path
        }
    }

    private func checked(_ name: Digest) -> String? {
        let path = BlobCopy.path(of: name, .pages, in: folder)
        guard let file = try? OpenFile(reading: path) else { return nil }
        let buffer = IOBuffer(count: 1 << 20)
        var (hasher, offset) = (Blake3Hasher(), UInt64(0))
        while let count = try? file.read(into: buffer.bytes, at: offset) {
            hasher.update(UnsafeRawBufferPointer(rebasing: buffer.bytes[..<count]))
            offset += UInt64(count)
            guard count < buffer.bytes.count else { continue }
            if hasher.finalize() == name { return path }
            break
        }
        unlink(path)
        return nil
    }

    /// Removes copies of packs that `isListed` does not know any more, and the oldest where they are too much.
    func sweep(_ isListed: (Digest) -> Bool) {
        guard let names = try? FolderHandle(path: folder).names() else { return }
        var kept: [(path: String, size: UInt64, modified: Int)] = []
        for name in names.compactMap({ BlobCopy.name(of: String(decoding: $0, as: UTF8.self), .pages) }) {
            let path = BlobCopy.path(of: name, .pages, in: folder)
            var status = stat()
            guard stat(path, &status) == 0, isListed(name) else {
                unlink(path)
                continue
            }
            kept.append((path, UInt64(status.st_size), status.st_mtim.tv_sec))
        }
        var left = Self.bytesMax
        for copy in kept.sorted(by: { $0.modified > $1.modified }) {
            left -= min(left, copy.size)
            if left == 0 { unlink(copy.path) }
        }
    }
}
