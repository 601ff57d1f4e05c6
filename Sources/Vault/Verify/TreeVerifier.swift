internal import Content
internal import Model
internal import Workers

/// Walks the trees of snapshots: each page opens, each chunk that an entry names is there, and none is known as
/// damaged.
struct TreeVerifier {
    /// A subtree that was opened and has not ended.
    private struct Open {
        let id: ContentID
        let level: Int
        let faultsBefore: UInt64
    }

    private let pages: PageReader
    private let view: IndexView
    private let log: DamageLog
    private let stop: StopFlag?
    private var sound: SoundPages
    private var faults: UInt64 = 0
    private var entryCount: UInt64 = 0

    init(_ pages: PageReader, _ view: IndexView, _ log: DamageLog, stop: StopFlag?) {
        self.pages = pages
        self.view = view
        self.log = log
        self.stop = stop
        sound = SoundPages(view)
    }

    /// Walks the tree of `snapshot`; passes over subtrees that are known to be sound.
    mutating func verify(_ snapshot: Snapshot) throws {
        var walker = TreeWalker(snapshot.tree, pages)
        var open: [Open] = []
        do {
            while let step = try walker.step() {
                switch step {
                case .entry(let entry): try verify(entry, of: snapshot)
                case .subtree(let subtree):
                    try stop?.check()
                    close(&open, below: subtree.level ?? Int.max)
                    if !sound.contains(subtree.id) { enter(subtree, &walker, &open, snapshot) }
                }
            }
        } catch let error as PerigeeError where error.code != .interrupted {
            // A page that says what cannot be: the walk cannot go on behind it.
            faults += 1
            let hit = Damage.Hit(dataset: snapshot.dataset, snapshot: snapshot.id, path: "all from there on")
            log.note(.page, at: "snapshot \(snapshot.id.short)", error, hit: hit)
        }
        close(&open, below: Int.max)
        tell()
    }

    private mutating func enter(
        _ subtree: PageBounds, _ walker: inout TreeWalker, _ open: inout [Open], _ snapshot: Snapshot
    ) {
        let before = faults
        do {
            try walker.open(subtree)
            open.append(Open(id: subtree.id, level: subtree.level ?? Int.max, faultsBefore: before))
        } catch {
            faults += 1
            let last = subtree.last.map { "up to \(TreePath(trusted: $0))" } ?? "all of the snapshot"
            let hit = Damage.Hit(
                dataset: snapshot.dataset, snapshot: snapshot.id, path: "\(subtree.count) entries, \(last)")
            if let location = view.location(of: subtree.id, filtered: false) {
                _ = log.hits(subtree.id, in: location.pack, hit)
            }
            log.note(.page, at: "page \(subtree.id)", error, hit: hit)
        }
        tell()
    }

    /// The subtrees up to `level` have ended; those that had no fault are sound.
    private mutating func close(_ open: inout [Open], below level: Int) {
        while let last = open.last, last.level <= level {
            open.removeLast()
            if faults == last.faultsBefore { sound.insert(last.id) }
        }
    }

    private mutating func tell() {
        let count = entryCount
        entryCount = 0
        log.count { report, progress in
            report.entries += count
            progress.entries += count
        }
    }
}

// The chunks of an entry.
extension TreeVerifier {
    private mutating func verify(_ entry: Entry, of snapshot: Snapshot) throws {
        entryCount += 1
        if case .paged(let root, _) = entry.content, sound.contains(root) { return }
        let before = faults
        let hit = Damage.Hit(dataset: snapshot.dataset, snapshot: snapshot.id, path: entry.path.description)
        var cursor = ChunkCursor(entry, source: pages)
        do {
            while let chunk = try cursor.next() { verify(chunk, hit) }
        } catch let error as PerigeeError where error.code != .interrupted {
            faults += 1
            log.note(.page, at: "chunk list of \(entry.path)", error, hit: hit)
        }
        if case .paged(let root, _) = entry.content, faults == before { sound.insert(root) }
    }

    private mutating func verify(_ chunk: ChunkReference, _ hit: @autoclosure () -> Damage.Hit) {
        guard let location = view.location(of: chunk.id, filtered: false), location.kind == .chunk else {
            faults += 1
            log.note(.chunk, at: "chunk \(chunk.id)", "the index does not list the chunk", id: chunk.id, hit: hit())
            return
        }
        if location.plainLength != chunk.length {
            faults += 1
            log.note(
                .chunk, at: "chunk \(chunk.id)", "the index and the snapshot give it different lengths", id: chunk.id,
                hit: hit())
        } else if log.mayHit, log.hits(chunk.id, in: location.pack, hit()) {
            faults += 1
        }
    }
}
