internal import Files
internal import Hashing
internal import Model

/// A walk over the destination and what is remembered of it, beside a walk over what it is to become; and what the plan
/// of a run puts by for its end.
///
/// All come in path order. For one thread.
final class TargetWalk {
    /// Folders whose attributes are to be set at the end, the innermost first; flagged where this run made them.
    let folders = Spool(isReversed: false)
    /// Further names of what has several, each with the first name in its note; flagged where something has the name.
    let laterNames = Spool(isReversed: false)
    /// What takes the place of folders, once it is known that what lies in them may go; flagged where it is the first of
    /// several names.
    let replacements = Spool(isReversed: false)
    /// What is there and not wanted, the innermost first.
    let removals = Spool(isReversed: true)
    /// What killed runs left at the destination.
    let leftovers = Spool(isReversed: false)
    /// What the destination holds.
    private(set) var held = TargetCount()
    /// Whether anything differs from the record.
    var isChanged = false

    /// A folder on the way to the path at hand.
    private struct OpenFolder {
        let entry: ScannedEntry
        let note: Spool.Note
        let isKnown: Bool
        /// Whether anything in it was touched, so that its attributes are to be set again.
        var isDirty: Bool
    }

    private let feed: (any EntryFeed)?
    private let record: RecordReader?
    private let collector: RecordCollector
    private let deletes: Bool
    private let lifted: LiftedFolders?
    private var nextTarget: ScannedEntry?
    private var open: [OpenFolder] = []

    /// A walk by `feed`, which is nil where there is no destination yet; what holds no longer is dropped by `collector`.
    ///
    /// Folders that are in `lifted` when they are left get their attributes again.
    init(
        feed: (any EntryFeed)?, record: RecordReader?, collector: RecordCollector, deletes: Bool, lifted: LiftedFolders?
    ) {
        self.lifted = lifted
        self.feed = feed
        self.record = record
        self.collector = collector
        self.deletes = deletes
    }

    /// Begins; to be called once, before anything else.
    func begin() throws {
        nextTarget = try feed?.next()
    }

    /// Goes on to `path`: past what only the destination has, and out of the folders that do not contain it.
    func advance(to path: TreePath) throws {
        try passBy(before: path)
        try leaveFolders(before: path)
    }

    /// Goes on to the end.
    func finish() throws {
        try passBy(before: nil)
        try leaveFolders(before: nil)
    }

    /// What the destination has, and what is remembered, of the path to which the walk has advanced.
    func take(_ path: TreePath) throws -> (target: ScannedEntry?, known: RecordEntry?) {
        var target: ScannedEntry?
        if nextTarget?.path == path {
            target = nextTarget.take()
            nextTarget = try feed?.next()
            if let target { held.add(target) }
        }
        return (target, try record?.take(path) { try change($0.path, known: $0) })
    }

    /// The path's state is not what the record says.
    func change(_ path: TreePath, known: RecordEntry?) throws {
        isChanged = true
        if known != nil { try collector.drop(path) }
    }

    /// Enters a folder that is as it was; its attributes are set only if something in it is touched.
    func enterKnown(_ entry: ScannedEntry, digest: Digest = .zero) {
        open.append(OpenFolder(entry: entry, note: .init(digest: digest), isKnown: true, isDirty: false))
    }

    /// Enters a folder that is new, flagged by `isFresh`, or not as it was.
    func enter(_ entry: ScannedEntry, digest: Digest = .zero, isFresh: Bool) {
        let note = Spool.Note(digest: digest, flag: isFresh)
        open.append(OpenFolder(entry: entry, note: note, isKnown: false, isDirty: true))
    }

    /// The folder that `path` lies in changes with it.
    func markDirty(above path: TreePath) {
        guard let index = open.lastIndex(where: { $0.entry.path == path.parent }) else { return }
        open[index].isDirty = true
    }

    private func passBy(before path: TreePath?) throws {
        while isBefore(path), let extra = nextTarget.take() {
            nextTarget = try feed?.next()
            guard !AsideName.matches(extra.path.name) else {
                try leftovers.add(extra)
                continue
            }
            held.add(extra)
            guard deletes else { continue }
            isChanged = true
            markDirty(above: extra.path)
            try removals.add(extra)
        }
        // Those before a path are met when that one is taken.
        guard path == nil else { return }
        while let entry = record?.next() { try change(entry.path, known: entry) }
    }

    /// Whether the destination's next entry comes before `path`.
    ///
    /// Asked for each entry, so that nothing is copied for it.
    private func isBefore(_ path: TreePath?) -> Bool {
        guard let path else { return nextTarget != nil }
        return nextTarget.map { $0.path < path } ?? false
    }

    /// All that happens in the folders that do not contain `path` is planned.
    private func leaveFolders(before path: TreePath?) throws {
        while let index = open.indices.last, path.map({ !$0.isWithin(open[index].entry.path) }) ?? true {
            let last = open.removeLast()
            guard last.isDirty || lifted?.contains(last.entry.path) == true else { continue }
            isChanged = true
            if last.isKnown { try collector.drop(last.entry.path) }
            try folders.add(last.entry, last.note)
        }
    }
}
