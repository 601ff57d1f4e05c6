internal import Files
internal import Model
internal import Vault

/// Walks a tree, what is remembered of it and its last snapshot side by side, and says what is to be done for each path.
///
/// All three come in path order, so nothing is held but the entries at hand.
struct ArchivePlanner {
    private let scanner: Scanner
    private let record: RecordReader?
    private var previous: EntryCursor?
    private var links = HardLinks()

    private var nextRecord: RecordEntry?
    private var nextPrevious: Entry?
    private var hasStarted = false
    private let tally: Tally

    /// A planner; `record` speaks of the snapshot that `previous` walks, or is nil.
    init(scanner: Scanner, record: RecordReader?, previous: EntryCursor?, tally: Tally) {
        self.scanner = scanner
        self.record = record
        self.previous = previous
        self.tally = tally
    }

    /// Calls `body` with what is to be done, path by path.
    mutating func forEach(_ body: (ArchiveItem) throws -> Void) throws {
        nextRecord = record?.next()
        nextPrevious = try previous?.next()
        while let scanned = try scanner.next() {
            try passBy(before: scanned.path, body)
            try body(plan(scanned))
        }
        try passBy(before: nil, body)
    }

    /// Goes past what the snapshot has and the scan has not: it is gone, or lies where the scan could not look.
    private mutating func passBy(before path: TreePath?, _ body: (ArchiveItem) throws -> Void) throws {
        while let entry = nextPrevious, path.map({ entry.path < $0 }) ?? true {
            if scanner.failures.contains(where: { entry.path.isWithin($0.path) }) {
                try body(.kept(entry))
            } else if entry.attributes.kind != .directory {
                tally.add(\.deleted)
            }
            nextPrevious = try previous?.next()
        }
    }

    private mutating func plan(_ scanned: ScannedEntry) throws -> ArchiveItem {
        var old: Entry?
        if let entry = nextPrevious, entry.path == scanned.path {
            old = entry
            nextPrevious = try previous?.next()
        }
        while let entry = nextRecord, entry.path < scanned.path { nextRecord = record?.next() }
        let group = scanned.hasOtherNames ? links.group(of: scanned) : nil
        if let group, !group.isFirst { return .link(scanned, group, previous: old) }
        if let known = nextRecord, known.path == scanned.path, known.source == FileState(scanned), var entry = old,
            entry.attributes.kind == scanned.attributes.kind
        {
            entry.attributes.linkGroup = group?.id
            return .known(entry, known)
        }
        return .look(scanned, group: group?.id, previous: old)
    }
}
