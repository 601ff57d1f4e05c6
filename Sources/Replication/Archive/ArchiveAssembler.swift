internal import Files
internal import Model
internal import Vault
internal import Workers

/// Takes the slots in order and makes the pages and the record of the snapshot from what came of them.
final class ArchiveAssembler {
    private let tree: any ReadableTree
    private let board: ArchiveBoard
    private let sink: any PageSink
    private let record: RecordKeeper?
    private let pages: any PageSource
    private let tally: Tally
    private let progress: Progress
    private let now: @Sendable () -> Timestamp
    private var builder: EntryTreeBuilder
    /// The first names of files whose names were not all met yet, by group.
    private var leaders: [UInt64: (entry: Entry, state: FileState?)] = [:]

    /// An assembler that stores pages by `sink` and remembers files in `record`; leaves of the last snapshot that are
    /// not taken over whole are read from `pages`.
    init(
        tree: any ReadableTree, board: ArchiveBoard, sink: any PageSink, pages: any PageSource, record: RecordKeeper?,
        tally: Tally, progress: Progress, now: @escaping @Sendable () -> Timestamp
    ) {
        self.tree = tree
        self.board = board
        self.sink = sink
        self.record = record
        self.pages = pages
        self.tally = tally
        self.progress = progress
        self.now = now
        builder = EntryTreeBuilder(sink: sink, .narrow)
    }

    /// Adds all slots until there are no more.
    func run(_ slots: BoundedQueue<ArchiveSlot>) throws {
        while let slot = try slots.take() {
            let looks = try slot.wait()
            var counts = Tally.Counts()
            if let large = slot.large, case .look(let scanned, let group, let previous) = slot.items[0] {
                try add(large, scanned, group: group, previous: previous, &counts)
            } else {
                for (item, look) in zip(slot.items, looks) { try add(item, look, &counts) }
            }
            tally.add(counts)
            progress.add(files: slot.items.reduce(0) { $0 + $1.pathCount })
        }
    }

    /// Completes the pages.
    func finish() throws -> TreeRoot {
        let root = try builder.finish()
        return root
    }

    private func add(_ item: ArchiveItem, _ look: ArchiveLook?, _ counts: inout Tally.Counts) throws {
        switch item {
        case .kept(let entry):
            try add(entry, &counts)
        case .known(let entry, let state, let number):
            if entry.attributes.kind != .directory { counts.unchanged += 1 }
            counts.reusedBytes.addCapped(entry.attributes.dataSize)
            progress.add(logical: Int(clamping: entry.attributes.dataSize))
            guard try add(entry, &counts) else { return }
            remember(entry, state)
            record?.keep(number..<(number + 1))
        case .leaf(let known):
            try add(known, &counts)
        case .look(let scanned, _, let previous):
            guard let look else { return try keep(previous, instead: scanned, &counts) }
            var entry = look.entry
            entry.content = try content(look.chunks)
            try add(entry, look.state, previous: previous, &counts)
        case .link(let scanned, let name, let previous):
            // Last, since adding an entry remembers it.
            defer { if name.isLast { leaders[name.id] = nil } }
            guard let leader = leaders[name.id] else {
                tally.fail(scanned.path, PerigeeError(.conflict, "its first name could not be read", canRetry: true))
                return try keep(previous, instead: scanned, &counts)
            }
            var entry = leader.entry
            entry.path = scanned.path
            try add(entry, leader.state, previous: previous, &counts)
        }
    }

    /// Adds an entry that was looked at anew.
    private func add(
        _ entry: Entry, _ state: FileState?, previous: Entry?, _ counts: inout Tally.Counts
    ) throws {
        if entry.attributes.kind != .directory {
            if previous == nil {
                counts.new += 1
            } else if previous == entry {
                counts.unchanged += 1
            } else {
                counts.changed += 1
            }
        }
        guard try add(entry, &counts) else { return }
        remember(entry, state)
        // What a record says is in the snapshot that it speaks of.
        if let state { record?.add(RecordEntry(path: entry.path, source: state)) }
    }

    /// Adds an entry to the pages; false where they cannot hold it, which is noted.
    @discardableResult
    private func add(_ entry: Entry, _ counts: inout Tally.Counts) throws -> Bool {
        if entry.attributes.kind != .directory { counts.scanned += 1 }
        do {
            try builder.add(entry)
        } catch let error as PerigeeError where error.code == .limit || error.code == .format {
            // A path or attributes beyond what pages can hold cost this entry, not the snapshot.
            tally.fail(entry.path, error)
            return false
        }
        if entry.attributes.kind == .file { counts.regularFiles += 1 }
        counts.logicalBytes.addCapped(entry.attributes.size)
        return true
    }

    /// Adds a leaf all of whose entries are as they were: as a page where it fits, else entry by entry.
    private func add(_ known: KnownLeaf, _ counts: inout Tally.Counts) throws {
        if try !builder.adopt(known.leaf) {
            var entries = try known.leaf.entries(from: pages)
            while let entry = try entries.next() { try builder.add(entry) }
        }
        counts.add(known.counts)
        progress.add(logical: Int(clamping: known.counts.logicalBytes))
        record?.keep(known.record)
    }

    private func remember(_ entry: Entry, _ state: FileState?) {
        guard let group = entry.attributes.linkGroup, leaders[group] == nil else { return }
        leaders[group] = (entry, state)
    }

    /// The old entry stays where the new one cannot be had: what was safe once is not lost to a bad night.
    private func keep(_ previous: Entry?, instead scanned: ScannedEntry, _ counts: inout Tally.Counts) throws {
        guard let previous else { return }
        try add(previous, &counts)
    }

    /// Adds a file that workers read stretch by stretch, once it has held still.
    private func add(
        _ large: LargeFile, _ scanned: ScannedEntry, group: UInt64?, previous: Entry?, _ counts: inout Tally.Counts
    ) throws {
        var (file, scanned) = (large, scanned)
        for attempt in 1... {
            do {
                let content = try content(of: file)
                try file.reader.recheck()
                var entry = Entry(path: scanned.path, attributes: file.reader.attributes, content: content)
                entry.attributes.linkGroup = group
                let state = FileState(scanned)
                return try add(
                    entry, state.isTooFresh(readAt: file.openedAt) ? nil : state, previous: previous, &counts)
            } catch let error as PerigeeError where error.code == .changed && attempt < ArchiveWorker.attemptsMax {
                do {
                    scanned = try tree.scan(scanned.path)
                    file = LargeFile(try tree.file(of: scanned), openedAt: now())
                } catch {
                    try tree.check()
                    tally.fail(scanned.path, error)
                    return try keep(previous, instead: scanned, &counts)
                }
                try board.hurry(file)
            } catch {
                try board.check()
                try tree.check()
                tally.fail(scanned.path, error)
                return try keep(previous, instead: scanned, &counts)
            }
        }
    }

    private func content(of file: LargeFile) throws -> FileContent {
        var list = ChunkListBuilder(sink: sink, .narrow)
        while let references = try file.take() {
            for reference in references { try list.add(reference) }
        }
        return try list.finish()
    }

    private func content(_ chunks: [ChunkReference]) throws -> FileContent {
        guard !chunks.isEmpty else { return .none }
        guard chunks.count > PageLimits.inlineChunks else { return .inline(chunks) }
        var list = ChunkListBuilder(sink: sink, .narrow)
        for chunk in chunks { try list.add(chunk) }
        return try list.finish()
    }
}
