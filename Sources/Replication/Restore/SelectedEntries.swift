internal import Model
internal import Vault

/// The entries of a snapshot that are wanted, in path order, with the folders on the way to them.
struct SelectedEntries {
    private var entries: EntryCursor
    private let only: PathSelection?
    private let filter: PathFilter
    /// Folders on the way that wait until something in them is wanted.
    private var ancestors: [Entry] = []
    /// What is to be given before anything else is read, the last first.
    private var ready: [Entry] = []

    /// The entries of `entries` that `only` selects, or all where it is nil, and that `filter` admits.
    init(_ entries: EntryCursor, only: PathSelection?, filter: PathFilter) {
        self.entries = entries
        self.only = only
        self.filter = filter
    }

    /// The next entry; nil at the end.
    mutating func next() throws -> Entry? {
        guard let only else { return try nextAdmitted() }
        if let entry = ready.popLast() { return entry }
        while let entry = try nextAdmitted() {
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

    private mutating func nextAdmitted() throws -> Entry? {
        while let entry = try entries.next() {
            if filter.admits(entry.path, isFolder: entry.attributes.kind == .directory) { return entry }
        }
        return nil
    }
}
