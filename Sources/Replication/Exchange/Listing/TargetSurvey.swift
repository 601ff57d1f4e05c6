internal import Model

/// What a destination knows before it asks: how its tree looks, and what it remembers of the source where both ends'
/// files are as they were.
struct TargetSurvey {
    /// The tree of what is remembered of the source; paths whose files at the destination were touched have no state in it.
    let tree: ListingTree
    /// The destination's entries.
    let entries: EntryStore

    /// Entries in a block of the store.
    private static let block = 256

    /// Scans the destination by `scanner` and holds it against `record`.
    static func make(_ scanner: any EntryFeed, _ record: RecordReader, _ stop: () throws -> Void) throws -> TargetSurvey
    {
        let entries = try EntryStore()
        var builder = ListingTree.Builder()
        var known = record.next()
        var count = 0
        while let target = try scanner.next() {
            while let entry = known, entry.path < target.path {
                _ = builder.add(entry.path, nil)
                known = record.next()
            }
            // What killed runs left is given by a scan of a destination, and has a name that messages refuse.
            if let entry = known, entry.path == target.path {
                _ = builder.add(entry.path, isAsRemembered(target, entry) ? entry.source : nil)
                known = record.next()
            }
            try entries.add(target)
            count += 1
            guard count % block == 0 else { continue }
            try entries.cut()
            try stop()
        }
        while let entry = known {
            _ = builder.add(entry.path, nil)
            known = record.next()
        }
        try entries.finish()
        return TargetSurvey(tree: builder.finish(), entries: entries)
    }

    private static func isAsRemembered(_ target: ScannedEntry, _ entry: RecordEntry) -> Bool {
        entry.destination == FileState(target) && entry.source != nil
            && entry.looks?.kind == target.attributes.kind
    }
}
