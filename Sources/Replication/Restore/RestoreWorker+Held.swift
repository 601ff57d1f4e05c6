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
    /// - Parameters:
    ///   - parts: where runs that broke off have left something of the file; what is there is used however near the vault
    ///     is.
    ///   - open: opens a file; nil where it is not to be had.
    /// - Returns: nil where it is not worth looking, or there is none.
    static func replaced(
        by entry: Entry, _ existing: ScannedEntry?, parts: [TreePath] = [], in vault: Vault, _ stop: () throws -> Void,
        open: (TreePath) throws -> OpenFile?
    ) throws -> HeldIndex? {
        func reader(at path: TreePath) throws -> TreeReader? {
            guard let file = try open(path), let status = try? file.status() else { return nil }
            return try? TreeReader(file, ScannedEntry(path: path, kind: .file, status: status))
        }
        var bases: [TreeReader] = []
        if vault.folder == nil, let existing, existing.attributes.kind == .file,
            min(existing.attributes.dataSize, entry.attributes.dataSize) >= leastSize
        {
            bases += try reader(at: existing.path).map { [$0] } ?? []
        }
        bases += parts.compactMap { try? reader(at: $0) }
        guard !bases.isEmpty else { return nil }
        return try HeldIndex(bases, Chunker(vault.descriptor.chunker), vault.ring.idKey, stop)
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

    /// What the file that `large` is to replace has of it, and what a run that broke off has left.
    func held(_ large: LargeRestore) throws -> HeldIndex? {
        // The first of the two is what is being written.
        let parts = TreeWriter.parts(of: large.entry.path).dropFirst()
        return try HeldIndex.replaced(
            by: large.entry, large.existing, parts: Array(parts), in: shared.vault
        ) {
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
        try aside.write(UnsafeRawBufferPointer(bytes), at: offset, by: map)
        shared.making.tally.add(\.chunks, 1)
        shared.making.tally.add(\.reusedBytes, UInt64(chunk.length))
        shared.making.tally.add(\.writtenBytes, UInt64(chunk.length))
        shared.making.context.progress.add(logical: bytes.count)
        return true
    }
}
