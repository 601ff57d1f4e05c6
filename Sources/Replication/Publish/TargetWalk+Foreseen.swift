extension TargetWalk {
    /// Counts what a run of `options` would do at its end, without doing it, and warns where it would refuse to delete so
    /// much.
    ///
    /// - Parameter renamed: so many of the files that are not wanted get another name.
    func foreseeEnd(renamed: UInt64, _ options: SyncOptions, _ tally: Tally) throws {
        try laterNames.forEach { _, note in tally.add(note.flag ? \.changed : \.new) }
        var lost = TargetCount()
        try removals.forEach { entry, _ in lost.add(entry) }
        lost.keep(files: renamed)
        tally.add(\.deleted, lost.files)
        if options.deletes, !held.allows(removing: lost, options.deletionLimit) {
            let excess = held.excess(lost, options.deletionLimit)
            tally.warn("\(excess): the run would delete nothing, and end with status 3")
        }
    }
}
