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
        var firstNames = FirstNames()
    }

    private let site: Site
    private var entries: EntryCursor
    private let targetScanner: Scanner?
    private let record: RecordReader?
    private var nextTarget: ScannedEntry?
    private var nextRecord: RecordEntry?
    private var leaders: [UInt64: TreePath] = [:]
    private var ancestors: [Entry] = []
    private var open: [(entry: Entry, isFresh: Bool, isDirty: Bool, known: RecordEntry?)] = []

    /// Folders whose attributes are to be set at the end, the innermost first.
    let folders = Spool(isReversed: false)
    /// Further names of what has several, each with the first name in its note.
    let laterNames = Spool(isReversed: false)
    /// What takes the place of folders, once it is known that what lies in them may go.
    let replacements = Spool(isReversed: false)
    /// What the snapshot does not have, the innermost first.
    let removals = Spool(isReversed: true)
    /// What killed runs left at the destination.
    let leftovers = Spool(isReversed: false)
    /// What the destination holds.
    private(set) var held = TargetCount()
    /// Whether anything differs from the record.
    private(set) var isChanged = false

    /// A planner; `target` is nil where there is no destination yet.
    init(site: Site, entries: EntryCursor, target: Scanner?, record: RecordReader?) {
        self.site = site
        self.entries = entries
        targetScanner = target
        self.record = record
    }

    /// Calls `body` with what workers are to do, path by path.
    func forEach(_ body: (RestoreAction) throws -> Void) throws {
        nextTarget = try targetScanner?.next()
        nextRecord = record?.next()
        while let entry = try entries.next() {
            guard let only = site.only else {
                try take(entry, body)
                continue
            }
            // Folders on the way wait until something in them is wanted.
            let isFolder = entry.attributes.kind == .directory
            ancestors.removeAll { !entry.path.isWithin($0.path) }
            if only.includes(entry.path, isFolder: isFolder) {
                for folder in ancestors { try take(folder, body) }
                ancestors = []
                try take(entry, body)
            } else if isFolder {
                ancestors.append(entry)
            }
        }
        try passBy(before: nil)
        try closeFolders(before: nil)
    }

    private func take(_ entry: Entry, _ body: (RestoreAction) throws -> Void) throws {
        try passBy(before: entry.path)
        try closeFolders(before: entry.path)
        try plan(entry, body)
    }

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
            if let index = open.lastIndex(where: { $0.entry.path == extra.path.parent }) { open[index].isDirty = true }
            try removals.add(extra)
        }
        while let entry = nextRecord, path.map({ entry.path < $0 }) ?? true {
            isChanged = true
            try site.collector.drop(entry.path)
            nextRecord = record?.next()
        }
    }

    private func plan(_ entry: Entry, _ body: (RestoreAction) throws -> Void) throws {
        let target = nextTarget?.path == entry.path ? nextTarget : nil
        if let target {
            nextTarget = try targetScanner?.next()
            held.add(target)
        }
        let known = nextRecord?.path == entry.path ? nextRecord : nil
        if known != nil { nextRecord = record?.next() }
        let isFolder = entry.attributes.kind == .directory
        if !isFolder {
            site.tally.add(\.scanned)
            site.tally.add(\.logicalBytes, entry.attributes.size)
        }
        let leader = entry.attributes.linkGroup.flatMap { leaders[$0] }
        if let group = entry.attributes.linkGroup, leader == nil { leaders[group] = entry.path }
        let fingerprint = EntryFingerprint.of(entry)
        if let known, let target, known.destination == FileState(target), known.fingerprint == fingerprint,
            !site.options.readsAll
        {
            if entry.attributes.linkGroup != nil, leader == nil { site.firstNames.kept(entry.path, known) }
            return pass(entry, known)
        }
        isChanged = true
        if known != nil { try site.collector.drop(entry.path) }
        if isFolder { return try planFolder(entry, target) }
        markDirty(above: entry.path)
        if target?.attributes.kind == .directory, !site.options.deletes {
            return site.tally.fail(
                entry.path, PerigeeError(.refused, "the destination has a folder of that name; remove it first"))
        }
        if let leader {
            return try laterNames.add(
                Self.scanned(entry), .init(path: leader, digest: fingerprint, flag: target != nil))
        }
        if target?.attributes.kind == .directory, site.writer != nil {
            return try replacements.add(Self.scanned(entry))
        }
        try give(entry, target, fingerprint, body)
    }

    private func give(
        _ entry: Entry, _ target: ScannedEntry?, _ fingerprint: Digest, _ body: (RestoreAction) throws -> Void
    ) throws {
        guard let writer = site.writer, target == nil || target?.attributes.size != entry.attributes.size,
            entry.attributes.kind == .file, entry.attributes.dataSize >= LargeRestore.sizeMin
        else { return try body(.make(entry, existing: target, fingerprint)) }
        do {
            let large = LargeRestore(
                entry, fingerprint: fingerprint, replaces: target != nil, aside: try writer.beginFile(entry.path))
            for _ in 0..<min(large.parts, site.workers) { try body(.help(large)) }
        } catch let error as PerigeeError
            where error.code != .noSpace && error.code != .readOnly && error.code != .interrupted
        {
            site.tally.fail(entry.path, error)
        }
    }

    private func pass(_ entry: Entry, _ known: RecordEntry) {
        if entry.attributes.kind == .directory {
            open.append((entry, false, false, known))
        } else {
            site.tally.add(\.unchanged)
            site.tally.add(\.reusedBytes, entry.attributes.size)
        }
    }

    private func planFolder(_ entry: Entry, _ target: ScannedEntry?) throws {
        let isThere = target?.attributes.kind == .directory
        if !isThere {
            markDirty(above: entry.path)
            try site.writer?.makeFolder(entry.path)
        }
        open.append((entry, !isThere, true, nil))
    }

    private func closeFolders(before path: TreePath?) throws {
        while let last = open.last, path.map({ !$0.isWithin(last.entry.path) }) ?? true {
            open.removeLast()
            if last.isDirty {
                if last.known != nil { try site.collector.drop(last.entry.path) }
                try folders.add(
                    Self.scanned(last.entry), .init(digest: EntryFingerprint.of(last.entry), flag: last.isFresh))
            }
        }
    }

    private func markDirty(above path: TreePath) {
        guard let index = open.lastIndex(where: { $0.entry.path == path.parent }) else { return }
        open[index].isDirty = true
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
