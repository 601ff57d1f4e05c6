internal import Content
internal import Hashing
internal import Model
public import Storage

/// Makes index segments in a store for somebody who is far from it, and has the keys: it takes none.
public enum SegmentMaker {
    /// The most entries that one is made of: sorting them takes some 50 bytes each.
    static let entriesMax = 1 << 20

    /// Makes the segment `key` in `store` by `recipe`.
    ///
    /// - Throws: what the store fails with.
    /// - Returns: its version; nil where a part is missing or damaged, there is too much, or the segment would have another
    ///   name.
    public static func make(
        in store: any BlobStore, _ key: BlobKey, by recipe: BlobRecipe, if condition: PutCondition
    ) throws -> BlobVersion? {
        guard let name = VaultLayout.digest(of: key, folder: "index") else { return nil }
        do {
            let writer = try IndexSegmentWriter(store)
            switch recipe {
            case .segment(let packs):
                guard let delta = try delta(of: packs, store) else { return nil }
                return try writer.write(
                    DeltaSource(delta), packs: delta.packs, replaced: [], if: condition, named: name)
            case .merged(let names):
                let opener = SegmentOpener(store: store, cache: nil)
                let segments = try names.map { try opener.open($0) }
                guard segments.reduce(0, { $0 + $1.entryCount }) <= 64 * entriesMax else { return nil }
                let source = try MergeSource(segments)
                return try writer.write(source, packs: source.packs, replaced: names, if: condition, named: name)
            }
        } catch let error as PerigeeError where [.notFound, .damaged, .format].contains(error.code) {
            return nil
        }
    }

    /// What is in `packs`, sorted; nil where it is too much.
    private static func delta(of packs: [Digest], _ store: any BlobStore) throws -> IndexDelta? {
        var delta = IndexDelta()
        for name in packs {
            let key = VaultLayout.pack(name)
            guard let info = try store.info(key) else { return nil }
            let entries = try PackDirectory.read(size: info.size.bytes) { offset, buffer in
                try store.read(key, at: offset, into: buffer)
            }
            delta.add(pack: name, size: info.size.bytes, entries) { _ in true }
            guard delta.entries.count <= entriesMax else { return nil }
        }
        delta.sort()
        return delta
    }
}
