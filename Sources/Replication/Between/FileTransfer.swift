internal import Content
internal import Hashing
internal import Model
internal import Vault
internal import Workers

/// Brings a snapshot's files into a vault of another dedup domain: opens their chunks, cuts the bytes as that vault
/// cuts, names and seals them anew, and makes new pages.
///
/// One thread plans in path order, workers convert, one assembles in path order. What did not change since the snapshot
/// that the destination's newest one was made of keeps the chunk list that it has there.
struct FileTransfer {
    /// So many slots are planned ahead.
    private static let slotsMax = 32

    let step: VaultStep
    /// Nil in a dry run.
    let session: VaultSession?
    let base: TreeRoot?

    /// Brings them; all are in packs when this returns.
    ///
    /// Gives the root of the new tree; of the source's in a dry run.
    func run() throws -> TreeRoot {
        let work = BoundedQueue<TransferSlot>(limit: Self.slotsMax)
        let order = BoundedQueue<TransferSlot>(limit: Self.slotsMax)
        let root = Monitor<TreeRoot?>(nil)
        let fail: @Sendable (any Error) -> Void = { error in
            work.fail(error)
            order.fail(error)
        }
        try Crew.run(step.context.threads + 2, onError: fail) { index in
            switch index {
            case 0:
                let made = try assemble(order)
                root.change { $0 = made }
            case 1:
                try plan(work, order)
                work.close()
                order.close()
            default:
                let converter = try FileConverter(step, sink())
                while let slot = try work.take() {
                    try step.context.stop.check()
                    do {
                        slot.finish(try slot.items.map { try converter.convert($0) })
                    } catch {
                        slot.fail(error)
                        throw error
                    }
                }
                try converter.finish()
            }
        }
        guard let root = root.read({ $0 }) else { preconditionFailure("a transfer that ends well has a root") }
        return root
    }

    private func sink() throws -> any ChunkSink {
        guard let session else { return MissingSink(step.destination, step.tally) }
        return VaultSink(try session.chunkWriter(), tally: step.tally, progress: step.context.progress)
    }

    /// Puts the entries into slots, in path order.
    private func plan(_ work: BoundedQueue<TransferSlot>, _ order: BoundedQueue<TransferSlot>) throws {
        var planner = try TransferPlanner(step, base: base)
        while let slot = try planner.next() {
            try step.context.stop.check()
            try order.put(slot)
            if slot.needsWork { try work.put(slot) }
        }
        step.countRest(planner.changes)
    }

    /// Builds the new tree.
    private func assemble(_ order: BoundedQueue<TransferSlot>) throws -> TreeRoot {
        guard let pages = try session?.pageSink() else {
            while let slot = try order.take() { _ = try slot.wait() }
            return step.snapshot.tree
        }
        var tree = EntryTreeBuilder(sink: pages)
        // For files whose chunk lists are not to be held.
        let converter = try FileConverter(step, sink())
        while let slot = try order.take() {
            let lists = try slot.wait()
            for (item, references) in zip(slot.items, lists) {
                var entry = item.entry
                if case .convert = item {
                    var list = ChunkListBuilder(sink: pages)
                    if slot.isHuge {
                        try converter.convert(entry) { try list.add($0) }
                    } else {
                        for reference in references { try list.add(reference) }
                    }
                    entry.content = try list.finish()
                }
                try tree.add(entry)
            }
            step.context.progress.add(files: slot.items.count)
        }
        try converter.finish()
        let root = try tree.finish()
        try pages.finish()
        return root
    }
}
