internal import Content
internal import Model
internal import Vault
internal import Workers

/// Moves the records that a snapshot needs and a vault of the same dedup domain lacks.
///
/// One thread compares the snapshot's tree with that of the destination's newest one, passes over the pages that both
/// have, and claims the chunks that are missing; the others move them, in batches, in the order in which they lie in the
/// source's packs.
struct RecordTransfer {
    /// So many chunks are handed over at once: some 64 MiB of plain bytes.
    static let batchCount = 1024
    /// So many batches wait at most.
    private static let batchesMax = 8

    let step: VaultStep
    /// Nil where it is only counted.
    let session: VaultSession?
    let base: TreeRoot?

    /// Moves them; all are in packs when this returns.
    func run() throws {
        guard let session else {
            try compare(nil)
            return
        }
        let queue = BoundedQueue<[ContentID]>(limit: Self.batchesMax)
        try Crew.run(step.context.threads + 1, onError: { queue.fail($0) }) { index in
            guard index > 0 else {
                try compare((queue, session))
                queue.close()
                return
            }
            let mover = try RecordMover(.chunk, from: step.source, into: session)
            while let batch = try queue.take() {
                try step.context.stop.check()
                try mover.move(batch)
            }
            try mover.finish()
        }
    }

    /// Walks what differs, moves pages, and puts the IDs of chunks that are missing into the queue; or only counts them.
    private func compare(_ work: (queue: BoundedQueue<[ContentID]>, session: VaultSession)?) throws {
        let pages = try TakenPages(step, work?.session)
        let chunks = try work.map { try RecordMover(.chunk, from: step.source, into: $0.session) }
        let rehearsed = try step.census?.rehearsal?.mover(.chunk)
        var batch: [ContentID] = []
        func handOver() throws {
            try work?.queue.put(batch)
            try rehearsed?(batch)
            batch = []
        }
        var changes: UInt64 = 0
        let old = try self.old()
        var counted = ChunkCensus.Batch()
        var diff = TreeDiff(old: old.root, in: old.pages, new: step.snapshot.tree, in: pages)
        while let change = try diff.next() {
            try step.context.stop.check()
            step.count(change)
            changes += change.isNew ? 1 : 0
            guard let entry = change.newContent else { continue }
            var cursor = ChunkCursor(entry, source: pages)
            while let chunk = try cursor.next() {
                guard take(chunk, chunks, &counted) else { continue }
                batch.append(chunk.id)
                if batch.count >= Self.batchCount { try handOver() }
            }
            try step.census?.chunks.add(&counted)
            step.context.progress.add(files: 1)
        }
        step.countRest(changes)
        if !batch.isEmpty { try handOver() }
        try pages.finish()
    }

    /// The tree that is there already, and its pages.
    ///
    /// Where snapshots are only counted, one before that would have been brought was not, but its pages are at the source.
    private func old() throws -> (root: TreeRoot?, pages: PageReader) {
        if step.census != nil, let before = step.before, before.tree != base {
            return (before.tree, try step.source.pages())
        }
        return (base, try step.destination.pages())
    }

    /// Counts `chunk`; whether it is to be moved.
    private func take(_ chunk: ChunkReference, _ mover: RecordMover?, _ counted: inout ChunkCensus.Batch) -> Bool {
        step.tally.add(\.chunks)
        guard let mover else {
            guard let census = step.census, census.want(chunk.id, length: chunk.length, in: &counted) else {
                return false
            }
            step.context.progress.add(missing: Int(chunk.length))
            return census.isRehearsed(chunk.id)
        }
        guard mover.claim(chunk.id) else { return false }
        step.tally.add(\.missingChunks)
        step.tally.add(\.missingBytes, UInt64(chunk.length))
        step.tally.add(\.readBytes, UInt64(chunk.length))
        step.context.progress.add(missing: Int(chunk.length))
        return true
    }
}

extension Change {
    /// The entry whose content is not that of the one before; nil where only attributes changed, or it is gone.
    fileprivate var newContent: Entry? {
        switch self {
        case .added(let entry): entry
        case .changed(let old, let new): old.content == new.content ? nil : new
        case .removed: nil
        }
    }

    /// Whether the new tree has the path.
    fileprivate var isNew: Bool {
        if case .removed = self { return false }
        return true
    }
}

/// The pages of a source that are read; those that the destination lacks are moved, or counted.
private final class TakenPages: PageSource {
    private static let batchCount = 256

    private let pages: PageReader
    // Nil where they are only counted.
    private let mover: RecordMover?
    private let census: VaultCensus?
    private let rehearsed: (([ContentID]) throws -> Void)?
    private var batch: [ContentID] = []
    private var counted = ChunkCensus.Batch()

    init(_ step: VaultStep, _ session: VaultSession?) throws {
        pages = try step.source.pages()
        mover = try session.map { try RecordMover(.page, from: step.source, into: $0) }
        census = step.census
        rehearsed = try step.census?.rehearsal?.mover(.page)
    }

    func page(_ id: ContentID) throws -> [UInt8] {
        if try isTaken(id) {
            batch.append(id)
            if batch.count >= Self.batchCount { try moveBatch() }
        }
        return try pages.page(id)
    }

    func finish() throws {
        try moveBatch()
        try mover?.finish()
    }

    /// Whether the page is to be moved, or would be.
    private func isTaken(_ id: ContentID) throws -> Bool {
        if let mover { return mover.claim(id) }
        guard let census, census.want(id, length: nil, in: &counted) else { return false }
        try census.pages.add(&counted)
        return census.isRehearsed(id)
    }

    private func moveBatch() throws {
        try mover?.move(batch)
        try rehearsed?(batch)
        batch = []
    }
}
