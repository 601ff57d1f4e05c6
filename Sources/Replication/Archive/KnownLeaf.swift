internal import Model
internal import Vault

/// A leaf of the last snapshot all of whose entries are as they were, found without reading it.
struct KnownLeaf: Sendable {
    /// The leaf.
    let leaf: TreeLeaf
    /// The numbers of its entries in the old record.
    let record: Range<Int>
    /// What its files come to.
    private(set) var counts = Tally.Counts()
    /// How many of its entries are folders.
    private(set) var folders = 0

    /// The leaf, whose entries were seen as `scanned`.
    init(_ leaf: TreeLeaf, _ scanned: [ScannedEntry], record: Range<Int>) {
        self.leaf = leaf
        self.record = record
        for entry in scanned {
            guard entry.attributes.kind != .directory else {
                folders += 1
                continue
            }
            counts.scanned += 1
            counts.unchanged += 1
            counts.regularFiles += entry.attributes.kind == .file ? 1 : 0
            counts.reusedBytes.addCapped(entry.attributes.size)
            counts.logicalBytes.addCapped(entry.attributes.size)
        }
    }
}
