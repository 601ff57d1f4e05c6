internal import Model
internal import Vault

/// The entries of a snapshot that are wanted, in path order, with the folders on the way to them.
struct SelectedEntries {
    private var entries: EntryCursor
    private let only: PathSelection?
    /// Folders on the way that wait until something in them is wanted.
    private var ancestors: [Entry] = []
    /// What is to be given before anything else is read, the last first.
    private var ready: [Entry] = []

    /// The entries of `entries` that `only` selects; all where it is nil.
    init(_ entries: EntryCursor, only: PathSelection?) {
        self.entries = entries
        self.only = only
    }

    /// The next entry; nil at the end.
    mutating func next() throws -> Entry? {
        guard let only else { return try entries.next() }
        if let entry = ready.popLast() { return entry }
        while let entry = try entries.next() {
            let isFolder = entry.attributes.kind == .directory
            ancestors.removeAll { !entry.path.isWithin($0.path) }
            if only.includes(entry.path, isFolder: isFolder) {
                ready = [entry] + ancestors.reversed()
                ancestors = []
                return ready.popLast()
            }
            if isFolder { ancestors.append(entry) }
        }
        return nil
    }
}
