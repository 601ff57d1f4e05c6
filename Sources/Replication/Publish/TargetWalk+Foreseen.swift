internal import Files
internal import Model

extension TargetWalk {
    /// Counts what a run of `options` would do at its end, without doing it, and warns where it would refuse to delete so
    /// much.
    ///
    /// - Parameters:
    ///   - root: the destination, to see which names are of one thing already; nil where it is not there.
    ///   - renamed: so many of the files that are not wanted get another name.
    func foreseeEnd(
        beneath root: FolderHandle?, renamed: UInt64, _ options: SyncOptions, _ tally: Tally
    ) throws {
        try laterNames.forEach { entry, note in
            guard note.flag, let root, Self.isOne(entry.path, note.path, beneath: root) else {
                return tally.add(note.flag ? \.changed : \.new)
            }
            tally.add(\.unchanged)
            tally.add(\.reusedBytes, entry.attributes.size)
        }
        var lost = TargetCount()
        try removals.forEach { entry, _ in lost.add(entry) }
        lost.keep(files: renamed)
        tally.add(\.deleted, lost.files)
        if options.deletes, !held.allows(removing: lost, options.deletionLimit) {
            let excess = held.excess(lost, options.deletionLimit)
            tally.warn("\(excess): the run would delete nothing, and end with status 3")
        }
    }

    /// Whether both paths are names of one thing.
    private static func isOne(_ path: TreePath, _ other: TreePath, beneath root: FolderHandle) -> Bool {
        guard let first = try? root.status(path.bytes), let second = try? root.status(other.bytes) else { return false }
        return FileState(first).identity.inode == FileState(second).identity.inode
    }
}
