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
    /// Nil where it is only counted.
    let session: VaultSession?
    let base: TreeRoot?

    /// Brings them; all are in packs when this returns.
    ///
    /// Gives the root of the new tree.
    func run() throws -> TreeRoot {
        let work = BoundedQueue<TransferSlot>(limit: Self.slotsMax)
        let order = BoundedQueue<TransferSlot>(limit: Self.slotsMax)
        let awaited = AwaitedSlot()
        let root = Monitor<TreeRoot?>(nil)
        let fail: @Sendable (any Error) -> Void = { error in
            work.fail(error)
            order.fail(error)
            awaited.fail(error)
        }
        try Crew.run(step.context.threads + 2, onError: fail) { index in
            switch index {
            case 0:
                let made = try assemble(order, awaited)
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
        guard let session else { return try counting() }
        return VaultSink(try session.chunkWriter(), tally: step.tally, progress: step.context.progress)
    }

    /// What counts chunks that the destination lacks.
    private func counting() throws -> any ChunkSink {
        guard let census = step.census else { preconditionFailure("what is not stored is counted") }
        let vault = step.destination
        return CensusSink(
            key: vault.ring.idKey, role: .wanted { vault.index.contains($0) }, census: census.chunks,
            sampler: try ChunkSampler(census.sample, step.compression), tally: step.tally,
            progress: step.context.progress)
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

    /// What counts pages that the destination lacks.
    private func countedPages() throws -> PageCensus {
        guard let census = step.census else { preconditionFailure("what is not stored is counted") }
        return try PageCensus(step.destination, step.compression, into: census.pages)
    }

    /// Builds the new tree.
    private func assemble(_ order: BoundedQueue<TransferSlot>, _ awaited: AwaitedSlot) throws -> TreeRoot {
        let writer = try session?.pageSink()
        let pages: any PageSink = if let writer { writer } else { try countedPages() }
        var tree = EntryTreeBuilder(sink: pages, .narrow)
        // For files whose chunk lists are not to be held.
        let converter = try FileConverter(step, sink())
        while let slot = try order.take() {
            let lists = try awaited.lists(of: slot)
            for (item, references) in zip(slot.items, lists) {
                var entry = item.entry
                if case .convert = item {
                    var list = ChunkListBuilder(sink: pages, .narrow)
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
        try writer?.finish()
        return root
    }
}
