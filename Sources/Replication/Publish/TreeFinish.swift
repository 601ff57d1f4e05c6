internal import Files
internal import Model
internal import Workers

/// What is done to a tree after all files are in place: removals, what takes the place of folders, further names, the
/// attributes of folders.
///
/// In this order: nothing that was a folder is lost before it is known that so much may go, and a folder's times are moved
/// by all that happens in it.
struct TreeFinish {
    /// What the plan has put by for the end.
    let plan: TargetWalk
    /// Why nothing may be removed; nil where it may.
    let keepsAll: String?
    let writer: TreeWriter
    let options: SyncOptions
    let tally: Tally
    let stop: StopFlag
    let firstNames: FirstNames
    let collector: RecordCollector
    /// What this run has left of files that failed, for the next one to go on with.
    var parts = KeptParts()
    /// Makes what takes the place of a folder that is empty now, or cannot be a further name; flagged where it is the first
    /// of several names.
    let replace: (ScannedEntry, Spool.Note) throws -> Void
    /// Says how a folder shall look; nil where that is what the spool holds.
    let complete: (ScannedEntry) throws -> Attributes
    /// What may be remembered of an entry with its note, given what is known of its first name; nil for nothing.
    ///
    /// How it looks at the destination is filled in.
    let record: (ScannedEntry, Spool.Note, RecordEntry?) -> RecordEntry?

    /// Does all of it.
    ///
    /// - Returns: the refusal, where the removals were more than the limit allows; nothing was removed then.
    func run() throws -> PerigeeError? {
        try plan.leftovers.forEach { entry, _ in
            if !parts.isBegun(entry.path) { try? writer.removeLeftover(entry.path) }
        }
        let refusal = try removeExtra()
        try replaceFolders(refused: refusal != nil || keepsAll != nil)
        try makeLaterNames()
        try plan.folders.forEach { entry, note in
            try noting(entry.path) {
                let state = try writer.finishFolder(entry.path, try complete(entry), isFresh: note.flag)
                try remember(entry.path, record(entry, note, nil), state)
            }
        }
        return refusal
    }

    private func noting(_ path: TreePath, _ body: () throws -> Void) throws {
        do {
            try body()
        } catch {
            if let end = error.endOfRun { throw end }
            tally.fail(path, error)
        }
    }

    private func remember(_ path: TreePath, _ entry: RecordEntry?, _ state: FileState) throws {
        guard var entry else { return }
        entry.path = path
        entry.destination = state
        try collector.add(entry)
    }

    /// Removes what is not wanted: nothing where the plan says so, or where it would be more than the limit allows.
    private func removeExtra() throws -> PerigeeError? {
        guard options.deletes, plan.removals.count > 0 else { return nil }
        if let reason = keepsAll {
            tally.warn("nothing was deleted, since \(reason)")
            return nil
        }
        let (present, count) = try stillThere()
        let limit = options.deletionLimit
        guard plan.held.allows(removing: count, limit) else { return plan.held.refusal(count, limit) }
        try present.forEach { entry, _ in
            try stop.check()
            try noting(entry.path) { try remove(entry) }
        }
        return nil
    }

    /// The removals without what was renamed meanwhile.
    private func stillThere() throws -> (Spool, TargetCount) {
        let present = Spool(isReversed: false)
        var count = TargetCount()
        try plan.removals.forEach { entry, _ in
            guard let state = try? writer.state(of: entry.path), state.identity.inode == entry.identity.inode else {
                return
            }
            count.add(entry)
            try present.add(entry)
        }
        return (present, count)
    }

    private func remove(_ entry: ScannedEntry) throws {
        let isFolder = entry.attributes.kind == .directory
        if try writer.remove(entry.path, isFolder: isFolder) {
            if !isFolder { tally.add(\.deleted) }
        } else {
            tally.warn("\(entry.path): the folder stays, since it holds what the filters leave out")
        }
    }

    /// Puts what is no folder in the place of folders.
    private func replaceFolders(refused: Bool) throws {
        try plan.replacements.forEach { entry, note in
            try stop.check()
            try noting(entry.path) {
                guard try !refused || isFree(entry.path) else {
                    throw PerigeeError(.refused, "the destination has a folder of that name, and nothing was deleted")
                }
                guard try isFree(entry.path) else {
                    throw PerigeeError(
                        .refused, "the destination's folder of that name holds what the filters leave out")
                }
                try replace(entry, note)
            }
        }
    }

    /// Whether what is at `path` may be replaced: anything but a folder with something in it.
    private func isFree(_ path: TreePath) throws -> Bool {
        let parent = try writer.folder(path.parent)
        guard try parent.status(path.name)?.kind == .directory else { return true }
        return try parent.folder(path.name).names().isEmpty
    }

    private func makeLaterNames() throws {
        let made = Spool(isReversed: false)
        try plan.laterNames.forEach { entry, note in
            try stop.check()
            try noting(entry.path) {
                guard firstNames.isInPlace(note.path) else {
                    throw PerigeeError(.conflict, "its first name, \(note.path), could not be made", canRetry: true)
                }
                guard try isFree(entry.path) else {
                    throw PerigeeError(.refused, "the destination has a folder of that name, which is not empty")
                }
                if try makeName(entry, note) { try made.add(entry, note) }
            }
        }
        for entry in firstNames.changes {
            try noting(entry.path) { try remember(entry.path, entry, try writer.state(of: entry.path)) }
        }
        try made.forEach { entry, note in
            let entryRecord = record(entry, note, firstNames.known(note.path))
            try noting(entry.path) { try remember(entry.path, entryRecord, try writer.state(of: entry.path)) }
        }
    }

    /// Makes a further name; where the destination gives none, a thing of its own.
    ///
    /// - Returns: whether it is a further name.
    private func makeName(_ entry: ScannedEntry, _ note: Spool.Note) throws -> Bool {
        let first = try writer.state(of: note.path)
        if note.flag, try writer.state(of: entry.path).identity.inode == first.identity.inode {
            tally.add(\.unchanged)
            tally.add(\.reusedBytes, entry.attributes.size)
            return true
        }
        guard try writer.makeLink(entry.path, to: note.path) else {
            try replace(entry, Spool.Note())
            return false
        }
        firstNames.touch(note.path)
        tally.add(note.flag ? \.changed : \.new)
        return true
    }
}
