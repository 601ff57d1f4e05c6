internal import Files
internal import Model
internal import Workers

/// What is done to a tree after all files are in place: further names, removals, the attributes of folders.
///
/// In this order: a folder's times are moved by all that happens in it.
struct TreeFinish {
    /// What a plan has put by for the end.
    struct Plan {
        var leftovers: Spool
        var laterNames: Spool
        var removals: Spool
        var folders: Spool
        /// How many of the removals are the old names of what was renamed.
        var renamed: UInt64
        /// How many entries the destination had.
        var targetCount: UInt64
        /// Why nothing may be removed; nil where it may.
        var keepsAll: String?
    }

    let plan: Plan
    let writer: TreeWriter
    let options: SyncOptions
    let tally: Tally
    let stop: StopFlag
    /// Says how a folder shall look; nil where that is what the spool holds.
    let complete: (ScannedEntry) throws -> Attributes
    /// Remembers how an entry and its note look now, with the path that it is a further name of, if it is one.
    let remember: (ScannedEntry, Spool.Note, FileState) throws -> Void

    /// Does all of it.
    ///
    /// - Returns: the refusal, where the removals were more than the limit allows; nothing was removed then.
    func run() throws -> PerigeeError? {
        try plan.leftovers.forEach { entry, _ in try? writer.removeLeftover(entry.path) }
        try plan.laterNames.forEach { entry, note in
            try stop.check()
            try noting(entry.path) {
                let state = try writer.makeLink(entry.path, to: note.path)
                tally.add(note.flag ? \.changed : \.new)
                try remember(entry, note, state)
            }
        }
        let refusal = try removeExtra()
        try plan.folders.forEach { entry, note in
            try noting(entry.path) {
                let state = try writer.finishFolder(entry.path, try complete(entry), isFresh: note.flag)
                try remember(entry, note, state)
            }
        }
        return refusal
    }

    private func noting(_ path: TreePath, _ body: () throws -> Void) throws {
        do {
            try body()
        } catch let error as PerigeeError where error.code == .noSpace || error.code == .readOnly {
            throw error
        } catch {
            tally.fail(path, error)
        }
    }

    /// Removes what is not wanted: nothing where the plan says so, or where it would be more than the limit allows.
    private func removeExtra() throws -> PerigeeError? {
        guard options.deletes, plan.removals.count > 0 else { return nil }
        if let reason = plan.keepsAll {
            tally.warn("nothing was deleted, since \(reason)")
            return nil
        }
        let count = plan.removals.count - min(plan.removals.count, plan.renamed)
        guard options.deletionLimit.allows(count, of: plan.targetCount) else {
            return PerigeeError(
                .refused,
                "\(count) of \(plan.targetCount) entries would be deleted, more than --max-delete allows; "
                    + "nothing was deleted",
                remedy: "check the source, then allow it with --max-delete")
        }
        try plan.removals.forEach { entry, _ in
            try stop.check()
            try noting(entry.path) { try remove(entry) }
        }
        return nil
    }

    private func remove(_ entry: ScannedEntry) throws {
        let isFolder = entry.attributes.kind == .directory
        // What was renamed, or lay in a folder that made way for a file, is gone already.
        guard (try? writer.state(of: entry.path)) != nil else { return }
        if try writer.remove(entry.path, isFolder: isFolder) {
            if !isFolder { tally.add(\.deleted) }
        } else {
            tally.warn("\(entry.path): the folder stays, since it holds what the filters leave out")
        }
    }
}
