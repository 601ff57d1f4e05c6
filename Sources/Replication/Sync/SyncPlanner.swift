internal import Files
internal import Model

/// Walks the source, the destination and what is remembered of both side by side, and says what is to be done.
///
/// All three come in path order. Folders are made as they are met, so that they are there before what goes into them;
/// what can only be done at the end is put by: hard links, the attributes of folders, removals.
final class SyncPlanner {
    /// Where actions go, and what else the plan needs.
    struct Site {
        /// The source's entries.
        let feed: any EntryFeed
        /// Whether the source no longer has a path.
        let isGone: (TreePath) -> Bool
        /// nil in a dry run: nothing is changed then.
        let writer: TreeWriter?
        let options: SyncOptions
        let tally: Tally
        let collector: RecordCollector
        var lifted: LiftedFolders?
        var firstNames = FirstNames()
    }

    private let site: Site
    private var renames: RenameFinder
    private var links = HardLinks()
    private var leaders: [UInt64: TreePath] = [:]

    /// The destination, and what is put by for the end.
    let walk: TargetWalk
    /// What renaming takes away from the removals.
    private(set) var renamedCount: UInt64 = 0
    /// What was met since it was last told to the tally, which all threads share.
    private var counts = Tally.Counts()

    /// A planner; `target` is nil where there is no destination yet.
    init(site: Site, target: (any EntryFeed)?, record: RecordReader?, renames: RenameFinder) {
        self.site = site
        walk = TargetWalk(
            feed: target, record: record, collector: site.collector, deletes: site.options.deletes,
            lifted: site.lifted)
        self.renames = renames
    }

    /// Calls `body` with what workers are to do, path by path.
    func forEach(_ body: (SyncAction) throws -> Void) throws {
        defer { tellCounts() }
        try walk.begin()
        while let scanned = try site.feed.next() {
            try walk.advance(to: scanned.path)
            try plan(scanned, body)
            if counts.scanned >= Self.countedMax { tellCounts() }
        }
        try walk.finish()
    }

    /// So many files are met before the tally is told.
    private static let countedMax: UInt64 = 256

    private func tellCounts() {
        site.tally.add(counts)
        counts = Tally.Counts()
    }

    private func plan(_ scanned: ScannedEntry, _ body: (SyncAction) throws -> Void) throws {
        let (target, known) = try walk.take(scanned.path)
        count(scanned)

        let group = scanned.hasOtherNames ? links.group(of: scanned) : nil
        if let group, group.isFirst { leaders[group.id] = scanned.path }
        defer { if let group, group.isLast { leaders[group.id] = nil } }
        if let known, let target, isUnchanged(scanned, target, known) {
            if let group, group.isFirst { site.firstNames.kept(scanned.path, known) }
            return pass(scanned, target)
        }
        try walk.change(scanned.path, known: known)
        if scanned.attributes.kind == .directory { return try planFolder(scanned, target) }
        walk.markDirty(above: scanned.path)
        if target?.attributes.kind == .directory, !site.options.deletes {
            return site.tally.fail(
                scanned.path,
                PerigeeError(.refused, "the destination has a folder of that name; --delete would replace it"))
        }
        if let group, !group.isFirst, let leader = leaders[group.id] {
            return try walk.laterNames.add(scanned, .init(path: leader, flag: target != nil))
        }
        if target?.attributes.kind == .directory, site.writer != nil {
            return try walk.replacements.add(scanned, .init(flag: group != nil))
        }
        try body(action(scanned, target, group: group?.id, known: known))
    }

    private func action(
        _ scanned: ScannedEntry, _ target: ScannedEntry?, group: UInt64?, known: RecordEntry?
    ) -> SyncAction {
        guard scanned.attributes.kind == .file else { return .special(scanned, existing: target, group: group) }
        // A file that is where it was is not renamed, also where somebody has taken it from the destination.
        if target == nil, site.options.deletes, group == nil, scanned.attributes.size > 0,
            let old = renames.candidate(for: scanned), old.path != scanned.path,
            // What is left out stays where it is, whatever became of it at the source.
            site.options.scan.filter.admits(old.path, isFolder: false), site.isGone(old.path)
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
    private func pass(_ scanned: ScannedEntry, _ target: ScannedEntry) {
        if scanned.attributes.kind == .directory {
            var folder = scanned
            if scanned.isRemembered {
                folder.attributes = target.attributes
                folder.attributes.modified = scanned.attributes.modified
            }
            walk.enterKnown(folder)
        } else {
            counts.unchanged += 1
            counts.reusedBytes.addCapped(scanned.attributes.size)
        }
    }

    private func planFolder(_ scanned: ScannedEntry, _ target: ScannedEntry?) throws {
        let isThere = target?.attributes.kind == .directory
        if !isThere {
            walk.markDirty(above: scanned.path)
            try site.writer?.makeFolder(scanned.path)
        }
        walk.enter(scanned, isFresh: !isThere)
    }

    private func count(_ scanned: ScannedEntry) {
        guard scanned.attributes.kind != .directory else { return }
        counts.scanned += 1
        counts.logicalBytes.addCapped(scanned.attributes.size)
    }
}
