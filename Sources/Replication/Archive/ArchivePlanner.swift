internal import Files
internal import Model
internal import Vault

/// Walks a tree, what is remembered of it and its last snapshot side by side, and says what is to be done for each path.
///
/// All three come in path order, so little is held: the entries at hand, and those of one leaf of the snapshot. A leaf
/// all of whose entries are as the record says is passed on unread; it is read as soon as one of them is not.
struct ArchivePlanner {
    private let feed: any EntryFeed
    /// What the feed could not read so far.
    private let failures: () -> [ScanFailure]
    private let record: RecordReader?
    private let pages: any PageSource
    private let tally: Tally
    private var leaves: LeafCursor?
    private var links = HardLinks()

    /// The leaf at hand; nil behind the last.
    private var leaf: TreeLeaf?
    /// Its last path, where that is known before it is read; its number of entries.
    private var last: TreePath?
    private var count = 0
    /// Its entries, where it was opened, from the next one on.
    private var entries: LeafEntries?
    private var nextEntry: Entry?
    /// What was met of it while it is closed: all as it was.
    private var met: [ScannedEntry] = []
    /// The numbers of these in the record.
    private var metRecords = 0..<0

    /// A planner of a snapshot of `tree`; `record` speaks of the snapshot whose `leaves` are in `pages`, or is nil.
    init(
        tree: any ReadableTree, record: RecordReader?, leaves: LeafCursor?, pages: any PageSource, tally: Tally
    ) throws {
        self.init(
            feed: try tree.feed(), failures: { tree.failures }, record: record, leaves: leaves, pages: pages,
            tally: tally)
    }

    /// A planner of a snapshot of what `feed` gives; `failures` tells what it could not read so far.
    init(
        feed: any EntryFeed, failures: @escaping () -> [ScanFailure], record: RecordReader?, leaves: LeafCursor?,
        pages: any PageSource, tally: Tally
    ) {
        self.feed = feed
        self.failures = failures
        self.record = record
        self.leaves = leaves
        self.pages = pages
        self.tally = tally
    }

    /// Calls `body` with what is to be done, path by path.
    mutating func forEach(_ body: (ArchiveItem) throws -> Void) throws {
        try leave()
        while let scanned = try feed.next() {
            if let last, entries == nil, !(last < scanned.path) {
                // Nothing comes in between.
            } else {
                try advance(to: scanned.path, body)
            }
            try plan(scanned, isAsItWas: record?.says(scanned.path, is: FileState(scanned)) ?? false, body)
        }
        try advance(to: nil, body)
    }

    private mutating func plan(
        _ scanned: ScannedEntry, isAsItWas: Bool, _ body: (ArchiveItem) throws -> Void
    ) throws {
        // The entry that was found is the last that was read.
        let number = (record?.count ?? 0) - 1
        if leaf != nil, entries == nil {
            if isAsItWas, !scanned.hasOtherNames, fits(number) {
                metRecords = (met.isEmpty ? number : metRecords.lowerBound)..<(number + 1)
                let isLast = met.count + 1 == count && scanned.path == last
                met.append(scanned)
                return isLast ? try pass(body) : ()
            }
            try open(body)
            try passBy(before: scanned.path, body)
        }
        try body(item(scanned, known: isAsItWas ? number : nil))
    }

    /// Whether an entry that the record has under `number` may be noted as one of the closed leaf.
    private func fits(_ number: Int) -> Bool {
        last != nil && met.count < count && (met.isEmpty || metRecords.upperBound == number)
    }

    /// All of the closed leaf was met, and is as it was.
    private mutating func pass(_ body: (ArchiveItem) throws -> Void) throws {
        if let leaf { try body(.leaf(KnownLeaf(leaf, met, record: metRecords))) }
        try leave()
    }

    /// What is to be done for a path, all leaves before it being passed; `known` is its number in the record if it is as
    /// that says.
    private mutating func item(_ scanned: ScannedEntry, known: Int?) throws -> ArchiveItem {
        var old: Entry?
        if let entry = nextEntry, entry.path == scanned.path {
            old = entry
            nextEntry = try entries?.next()
        }
        let group = scanned.hasOtherNames ? links.group(of: scanned) : nil
        if let group, !group.isFirst { return .link(scanned, group, previous: old) }
        if let known, var entry = old, entry.attributes.kind == scanned.attributes.kind {
            entry.attributes.linkGroup = group?.id
            return .known(entry, FileState(scanned), record: known)
        }
        return .look(scanned, group: group?.id, previous: old)
    }
}

// The last snapshot, leaf by leaf.
extension ArchivePlanner {
    /// Goes past what comes before `path`, or all that is left.
    private mutating func advance(to path: TreePath?, _ body: (ArchiveItem) throws -> Void) throws {
        while leaf != nil {
            if entries == nil {
                // The only leaf of a tree does not tell its end before it is read.
                if let path, last.map({ !($0 < path) }) ?? true { return }
                try open(body)
            }
            try passBy(before: path, body)
            guard nextEntry == nil else { return }
            try leave()
        }
    }

    /// Reads the leaf at hand after all, and plans what was met of it.
    private mutating func open(_ body: (ArchiveItem) throws -> Void) throws {
        entries = try leaf?.entries(from: pages)
        nextEntry = try entries?.next()
        let first = metRecords.lowerBound
        for (index, scanned) in met.enumerated() {
            try passBy(before: scanned.path, body)
            try body(item(scanned, known: first + index))
        }
        met.removeAll(keepingCapacity: true)
    }

    /// Goes on to the next leaf.
    private mutating func leave() throws {
        (entries, nextEntry) = (nil, nil)
        met.removeAll(keepingCapacity: true)
        leaf = try leaves?.next()
        (last, count) = (leaf?.last, leaf.map { Int($0.count) } ?? 0)
    }

    /// Goes past what the open leaf has and the scan has not: it is gone, or lies where the scan could not look.
    private mutating func passBy(before path: TreePath?, _ body: (ArchiveItem) throws -> Void) throws {
        while let entry = nextEntry, path.map({ entry.path < $0 }) ?? true {
            if failures().contains(where: { entry.path.isWithin($0.path) }) {
                try body(.kept(entry))
            } else if entry.attributes.kind != .directory {
                tally.add(\.deleted)
            }
            nextEntry = try entries?.next()
        }
    }
}
