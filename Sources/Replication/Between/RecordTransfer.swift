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
    private static let batchCount = 1024
    /// So many batches wait at most.
    private static let batchesMax = 8

    let step: VaultStep
    /// Nil in a dry run.
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

    /// Walks what differs, moves pages, and puts the IDs of chunks that are missing into the queue; in a dry run only
    /// counts.
    private func compare(_ work: (queue: BoundedQueue<[ContentID]>, session: VaultSession)?) throws {
        let pages = try TakenPages(step, work?.session)
        let chunks = try work.map { try RecordMover(.chunk, from: step.source, into: $0.session) }
        var batch: [ContentID] = []
        var changes: UInt64 = 0
        var diff = TreeDiff(
            old: base, in: try step.destination.pages(), new: step.snapshot.tree, in: pages)
        while let change = try diff.next() {
            try step.context.stop.check()
            step.count(change)
            changes += change.isNew ? 1 : 0
            guard let entry = change.newContent else { continue }
            var cursor = ChunkCursor(entry, source: pages)
            while let chunk = try cursor.next() {
                guard take(chunk, chunks) else { continue }
                batch.append(chunk.id)
                guard batch.count >= Self.batchCount else { continue }
                try work?.queue.put(batch)
                batch = []
            }
            step.context.progress.add(files: 1)
        }
        step.countRest(changes)
        if !batch.isEmpty { try work?.queue.put(batch) }
        try pages.finish()
    }

    /// Counts `chunk`; whether it is missing.
    private func take(_ chunk: ChunkReference, _ mover: RecordMover?) -> Bool {
        step.tally.add(\.chunks)
        guard mover?.claim(chunk.id) ?? !step.destination.index.contains(chunk.id) else { return false }
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

/// The pages of a source that are read; those that the destination lacks are moved.
private final class TakenPages: PageSource {
    private static let batchCount = 256

    private let pages: PageReader
    // Nil in a dry run.
    private let mover: RecordMover?
    private var batch: [ContentID] = []

    init(_ step: VaultStep, _ session: VaultSession?) throws {
        pages = try step.source.pages()
        mover = try session.map { try RecordMover(.page, from: step.source, into: $0) }
    }

    func page(_ id: ContentID) throws -> [UInt8] {
        if let mover, mover.claim(id) {
            batch.append(id)
            if batch.count >= Self.batchCount { try moveBatch() }
        }
        return try pages.page(id)
    }

    func finish() throws {
        try moveBatch()
        try mover?.finish()
    }

    private func moveBatch() throws {
        try mover?.move(batch)
        batch = []
    }
}
