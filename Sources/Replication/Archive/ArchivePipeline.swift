internal import Content
internal import Files
internal import Hashing
internal import Model
internal import Vault
internal import Workers

/// Reads what changed in a tree with all cores: one thread plans, some read and store, one puts the results in order.
///
/// Bounded: so many slots at once, each with so many paths and bytes; a worker holds one stretch.
struct ArchivePipeline {
    /// Where the files are.
    let tree: any ReadableTree
    /// How many threads read and store.
    let workers: Int
    /// Asked at each slot, and within large files.
    let stop: StopFlag
    /// Counts what is done.
    let tally: Tally
    /// Tells what is done.
    let progress: Progress
    /// The clock.
    let now: @Sendable () -> Timestamp

    /// Runs `planner` to its end.
    ///
    /// - Parameters:
    ///   - chunker: cuts the files.
    ///   - makeSink: makes a worker's sink, on the worker's thread.
    ///   - assembler: takes the results in order.
    func run(
        planner: any ArchivePlanning, chunker: Chunker, board: ArchiveBoard,
        assembler: any ArchiveConsumer, makeSink: @Sendable () throws -> any ChunkSink
    ) throws {
        let ordered = BoundedQueue<ArchiveSlot>(limit: 2 * ArchiveBoard.waitingMax)
        // The planner and the assembler are each used by one thread of the crew alone.
        let planner = Monitor(planner)
        let assembler = Monitor(assembler)
        let end: @Sendable (any Error) -> Void = { error in
            board.fail(error)
            ordered.fail(error)
            tree.fail(error)
        }
        try Crew.run(workers + 2, onError: end) { member in
            switch member {
            case 0:
                try planner.read { try plan(&$0, board, ordered) }
                ordered.close()
            case 1:
                try assembler.read { try $0.run(ordered) }
                board.close()
            default:
                try work(chunker, board, makeSink())
            }
        }
    }

    private func work(_ chunker: Chunker, _ board: ArchiveBoard, _ sink: any ChunkSink) throws {
        let worker = ArchiveWorker(
            tree: tree, chunker: chunker, sink: sink, tally: tally, progress: progress, now: now)
        while let work = try board.next() {
            switch work {
            case .slot(let slot):
                do {
                    try worker.process(slot)
                } catch {
                    slot.fail(error)
                    throw error
                }
            case .large(let file):
                defer { board.leave(file) }
                try file.help(worker, stop)
            }
        }
        try worker.finish()
    }

    /// Gathers items into slots; a file that is large gets one of its own.
    private func plan(
        _ planner: inout any ArchivePlanning, _ board: ArchiveBoard, _ ordered: BoundedQueue<ArchiveSlot>
    ) throws {
        var items: [ArchiveItem] = []
        var bytes: UInt64 = 0
        func flush() throws {
            guard !items.isEmpty else { return }
            try tree.expect(items)
            let slot = ArchiveSlot(items)
            (items, bytes) = ([], 0)
            try put(slot, board, ordered)
        }
        try planner.forEach { item in
            try stop.check()
            let size: UInt64 = if case .look(let scanned, _, _) = item { scanned.attributes.size } else { 0 }
            if items.count >= ArchiveSlot.itemsMax || bytes + size > ArchiveSlot.bytesMax { try flush() }
            if size > ArchiveSlot.bytesMax {
                try tree.expect([item])
                try put(large(item), board, ordered)
            } else {
                items.append(item)
                bytes += size
            }
        }
        try flush()
    }

    private func put(_ slot: ArchiveSlot, _ board: ArchiveBoard, _ ordered: BoundedQueue<ArchiveSlot>) throws {
        try ordered.put(slot)
        guard slot.needsWork else { return }
        do {
            try board.put(slot)
        } catch {
            // The assembler may wait for it already, and no worker will ever see it.
            slot.fail(error)
            throw error
        }
    }

    /// The slot of a large file; where the file cannot be opened, a slot in which it has failed.
    private func large(_ item: ArchiveItem) throws -> ArchiveSlot {
        guard case .look(let scanned, _, _) = item else { return ArchiveSlot([item]) }
        do {
            let openedAt = now()
            return ArchiveSlot([item], large: LargeFile(try tree.file(of: scanned), openedAt: openedAt))
        } catch {
            try tree.check()
            tally.fail(scanned.path, error)
            let slot = ArchiveSlot([item])
            slot.finish([nil])
            return slot
        }
    }
}
