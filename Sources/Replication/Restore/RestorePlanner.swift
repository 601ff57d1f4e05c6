internal import Files
internal import Hashing
internal import Model
internal import Vault

/// Walks a snapshot, the destination and what is remembered of it side by side, and says what is to be made.
final class RestorePlanner {
    /// What the plan needs from outside.
    struct Site {
        /// nil in a dry run: nothing is changed then.
        let writer: TreeWriter?
        let options: SyncOptions
        /// Which paths are wanted; nil for all.
        let only: PathSelection?
        let workers: Int
        let tally: Tally
        let collector: RecordCollector
        var lifted: LiftedFolders?
        /// The entries of the snapshot, for looking up single paths.
        var lookUp: EntryCursor?
        var firstNames = FirstNames()
        var parts = KeptParts()
    }

    private let site: Site
    private var entries: SelectedEntries
    private var renames: RenameFinder
    private var leaders: [UInt64: TreePath] = [:]

    /// The destination, and what is put by for the end.
    let walk: TargetWalk
    /// What renaming takes away from the removals.
    private(set) var renamedCount: UInt64 = 0
    /// What was met since it was last told to the tally, which all threads share.
    private var counts = Tally.Counts()

    /// A planner; `target` is nil where there is no destination yet.
    init(site: Site, entries: EntryCursor, target: Scanner?, record: RecordReader?, renames: RenameFinder) {
        self.site = site
        self.renames = renames
        self.entries = SelectedEntries(entries, only: site.only, filter: site.options.scan.filter)
        walk = TargetWalk(
            feed: target, record: record, collector: site.collector, deletes: site.options.deletes,
            lifted: site.lifted)
    }

    /// Calls `body` with what workers are to do, path by path.
    func forEach(_ body: (RestoreAction) throws -> Void) throws {
        defer { tellCounts() }
        try walk.begin()
        while let entry = try entries.next() { try take(entry, body) }
        try walk.finish()
    }

    /// So many files are met before the tally is told.
    private static let countedMax: UInt64 = 256

    private func tellCounts() {
        site.tally.add(counts)
        counts = Tally.Counts()
    }

    private func take(_ entry: Entry, _ body: (RestoreAction) throws -> Void) throws {
        try walk.advance(to: entry.path)
        try plan(entry, body)
    }

    private func plan(_ entry: Entry, _ body: (RestoreAction) throws -> Void) throws {
        let (target, known) = try walk.take(entry.path)
        let isFolder = entry.attributes.kind == .directory
        if !isFolder {
            counts.scanned += 1
            counts.logicalBytes.addCapped(entry.attributes.size)
            if counts.scanned >= Self.countedMax { tellCounts() }
        }
        let leader = entry.attributes.linkGroup.flatMap { leaders[$0] }
        if let group = entry.attributes.linkGroup, leader == nil { leaders[group] = entry.path }
        let fingerprint = EntryFingerprint.of(entry)
        if let known, let target, known.destination == FileState(target), known.fingerprint == fingerprint,
            !site.options.readsAll
        {
            if entry.attributes.linkGroup != nil, leader == nil { site.firstNames.kept(entry.path, known) }
            return pass(entry, fingerprint)
        }
        try walk.change(entry.path, known: known)
        if isFolder { return try planFolder(entry, target, fingerprint) }
        walk.markDirty(above: entry.path)
        if target?.attributes.kind == .directory, !site.options.deletes {
            return site.tally.fail(
                entry.path, PerigeeError(.refused, "the destination has a folder of that name; remove it first"))
        }
        if let leader {
            return try walk.laterNames.add(
                Self.scanned(entry), .init(path: leader, digest: fingerprint, flag: target != nil))
        }
        if target?.attributes.kind == .directory, site.writer != nil {
            return try walk.replacements.add(Self.scanned(entry))
        }
        if target == nil, let old = try renamed(entry, fingerprint) {
            renamedCount += 1
            return try body(.rename(entry, old: old, fingerprint))
        }
        try give(entry, target, fingerprint, body)
    }

    /// What the record says of a path that the snapshot no longer has, and that had all that it has of `entry` but the name.
    private func renamed(_ entry: Entry, _ fingerprint: Digest) throws -> RecordEntry? {
        guard site.options.deletes, !site.options.readsAll, entry.attributes.linkGroup == nil,
            entry.attributes.kind == .file, entry.attributes.size > 0, var lookUp = site.lookUp
        else { return nil }
        let filter = site.options.scan.filter
        return try renames.take(fingerprint) { path in
            try filter.admits(path, isFolder: false) && lookUp.entry(at: path) == nil
        }
    }

    private func give(
        _ entry: Entry, _ target: ScannedEntry?, _ fingerprint: Digest, _ body: (RestoreAction) throws -> Void
    ) throws {
        guard let writer = site.writer, let large = LargeRestore(entry, existing: target) else {
            return try body(.make(entry, existing: target, fingerprint))
        }
        let aside: AsideFile
        do {
            aside = try writer.beginPart(entry.path)
            site.parts.begin(entry.path.parent.appending(aside.name))
        } catch {
            if let end = error.endOfRun { throw end }
            return site.tally.fail(entry.path, error)
        }
        for _ in 0..<min(large.parts, site.workers) { try body(.help(large, to: aside, fingerprint)) }
    }

    private func pass(_ entry: Entry, _ fingerprint: Digest) {
        if entry.attributes.kind == .directory {
            walk.enterKnown(Self.scanned(entry), digest: fingerprint)
        } else {
            counts.unchanged += 1
            counts.reusedBytes.addCapped(entry.attributes.size)
        }
    }

    private func planFolder(_ entry: Entry, _ target: ScannedEntry?, _ fingerprint: Digest) throws {
        let isThere = target?.attributes.kind == .directory
        if !isThere {
            walk.markDirty(above: entry.path)
            try site.writer?.makeFolder(entry.path)
        }
        walk.enter(Self.scanned(entry), digest: fingerprint, isFresh: !isThere)
    }

    /// The entry as spools take it.
    private static func scanned(_ entry: Entry) -> ScannedEntry {
        var attributes = entry.attributes
        attributes.holes = []
        return ScannedEntry(
            path: entry.path, attributes: attributes,
            identity: Guard(device: 0, inode: 0, changed: Timestamp(seconds: 0)), links: 1, mayBeSparse: false)
    }
}
