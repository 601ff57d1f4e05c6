public import Content
internal import Hashing
internal import Model

/// Writes the chunks that a vault lacks: identifies, asks, compresses, seals, packs.
///
/// One for each worker thread.
///
/// Nothing is handed to other threads: each writer streams into a pack of its own. What was added is safe once
/// ``finish()`` has returned, and part of a snapshot once the session has committed one.
public final class ChunkWriter {
    private let session: VaultSession
    private let packs: PackWriter
    private var claims: ClaimCheck
    private var digests: [Digest] = []

    init(_ session: VaultSession) throws {
        self.session = session
        packs = try PackWriter(session, kind: .chunk)
        claims = ClaimCheck(session)
    }

    /// The ID of a chunk.
    public func identify(_ plain: UnsafeRawBufferPointer) -> ContentID { packs.envelope.identify(plain, kind: .chunk) }

    /// The IDs of several chunks, of any lengths; small ones share the vector lanes.
    public func identify(_ plains: UnsafeBufferPointer<UnsafeRawBufferPointer>, into ids: inout [ContentID]) {
        ids.removeAll(keepingCapacity: true)
        guard !plains.isEmpty else { return }
        if digests.count < plains.count { digests = [Digest](repeating: .zero, count: plains.count) }
        digests.withUnsafeMutableBufferPointer { digests in
            Blake3.hashMany(
                plains, key: session.ring.idKey,
                into: UnsafeMutableBufferPointer(rebasing: digests[..<plains.count]))
        }
        for digest in digests[..<plains.count] { ids.append(ContentID(digest)) }
    }

    /// Forgets what the file before taught about compression.
    public func beginFile() { packs.envelope.beginFile() }

    /// Whether the vault has `id` or this session has claimed it; claims nothing.
    public func isKnown(_ id: ContentID) -> Bool { claims.isKnown(id) }

    /// Claims `id` for the caller, who is then to ``write(_:id:)`` it; false where the vault has it or anybody in this
    /// session has claimed it.
    ///
    /// A commit is refused while a claimed chunk is not written.
    public func claim(_ id: ContentID) -> Bool { claims.claim(id) }

    /// Writes a chunk that the caller has claimed.
    public func write(_ plain: UnsafeRawBufferPointer, id: ContentID) throws { try packs.write(plain, id: id) }

    /// Writes the chunk where the vault lacks it.
    ///
    /// - Returns: whether it was missing, and is now written.
    public func add(_ plain: UnsafeRawBufferPointer, id: ContentID) throws -> Bool {
        guard claim(id) else { return false }
        try write(plain, id: id)
        return true
    }

    /// Identifies several chunks and writes those that are missing; for handfuls of small ones.
    ///
    /// - Returns: how many were missing.
    public func addMany(
        _ plains: UnsafeBufferPointer<UnsafeRawBufferPointer>, into ids: inout [ContentID]
    ) throws -> Int {
        identify(plains, into: &ids)
        var added = 0
        for (plain, id) in zip(plains, ids) where try add(plain, id: id) { added += 1 }
        return added
    }

    /// Puts the last pack into the vault.
    ///
    /// The writer can be used again afterwards.
    public func finish() throws { try packs.finish() }

    /// Sends the last pack on its way; ``VaultSession/commit(_:dataset:expecting:)`` and ``VaultSession/flushIndex()`` wait for
    /// it.
    ///
    /// The writer can be used again afterwards.
    public func depart() throws { try packs.depart() }
}
