internal import Content
internal import Files
internal import Model
internal import Vault

/// Finds the earlier versions of a tree's files in a vault, against which a snapshot of the tree at another site is held.
///
/// For the one thread that says what is expected.
struct DistantBases {
    private let vault: Vault?
    private let begin: ListingBegin
    private let finder: KinFinder
    /// The last snapshot, for others of a series; nil where there is none, or it cannot be read.
    private var series: EntryCursor?

    /// What `vault` has, where it is read and cut alike; new files are held against others of their series in `snapshot`.
    init(_ vault: Vault, _ snapshot: Snapshot?, _ begin: ListingBegin, _ finder: KinFinder) throws {
        self.vault = DistantTree.isRead(vault, begin) ? vault : nil
        self.begin = begin
        self.finder = finder
        if let read = self.vault, let snapshot { series = EntryCursor(snapshot.tree, source: try read.pages()) }
    }

    /// The chunks of the last version of `scanned`, which is `previous`, or those of another of its series, by a guess; nil
    /// where there is none of use.
    mutating func base(of scanned: ScannedEntry, _ previous: Entry?) -> (chunks: StoredChunks, isGuess: Bool)? {
        guard let vault, let old = previous ?? kin(of: scanned), old.attributes.kind == .file,
            old.attributes.dataSize > ExchangeLimits.wholeFile, old.attributes.dataSize <= ExchangeLimits.comparedFile
        else { return nil }
        return (StoredChunks(old, vault, begin.key), previous == nil)
    }

    /// A file of the last snapshot that may hold much of a new one.
    private mutating func kin(of scanned: ScannedEntry) -> Entry? {
        guard scanned.attributes.size >= KinFinder.sizeMin, var cursor = series else { return nil }
        do {
            let found = try finder.kin(of: scanned, in: &cursor)
            series = cursor
            return found
        } catch {
            // It is a guess: what cannot be read of an old snapshot keeps none from being made.
            series = nil
            return nil
        }
    }
}
