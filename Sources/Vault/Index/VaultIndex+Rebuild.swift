internal import Content
internal import Hashing
public import Model
public import Storage
public import Workers

extension Vault {
    /// Makes the index anew, as ``rebuildIndex(at:stop:onWarning:)`` does, and goes on with it.
    public func rebuildIndex(
        stop: StopFlag? = nil, onWarning: (PerigeeError) -> Void = { _ in }
    ) throws -> IndexRebuild {
        let result = try Self.rebuildIndex(at: store, stop: stop, onWarning: onWarning)
        try index.reload()
        return result
    }

    /// Makes the index anew from the packs of the vault in `store`; needs no key.
    ///
    /// What others write meanwhile stays listed. Old segments go only when all packs are listed anew. Pages of killed
    /// runs are listed too, since without keys they look as others do.
    ///
    /// - Parameters:
    ///   - stop: asks to stop; what was listed by then stays beside the old segments, which is harmless.
    ///   - onWarning: told of packs that cannot be read, which are left out.
    @discardableResult
    public static func rebuildIndex(
        at store: any BlobStore, stop: StopFlag? = nil, onWarning: (PerigeeError) -> Void = { _ in }
    ) throws -> IndexRebuild {
        let old = try VaultIndex.list(store)
        var delta = IndexDelta()
        var written: Set<Digest> = []
        var result = IndexRebuild(segmentsBefore: old.count)
        func write() throws {
            guard !delta.isEmpty else { return }
            delta.sort()
            let packs = delta.packs
            let writer = try IndexSegmentWriter(store)
            written.insert(try writer.write(DeltaSource(delta), packs: packs, replaced: [], if: .always))
            delta = IndexDelta()
        }
        try store.listAll(VaultLayout.packsPrefix).forEach { info in
            guard let name = VaultLayout.digest(of: info.key, folder: "packs") else { return }
            try stop?.check()
            do {
                delta.add(pack: name, size: info.size.bytes, try directory(store, info)) { _ in true }
                result.packs += 1
            } catch let error as PerigeeError where error.code == .damaged || error.code == .format {
                onWarning(error.at(info.key.text))
            }
            if delta.entries.count >= VaultSession.unlistedEntriesMax { try write() }
        }
        try write()
        for name in old where !written.contains(name) { try store.delete(VaultLayout.index(name)) }
        let index = try VaultIndex(store: store, cache: nil)
        // Who does not know what a gc has condemned leaves merging to those who do.
        if try !store.exists(VaultLayout.gc) { try index.mergeSegments() }
        result.segments = index.segmentCount
        result.entries = index.entryCount
        return result
    }

    /// The records of a pack: by its directory, or, where that is damaged, by going through them.
    private static func directory(_ store: any BlobStore, _ info: BlobInfo) throws -> [PackEntry] {
        let size = info.size.bytes
        do {
            return try PackDirectory.read(size: size) { try store.read(info.key, at: $0, into: $1) }
        } catch let error as PerigeeError where error.code == .damaged {
            return try PackDirectory.scan(size: size) { try store.read(info.key, at: $0, into: $1) }.entries
        }
    }
}
