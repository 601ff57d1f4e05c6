public import Content
internal import Hashing
internal import Model
internal import Storage

extension VaultSession {
    /// How often a ref that others keep moving is tried anew.
    public static let commitAttemptsMax = 64

    /// Makes what was written a snapshot of `dataset`.
    ///
    /// All writers are to be finished. When this returns, the snapshot is the dataset's newest, durably; when it
    /// throws, the dataset is as it was. Where somebody else has committed meanwhile, the snapshot is placed after
    /// theirs. Where a gc has condemned something meanwhile, all that the tree names is looked up once more.
    ///
    /// - Parameter parent: the snapshot that the caller compared with; only a hint, since others may have gone on.
    /// - Throws: `refused` where a writer holds chunks that are in no pack yet; `conflict` where the ref moves faster
    ///   than this can follow, or a gc has deleted what this session found to be there: another session stores it anew.
    public func commit(_ draft: SnapshotDraft, dataset: String, expecting parent: ContentID?) throws -> Snapshot {
        guard !dataset.isEmpty, dataset.utf8.count <= PageLimits.datasetName else {
            throw PerigeeError(.limit, "a dataset's name has 1 to \(PageLimits.datasetName) bytes", at: dataset)
        }
        try awaitPacks()
        guard isFlushed else {
            throw PerigeeError(
                .refused, "a writer was not finished, or has failed: what it claimed is in no pack", at: dataset)
        }
        // What was known when the session began serves the first try.
        var known = takeStanding(dataset)
        do {
            if let snapshot = try placeAlong(draft, dataset, after: known) { return snapshot }
        } catch let error as PerigeeError where Self.wasOvertaken(error) {
            known = nil
        }
        try listEverything()
        for _ in 0..<Self.commitAttemptsMax {
            do {
                return try place(draft, dataset, after: known ?? standing(dataset))
            } catch let error as PerigeeError where Self.wasOvertaken(error) {
                known = nil
            }
        }
        throw PerigeeError(
            .conflict, "others commit to the dataset faster than this can", at: dataset,
            remedy: "run the same command again", canRetry: true)
    }

    /// Whether somebody moved the ref, or the state of a gc, in between: all is to be looked at anew.
    private static func wasOvertaken(_ error: PerigeeError) -> Bool { error.code == .conflict && !error.canRetry }

    /// A try in one go with the index segment; nil where it cannot be made so, and nothing was put.
    ///
    /// What is put, and in which order, is as ever.
    private func placeAlong(_ draft: SnapshotDraft, _ dataset: String, after known: Standing?) throws -> Snapshot? {
        guard let known, known.gc.state.epoch == epoch else { return nil }
        let made = try sealed(draft, dataset, after: known)
        let isPut = try listEverything { try store.putInTurn([$0, made.page, made.ref]) }
        guard isPut else { return nil }
        vault.look?.end()
        return made.snapshot
    }

    /// One try: the snapshot after how things stand.
    private func place(_ draft: SnapshotDraft, _ dataset: String, after current: Standing) throws -> Snapshot {
        vault.look?.end()
        let gc = current.gc
        if gc.state.epoch != epoch { try validate(draft.tree, gc.state, if: gc.condition) }
        let made = try sealed(draft, dataset, after: current)
        try put(made.page, made.ref)
        return made.snapshot
    }

    /// The snapshot that comes after how things stand, and the ref to it.
    private func sealed(
        _ draft: SnapshotDraft, _ dataset: String, after current: Standing
    ) throws -> (snapshot: Snapshot, page: BlobPut, ref: BlobPut) {
        let gc = current.gc
        let sequence = current.ref.nextSequence
        var draft = draft
        while true {
            let page = try Snapshot.page(
                of: draft, dataset: dataset, parent: current.ref.newest, sequence: sequence)
            let id = page.withUnsafeBytes { vault.snapshots.identify($0) }
            if gc.state.snapshots.contains(vault.snapshots.name(dataset, id)) {
                // An attempt of this very snapshot was condemned as left over: it needs another name.
                draft.created = draft.created.next
                continue
            }
            let ref = Ref(dataset: dataset, snapshot: id, sequence: sequence)
            return (
                try Snapshot(page: page, id: id), try vault.snapshots.sealed(page, id, dataset: dataset),
                try vault.refs.sealed(ref, if: .matches(current.version))
            )
        }
    }

    /// Puts a snapshot, then the ref that names it.
    private func put(_ snapshot: BlobPut, _ ref: BlobPut) throws {
        do {
            try store.putInTurn([snapshot, ref])
        } catch let error as PerigeeError where Self.wasOvertaken(error) {
            // One of both, so one by one: of the snapshot the same page may be there, sealed with another nonce.
            do {
                try store.put(snapshot)
            } catch let error as PerigeeError where error.code == .conflict {}
            try store.put(ref)
        }
    }
}

extension VaultSession {
    /// How things stand now.
    private func standing(_ dataset: String) throws -> Standing {
        // The order matters: a gc makes its list known, then seals all refs anew. So either the ref cannot be moved any
        // more, or the list is seen here. That holds however much later the ref is moved.
        let current = try vault.refs.opened(dataset, by: store)
        return Standing(ref: current.ref, version: current.version, gc: try vault.gc.read())
    }
}

// What a session does when a gc has condemned something since it began.
extension VaultSession {
    /// Sees to it that all that the tree below `root` needs stays: what was condemned meanwhile is taken off the list,
    /// or, where that is being deleted, stored anew from what is still there.
    ///
    /// - Throws: `conflict` where something is gone, or the state of the gc was changed by others.
    private func validate(_ root: TreeRoot, _ gc: GcState, if condition: PutCondition) throws {
        _ = try survey(gc)
        if gc.phase == .deleting {
            try rescue(root)
        } else {
            let needed = try Reliance(vault).packs(of: root)
            if !needed.isEmpty {
                var spared = gc
                spared.packs.subtract(needed)
                try vault.gc.write(spared, if: condition)
                try survey(spared)
            }
        }
        isValid(at: gc.epoch)
    }

    /// Moves what only packs that are being deleted have into packs of this session.
    private func rescue(_ root: TreeRoot) throws {
        var movers: [RecordKind: RecordMover] = [:]
        _ = try Reliance(vault).packs(of: root) {
        } each: { id, kind in
            let mover = try movers[kind] ?? RecordMover(kind, from: self.vault, into: self)
            movers[kind] = mover
            if mover.claim(id) { try mover.move([id]) }
        }
        for kind in [RecordKind.chunk, .page] { try movers[kind]?.finish() }
        try listEverything()
    }
}
