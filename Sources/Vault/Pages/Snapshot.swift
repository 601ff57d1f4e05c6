public import Content
internal import Hashing
public import Model

/// An immutable state of a dataset.
///
/// Its ID is the digest of its page, so it is stored as: encode, store, decode with the ID that the store gave.
public struct Snapshot: Hashable, Sendable {
    /// The digest of ``page``.
    public let id: ContentID
    /// The dataset's name, from 1 to 255 bytes.
    public let dataset: String
    /// The snapshot before it; nil for the first.
    public let parent: ContentID?
    /// How many snapshots came before it; 0 for the first.
    public let sequence: UInt64
    /// All that the run which made it knew.
    public let draft: SnapshotDraft
    /// Fields that a newer version wrote, kept so that the page stays the same.
    let additions: [SnapshotPage.Field]

    /// When the run that made it began.
    public var created: Timestamp { draft.created }
    /// Its entries.
    public var tree: TreeRoot { draft.tree }
    /// Where they were read, as the user named it.
    public var source: String { draft.source }
    /// The host that read them.
    public var host: String { draft.host }
    /// The version of the program that made it.
    public var program: String { draft.program }
    /// What it holds, and what it cost.
    public var statistics: SnapshotStatistics { draft.statistics }

    /// Reads the snapshot whose page `page` is; its digest, `id`, has been checked by whoever read it.
    ///
    /// - Throws: `.damaged` where the page is not a snapshot's, `.format` where only a newer version can read it.
    public init(page: [UInt8], id: ContentID) throws { self = try SnapshotPage.decode(page, id: id) }

    init(
        id: ContentID, dataset: String, parent: ContentID?, sequence: UInt64, draft: SnapshotDraft,
        additions: [SnapshotPage.Field]
    ) {
        self.id = id
        self.dataset = dataset
        self.parent = parent
        self.sequence = sequence
        self.draft = draft
        self.additions = additions
    }

    /// The page of a snapshot made from `draft`.
    ///
    /// - Throws: `.limit` where a text is too long, `.format` where the dataset's name is empty or the time is none.
    public static func page(
        of draft: SnapshotDraft, dataset: String, parent: ContentID?, sequence: UInt64
    ) throws -> [UInt8] {
        try SnapshotPage.encode(
            Snapshot(
                id: ContentID(.zero), dataset: dataset, parent: parent, sequence: sequence, draft: draft, additions: [])
        )
    }

    /// The bytes whose digest ``id`` is.
    public var page: [UInt8] {
        get throws { try SnapshotPage.encode(self) }
    }
}
