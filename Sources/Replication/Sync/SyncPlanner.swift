internal import Files
internal import Model

/// Walks the source, the destination and what is remembered of both side by side, and says what is to be done.
///
/// All three come in path order. Folders are made as they are met, so that they are there before what goes into them;
/// what can only be done at the end is put by: hard links, the attributes of folders, removals.
final class SyncPlanner {
    /// Where actions go, and what else the plan needs.
    struct Site {
        let source: SourceTree
        /// nil in a dry run: nothing is changed then.
        let writer: TreeWriter?
        let options: SyncOptions
        let tally: Tally
        let collector: RecordCollector
        var firstNames = FirstNames()
    }

    private let site: Site
    private let sourceScanner: Scanner
    private let targetScanner: Scanner?
    private let record: RecordReader?
    private var renames: RenameFinder
    private var links = HardLinks()
    private var leaders: [UInt64: TreePath] = [:]

    private var nextTarget: ScannedEntry?
    private var nextRecord: RecordEntry?
    /// The folders on the way to the path at hand, and whether anything in them was touched.
    private var open: [(entry: ScannedEntry, isFresh: Bool, isDirty: Bool, known: RecordEntry?)] = []

    /// Folders whose attributes are to be set at the end, the innermost first.
    let folders = Spool(isReversed: false)
    /// Further names of what has several, each with the first name in its note.
    let laterNames = Spool(isReversed: false)
    /// What takes the place of folders, once it is known that what lies in them may go; flagged where it is the first of
    /// several names.
    let replacements = Spool(isReversed: false)
    /// What the source does not have, the innermost first.
    let removals = Spool(isReversed: true)
    /// What killed runs left at the destination.
    let leftovers = Spool(isReversed: false)
    /// What renaming takes away from the removals.
    private(set) var renamedCount: UInt64 = 0
    /// What the destination holds.
    private(set) var held = TargetCount()
    /// Whether anything differs from the record.
    private(set) var isChanged = false

    /// A planner; `targetScanner` is nil where there is no destination yet.
    init(site: Site, target targetScanner: Scanner?, record: RecordReader?, renames: RenameFinder) {
        self.site = site
        sourceScanner = site.source.scanner()
        self.targetScanner = targetScanner
        self.record = record
        self.renames = renames
    }

    /// Calls `body` with what workers are to do, path by path.
    func forEach(_ body: (SyncAction) throws -> Void) throws {
        nextTarget = try targetScanner?.next()
        nextRecord = record?.next()
        while let scanned = try sourceScanner.next() {
            try passBy(before: scanned.path)
            try closeFolders(before: scanned.path)
            try plan(scanned, body)
        }
        try passBy(before: nil)
        try closeFolders(before: nil)
    }

    /// Goes past what only the destination has.
    private func passBy(before path: TreePath?) throws {
        while let extra = nextTarget, path.map({ extra.path < $0 }) ?? true {
            nextTarget = try targetScanner?.next()
            guard !AsideName.matches(extra.path.name) else {
                try leftovers.add(extra)
                continue
            }
            held.add(extra)
            guard site.options.deletes else { continue }
            isChanged = true
            markDirty(above: extra.path)
            try removals.add(extra)
        }
        while let entry = nextRecord, path.map({ entry.path < $0 }) ?? true {
            isChanged = true
            try site.collector.drop(entry.path)
            nextRecord = record?.next()
        }
    }

    private func plan(_ scanned: ScannedEntry, _ body: (SyncAction) throws -> Void) throws {
        let target = nextTarget?.path == scanned.path ? nextTarget : nil
        if let target {
            nextTarget = try targetScanner?.next()
            held.add(target)
        }
        let known = nextRecord?.path == scanned.path ? nextRecord : nil
        if known != nil { nextRecord = record?.next() }
        count(scanned)

        let group = scanned.hasOtherNames ? links.group(of: scanned) : nil
        if let group, group.isFirst { leaders[group.id] = scanned.path }
        defer { if let group, group.isLast { leaders[group.id] = nil } }
        if let known, let target, isUnchanged(scanned, target, known) {
            if let group, group.isFirst { site.firstNames.kept(scanned.path, known) }
            return pass(scanned, known)
        }
        isChanged = true
        if known != nil { try site.collector.drop(scanned.path) }
        if scanned.attributes.kind == .directory { return try planFolder(scanned, target) }
        markDirty(above: scanned.path)
        if target?.attributes.kind == .directory, !site.options.deletes {
            return site.tally.fail(
                scanned.path,
                PerigeeError(.refused, "the destination has a folder of that name; --delete would replace it"))
        }
        if let group, !group.isFirst, let leader = leaders[group.id] {
            return try laterNames.add(scanned, .init(path: leader, flag: target != nil))
        }
        if target?.attributes.kind == .directory, site.writer != nil {
            return try replacements.add(scanned, .init(flag: group != nil))
        }
        try body(action(scanned, target, group: group?.id, known: known))
    }

    private func action(
        _ scanned: ScannedEntry, _ target: ScannedEntry?, group: UInt64?, known: RecordEntry?
    ) -> SyncAction {
        guard scanned.attributes.kind == .file else { return .special(scanned, existing: target, group: group) }
        if target == nil, site.options.deletes, group == nil, scanned.attributes.size > 0,
            let old = renames.candidate(for: scanned), isGone(old.path)
        {
            renamedCount += 1
            return .rename(scanned, old: old, isCertain: old.source == FileState(scanned))
        }
        return .write(scanned, existing: target, group: group, known: known)
    }

    private func isUnchanged(_ scanned: ScannedEntry, _ target: ScannedEntry, _ known: RecordEntry) -> Bool {
        known.source == FileState(scanned) && known.destination == FileState(target)
            && !site.options.readsAll && scanned.attributes.kind == target.attributes.kind
    }

    /// Passes an entry on as it was.
    private func pass(_ scanned: ScannedEntry, _ known: RecordEntry) {
        if scanned.attributes.kind == .directory {
            open.append((scanned, false, false, known))
        } else {
            site.tally.add(\.unchanged)
            site.tally.add(\.reusedBytes, scanned.attributes.size)
        }
    }

    private func planFolder(_ scanned: ScannedEntry, _ target: ScannedEntry?) throws {
        let isThere = target?.attributes.kind == .directory
        if !isThere {
            markDirty(above: scanned.path)
            try site.writer?.makeFolder(scanned.path)
        }
        open.append((scanned, !isThere, true, nil))
    }

    /// Leaves the folders that do not contain `path`: all that happens in them is planned.
    private func closeFolders(before path: TreePath?) throws {
        while let last = open.last, path.map({ !$0.isWithin(last.entry.path) }) ?? true {
            open.removeLast()
            if last.isDirty {
                if last.known != nil { try site.collector.drop(last.entry.path) }
                try folders.add(last.entry, .init(flag: last.isFresh))
            }
        }
    }

    /// The folder that `path` lies in changes with it.
    private func markDirty(above path: TreePath) {
        guard let index = open.lastIndex(where: { $0.entry.path == path.parent }) else { return }
        open[index].isDirty = true
    }

    /// Whether the source no longer has `path`.
    private func isGone(_ path: TreePath) -> Bool {
        do {
            _ = try site.source.scan(path)
            return false
        } catch let error as PerigeeError {
            return error.code == .notFound
        } catch {
            return false
        }
    }

    private func count(_ scanned: ScannedEntry) {
        guard scanned.attributes.kind != .directory else { return }
        site.tally.add(\.scanned)
        site.tally.add(\.logicalBytes, scanned.attributes.size)
    }
}
