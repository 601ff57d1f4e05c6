internal import Model

/// What all workers that make the files of a tree share, wherever these come from.
struct MakingShared: Sendable {
    let tally: Tally
    let collector: RecordCollector
    let firstNames: FirstNames
    let context: RunContext

    /// Notes how a path looks now.
    ///
    /// The first of several names is remembered at the end: the others move its ctime.
    func remember(_ entry: RecordEntry, hasOtherNames: Bool) throws {
        if hasOtherNames {
            firstNames.made(entry.path, entry)
        } else {
            try collector.add(entry)
        }
    }
}
