internal import Content
internal import Files
internal import Hashing
internal import Model
internal import Vault
internal import Workers

extension HeldIndex {
    /// Shorter files are fetched whole: they have hardly more than a chunk.
    private static let leastSize: UInt64 = 256 << 10

    /// The chunks of the file at `existing`, which `entry` of `vault` is to replace: what it has of that is not fetched from
    /// a vault that is far away.
    ///
    /// - Parameter open: opens the file; nil where it is not to be had.
    /// - Returns: nil where it is not worth looking, or there is none.
    static func replaced(
        by entry: Entry, _ existing: ScannedEntry?, in vault: Vault, _ stop: () throws -> Void,
        open: (TreePath) throws -> OpenFile?
    ) throws -> HeldIndex? {
        guard vault.folder == nil, let existing, existing.attributes.kind == .file,
            min(existing.attributes.dataSize, entry.attributes.dataSize) >= leastSize,
            let file = try open(existing.path), let status = try? file.status(),
            let reader = try? TreeReader(file, ScannedEntry(path: existing.path, kind: .file, status: status))
        else { return nil }
        return try HeldIndex([reader], Chunker(vault.descriptor.chunker), vault.ring.idKey, stop)
    }
}

extension RestoreWorker {
    /// What the file that `entry` is to replace has of it.
    func held(_ entry: Entry, _ existing: ScannedEntry?) throws -> HeldIndex? {
        try HeldIndex.replaced(by: entry, existing, in: shared.vault) {
            try shared.making.context.stop.check()
        } open: {
            try writer.fileToCompare($0)
        }
    }

    /// Copies `chunk` from the file that is to be replaced to `offset` of the data.
    ///
    /// - Returns: false where that does not have it, or no longer.
    func takeHeld(
        _ chunk: ChunkReference, at offset: UInt64, _ held: HeldIndex, _ map: DataMap, to aside: AsideFile
    ) throws -> Bool {
        guard let place = held.place(chunk.id.digest, length: chunk.length, near: offset) else { return false }
        let bytes = heldRoom(Int(chunk.length))
        guard (try? held.bases[place.base].read(into: bytes, at: place.offset)) == bytes.count,
            ContentID(Blake3.hash(UnsafeRawBufferPointer(bytes), key: shared.vault.ring.idKey)) == chunk.id
        else { return false }
        try map.forEachPart(from: offset, count: bytes.count) { part, target in
            try aside.writing { try $0.write(UnsafeRawBufferPointer(rebasing: bytes[part]), at: target) }
        }
        shared.making.tally.add(\.chunks, 1)
        shared.making.tally.add(\.reusedBytes, UInt64(chunk.length))
        shared.making.tally.add(\.writtenBytes, UInt64(chunk.length))
        shared.making.context.progress.add(logical: bytes.count)
        return true
    }
}
