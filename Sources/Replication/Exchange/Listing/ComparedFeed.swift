internal import Model

/// The entries of the source: those that are as remembered from the record, the others as they come.
final class ComparedFeed: ListingFeed {
    private let record: RecordReader
    private let parts: [ListingComparison.Part]
    private let leaves: [Int]
    private var part = 0
    private var isInLeaf = false
    private var known: Range<Int>?
    /// How many entries of the record were read.
    private var position = 0
    private var asked = 0
    private var answered = 0

    /// A feed of what `channel` gives, compared with `survey` of the record that `record` reads from its beginning.
    init(
        _ channel: any MessageChannel, _ tree: ListingTree, record: RecordReader,
        failed: @escaping (ScanFailure) -> Void, beforeWaiting: @escaping () throws -> Void
    ) throws {
        self.record = record
        // Failures come before the root, and are noted by whoever reads messages.
        let reader = try ListingFeed(channel, failed: failed)
        parts = try ListingComparison(channel, tree) { message in
            try reader.read(message)
            guard case .none = try reader.pending() else { throw ExchangeFault.hostile("entries before they were due") }
        }.parts
        leaves = parts.compactMap { if case .leaf(let place) = $0 { place } else { nil } }
        try super.init(channel, failed: failed, beforeWaiting: beforeWaiting)
    }

    override func next() throws -> ScannedEntry? {
        while true {
            if let range = known, !range.isEmpty {
                known = range.dropFirst()
                return try remembered(at: range.lowerBound)
            }
            known = nil
            if isInLeaf, let entry = try nextInLeaf() { return entry }
            guard part < parts.count else { return nil }
            switch parts[part] {
            case .known(let range): known = range
            case .leaf:
                try ask()
                isInLeaf = true
            }
            part += 1
        }
    }

    private func nextInLeaf() throws -> ScannedEntry? {
        switch try nextItem() {
        case .entry(let entry): return entry
        case .leafEnd:
            isInLeaf = false
            answered += 1
            return nil
        case .end: throw ExchangeFault.hostile("an end before all was told")
        }
    }

    /// Asks for leaves ahead of the one that is read.
    private func ask() throws {
        while asked < leaves.count, asked - answered <= (ExchangeLimits.asksAhead - 1) * ExchangeLimits.leavesAsked {
            let some = leaves[asked..<min(leaves.count, asked + ExchangeLimits.leavesAsked)]
            try channel.send(ListingAsk.encode(level: 0, some))
            asked += some.count
        }
    }

    /// The entry of the record at `place`, as the source has it: ``ScannedEntry/isRemembered``.
    private func remembered(at place: Int) throws -> ScannedEntry {
        guard place >= position else { throw ExchangeFault.hostile("known parts out of order") }
        var entry: RecordEntry?
        while position <= place {
            entry = record.next()
            position += 1
        }
        guard let entry, let source = entry.source, let looks = entry.looks else {
            throw PerigeeError(
                .conflict, "what is remembered of these trees changed while it was read",
                remedy: "run one sync of the same two trees at a time", canRetry: true)
        }
        try check(entry.path)
        let attributes = Attributes(
            kind: looks.kind, mode: 0, modified: source.modified, size: looks.kind == .file ? source.size : 0)
        return ScannedEntry(
            path: entry.path, attributes: attributes, identity: source.identity,
            links: looks.kind == .directory ? 0 : looks.links, mayBeSparse: false)
    }
}

extension ScannedEntry {
    /// Whether this is a folder of the source of which only the state is known: it is as it was, and so is the
    /// destination's, which has the other attributes.
    var isRemembered: Bool { links == 0 }
}
