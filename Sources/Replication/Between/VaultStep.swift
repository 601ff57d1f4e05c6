internal import Content
internal import Model
internal import Storage
internal import Vault
internal import Workers

/// Brings one snapshot from vault to vault.
struct VaultStep {
    let source: Vault
    let snapshot: Snapshot
    /// The snapshot of the source that the destination's newest one was made of; nil where that is not known.
    let before: Snapshot?
    let destination: Vault
    let dataset: String
    let compression: Compression
    /// What counts what is missing, where nothing is to be moved; else nil.
    var census: VaultCensus?
    let context: RunContext
    let tally: Tally

    /// Brings it; gives the snapshot that was made, none where it is only counted.
    func run(_ clock: RunClock) throws -> Snapshot? {
        context.progress.enter(census == nil ? .transferring : .comparing)
        context.progress.expect(files: snapshot.tree.entries, logical: snapshot.tree.bytes)
        let (limit, progress) = (context.limit, context.progress)
        if census != nil { try destination.refreshIndex() }
        let session =
            census != nil
            ? nil
            : try destination.beginWriting(compression) { bytes in
                limit?.take(bytes)
                progress.add(wire: bytes)
            }
        // After the session has begun: what a gc deletes from then on shows when it commits.
        let base = try destination.latest(dataset)
        let root: TreeRoot
        if source.sharesDomain(with: destination) {
            try RecordTransfer(step: self, session: session, base: base?.tree).run()
            root = snapshot.tree
        } else {
            root = try FileTransfer(step: self, session: session, base: base?.tree).run()
        }
        try session?.awaitPacks()
        clock.lap(\.transfer)
        guard let session else { return nil }
        for warning in session.warnings { tally.warn(warning) }
        context.progress.enter(.committing)
        try context.stop.check()
        var draft = snapshot.draft
        draft.tree = root
        let made = try session.commit(draft, dataset: dataset, expecting: base?.id)
        clock.lap(\.publish)
        return made
    }

    /// Counts `change`.
    func count(_ change: Change) {
        switch change {
        case .added: tally.add(\.new)
        case .changed: tally.add(\.changed)
        case .removed: tally.add(\.deleted)
        }
    }

    /// What did not change is the rest.
    func countRest(_ changes: UInt64) {
        tally.add(\.scanned, snapshot.tree.entries)
        tally.add(\.unchanged, snapshot.tree.entries - min(changes, snapshot.tree.entries))
        tally.add(\.logicalBytes, snapshot.tree.bytes)
    }
}
