internal import Files
internal import Hashing
internal import Model
internal import Storage

/// Reads from packs; those that are files on this machine stay open between reads.
///
/// For one thread.
final class PackFiles {
    /// The most packs that one reader keeps open.
    static let openMax = 16

    private final class Pack {
        let file: OpenFile
        var lastUse: UInt64 = 0
        init(_ path: String) throws { file = try OpenFile(reading: path) }
    }

    private let store: any BlobStore
    private let copies: PageCopies?
    private var packs: [Digest: Pack] = [:]
    private var uses: UInt64 = 0

    /// Reads from `store`, and from `copies` what they have.
    init(_ store: any BlobStore, _ copies: PageCopies? = nil) { (self.store, self.copies) = (store, copies) }

    /// Fills `buffer` from `offset` of the pack on.
    ///
    /// - Throws: `damaged` where the pack ends before.
    func read(_ name: Digest, at offset: UInt64, into buffer: UnsafeMutableRawBufferPointer) throws {
        let key = VaultLayout.pack(name)
        let count: Int
        if let pack = try near(name, key) {
            count = try pack.file.read(into: buffer, at: offset)
        } else {
            count = try store.read(key, at: offset, into: buffer)
        }
        guard count == buffer.count else {
            throw PerigeeError(.damaged, "the pack ends within a record", at: key.text)
        }
    }

    /// Whether the pack is a file on this machine.
    func isNear(_ name: Digest) -> Bool {
        store.localPath(of: VaultLayout.pack(name)) != nil || copies?.path(of: name) != nil
    }

    /// The pack, or its copy, on this machine.
    private func near(_ name: Digest, _ key: BlobKey) throws -> Pack? {
        if let path = store.localPath(of: key) { return try open(name, path) }
        // Another process may have swept a copy away meanwhile.
        return copies?.path(of: name).flatMap { try? open(name, $0) }
    }

    /// Begins to read `parts`.
    func start(_ parts: [BlobPart]) throws -> any BlobReading { try store.startReads(parts) }

    private func open(_ name: Digest, _ path: String) throws -> Pack {
        uses += 1
        if let pack = packs[name] {
            pack.lastUse = uses
            return pack
        }
        if packs.count >= Self.openMax, let oldest = packs.min(by: { $0.value.lastUse < $1.value.lastUse }) {
            packs[oldest.key] = nil
        }
        let pack = try Pack(path)
        pack.lastUse = uses
        packs[name] = pack
        return pack
    }
}
