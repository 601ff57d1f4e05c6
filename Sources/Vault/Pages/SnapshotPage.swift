internal import Content
internal import Hashing
internal import Model

/// The encoding of a snapshot: fields behind a page's head, each a tag, a length and that many bytes; tags ascend.
///
/// Format version 1. Number fields hold a varint and are left out where it is zero; text fields hold UTF-8 and are left
/// out where it is empty; IDs are 32 bytes. A reader refuses a tag below 64 that it does not know, and skips but keeps
/// those from 64 on: additions that an older reader can do without.
enum SnapshotPage {
    /// A field that is kept as it is.
    struct Field: Hashable, Sendable {
        var tag: UInt64
        var bytes: [UInt8]
    }

    /// What the fields mean.
    enum Tag: UInt64 {
        case dataset = 1
        /// Zigzag seconds, then nanoseconds.
        case created = 2
        case parent = 3
        case sequence = 4
        case tree = 5
        case entries = 6
        case bytes = 7
        case source = 8
        case host = 9
        case program = 10
        case files = 11
        case unread = 12
        case addedBytes = 13
        case addedChunks = 14
        case storedBytes = 15
        case averageChunk = 16
    }

    /// The first tag that a reader may skip.
    static let firstAddition: UInt64 = 64

    /// The page of `snapshot`.
    static func encode(_ snapshot: Snapshot) throws -> [UInt8] {
        do throws(PageFault) {
            try check(snapshot)
        } catch {
            throw PerigeeError(error.code, "the snapshot \(error.reason)", at: "dataset \(snapshot.dataset)")
        }
        let draft = snapshot.draft
        let statistics = draft.statistics
        var fields = SnapshotFields()
        fields.text(.dataset, snapshot.dataset)
        fields.numbers(.created, [EntryForm.zigzag(draft.created.seconds), UInt64(draft.created.nanoseconds)])
        if let parent = snapshot.parent { fields.id(.parent, parent) }
        fields.number(.sequence, snapshot.sequence)
        fields.id(.tree, draft.tree.page)
        fields.number(.entries, draft.tree.entries)
        fields.number(.bytes, draft.tree.bytes)
        fields.text(.source, draft.source)
        fields.text(.host, draft.host)
        fields.text(.program, draft.program)
        fields.number(.files, statistics.files)
        fields.number(.unread, statistics.unread)
        fields.number(.addedBytes, statistics.addedBytes)
        fields.number(.addedChunks, statistics.addedChunks)
        fields.number(.storedBytes, statistics.storedBytes)
        fields.number(.averageChunk, statistics.averageChunk)
        for field in snapshot.additions { fields.append(field) }
        return fields.page
    }

    /// The snapshot in `page`.
    static func decode(_ page: [UInt8], id: ContentID) throws -> Snapshot {
        do throws(PageFault) {
            return try page.withUnsafeBufferPointer { (buffer) throws(PageFault) -> Snapshot in
                var input = PageInput(UnsafeRawBufferPointer(buffer))
                guard try input.head() == .snapshot else { throw PageFault("is not a snapshot's") }
                var fields = try SnapshotFields(&input)
                let snapshot = try read(&fields, id: id)
                try check(snapshot)
                return snapshot
            }
        } catch {
            throw error.reading(id, at: 0)
        }
    }

    private static func read(_ fields: inout SnapshotFields, id: ContentID) throws(PageFault) -> Snapshot {
        // In the order of their tags.
        let dataset = try fields.takeText(.dataset)
        let created = try fields.takeNumbers(.created, count: 2)
        let parent = try fields.takeID(.parent)
        let sequence = try fields.takeNumber(.sequence)
        guard let page = try fields.takeID(.tree) else { throw PageFault("names no tree") }
        let tree = TreeRoot(page: page, entries: try fields.takeNumber(.entries), bytes: try fields.takeNumber(.bytes))
        guard let nanoseconds = UInt32(exactly: created[1]) else { throw PageFault("holds a time that is none") }
        var draft = SnapshotDraft(
            created: Timestamp(seconds: EntryForm.unzigzag(created[0]), nanoseconds: nanoseconds), tree: tree,
            source: try fields.takeText(.source), host: try fields.takeText(.host),
            program: try fields.takeText(.program))
        draft.statistics = SnapshotStatistics(
            files: try fields.takeNumber(.files), unread: try fields.takeNumber(.unread),
            addedBytes: try fields.takeNumber(.addedBytes), addedChunks: try fields.takeNumber(.addedChunks),
            storedBytes: try fields.takeNumber(.storedBytes), averageChunk: try fields.takeNumber(.averageChunk))
        return Snapshot(
            id: id, dataset: dataset, parent: parent, sequence: sequence, draft: draft,
            additions: fields.takeAdditions())
    }

    private static func check(_ snapshot: Snapshot) throws(PageFault) {
        let draft = snapshot.draft
        guard !snapshot.dataset.isEmpty else { throw PageFault("names no dataset") }
        guard snapshot.dataset.utf8.count <= PageLimits.datasetName else {
            throw PageFault("has a dataset's name above 255 bytes", .limit)
        }
        guard draft.created.nanoseconds < 1_000_000_000 else { throw PageFault("holds a time that is none") }
        for text in [draft.source, draft.host, draft.program] where text.utf8.count > PageLimits.text {
            throw PageFault("has a text above 4096 bytes", .limit)
        }
    }
}
