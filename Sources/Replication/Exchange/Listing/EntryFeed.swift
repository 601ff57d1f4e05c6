/// Entries of a tree in path order, wherever they come from.
protocol EntryFeed: AnyObject {
    /// The next entry; nil at the end.
    func next() throws -> ScannedEntry?
}

extension Scanner: EntryFeed {}
