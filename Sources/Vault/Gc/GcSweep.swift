internal import Content
internal import Hashing
internal import Model
internal import Storage
internal import Workers

/// What one run of garbage collection knows: the packs that are there, and what of them the snapshots need.
struct GcSweep {
    private let vault: Vault
    private let options: GcOptions
    private let state: GcState
    /// The packs that are there.
    let survey: PackSurvey
    /// The snapshots that were walked.
    private(set) var snapshots: Set<GcState.SnapshotName> = []
    private var marks: LiveMarks
    // Read before the index: what these histories name is listed in it.
    private let histories: [History]

    /// Looks at index and packs.
    ///
    /// - Throws: `damaged` where a segment of the index is.
    init(_ vault: Vault, _ options: GcOptions, _ state: GcState) throws {
        self.vault = vault
        self.options = options
        self.state = state
        histories = try Self.histories(vault)
        try vault.index.refresh()
        let view = vault.index.view
        if let damage = view.damages.first {
            throw PerigeeError(
                .damaged, "a segment of the index is damaged, and what it lists would be lost",
                at: VaultLayout.index(damage.name).text, remedy: vault.index.repairRemedy, cause: damage.error)
        }
        survey = try PackSurvey(vault.store, view, keepsAll: true)
        let avoided = state.packs.union(options.only ?? [])
        vault.index.avoid(AvoidedPacks(condemned: avoided, missing: survey.missing))
        marks = LiveMarks(
            IndexView(
                segments: view.segments, superseded: view.superseded,
                avoided: AvoidedPacks(condemned: avoided, missing: survey.missing)))
    }

    /// Walks all snapshots of all histories, and marks what they need.
    ///
    /// - Throws: `damaged` where a page or chunk is missing or cannot be read.
    mutating func mark(_ report: inout GcReport) throws {
        for pack in survey.all { report.packs.add(pack.size) }
        let pages = try vault.pages()
        var progress = GcProgress()
        try Self.forEachSnapshot(of: histories, vault) { snapshot, name in
            snapshots.insert(name)
            progress.snapshots += 1
            try TreeVisit(pages: pages).visit(snapshot.tree) { page in
                try options.stop?.check()
                return try mark(page, .page, &progress)
            } chunk: { chunk in
                _ = try mark(chunk.id, .chunk, &progress)
            }
            options.onProgress?(progress)
        }
        report.snapshots = progress.snapshots
        report.liveRecords = progress.records
        report.liveBytes = progress.bytes
    }

    private mutating func mark(_ id: ContentID, _ kind: RecordKind, _ progress: inout GcProgress) throws -> Bool {
        guard let (entry, pack, isNew) = marks.mark(id), entry.kind == kind.rawValue else {
            // A chunk that is lost is no reason to keep the damaged pack that had it.
            if options.only != nil, kind == .chunk { return false }
            throw PerigeeError(
                .damaged, "a snapshot needs the \(kind) \(id.short), and no segment of the index lists it",
                at: vault.store.name, remedy: vault.index.repairRemedy)
        }
        guard isNew else { return false }
        guard !survey.missing.contains(pack) else {
            if options.only != nil, kind == .chunk { return false }
            throw PerigeeError(
                .damaged, "a snapshot needs the \(kind) \(id.short), whose pack is missing",
                at: VaultLayout.pack(pack).text,
                remedy: "put the pack back, or heal the vault with perigee repair --from, or forget what needs it")
        }
        progress.records += 1
        progress.bytes += UInt64(RecordHeader.byteCount) + UInt64(entry.sealedLength)
        if progress.records.isMultiple(of: 4096) { options.onProgress?(progress) }
        return true
    }

    /// The histories of all datasets as they are now.
    private static func histories(_ vault: Vault) throws -> [History] {
        var histories: [History] = []
        try vault.refs.forEachKey { key in
            if let ref = try vault.refs.read(key) { histories.append(try vault.history(ref.dataset)) }
        }
        return histories
    }

    /// Calls `body` with each snapshot that is kept.
    private static func forEachSnapshot(
        of histories: [History], _ vault: Vault, _ body: (Snapshot, GcState.SnapshotName) throws -> Void
    ) throws {
        for var history in histories {
            while let snapshot = try history.next() {
                try body(snapshot, vault.snapshots.name(snapshot.dataset, snapshot.id))
            }
        }
    }

    /// Walks the snapshots that were committed since the mark.
    ///
    /// - Returns: the packs of the proposed list that they need.
    mutating func lookAgain() throws -> Set<Digest> {
        let now = try Self.histories(vault)
        try vault.index.refresh()
        let gc = try vault.gc.read().state
        let again = try PackSurvey(vault.store, vault.index.view)
        vault.index.avoid(AvoidedPacks(condemned: gc.packs, missing: again.missing))
        let reliance = try Reliance(vault)
        var needed: Set<Digest> = []
        try Self.forEachSnapshot(of: now, vault) { snapshot, name in
            guard snapshots.insert(name).inserted else { return }
            needed.formUnion(try reliance.packs(of: snapshot.tree, stop: { try options.stop?.check() }))
        }
        return needed
    }
}

// What is not needed.
extension GcSweep {
    /// Packs and snapshots' blobs that nobody needs and that are older than the grace.
    ///
    /// Where it is wished, records that are needed are moved out of packs that hold little else; these packs are then
    /// among those that nobody needs.
    mutating func candidates(
        _ report: inout GcReport
    ) throws -> (packs: Set<Digest>, snapshots: Set<GcState.SnapshotName>) {
        if let only = options.only {
            return (only.intersection(survey.all.map(\.name)).subtracting(state.packs), [])
        }
        let now = vault.environment.now()
        func isYoung(_ modified: Timestamp) -> Bool {
            options.grace > 0 && now.seconds(since: modified) < options.grace
        }
        var packs: Set<Digest> = []
        var sparse: [PackSurvey.Found] = []
        for pack in survey.all where !state.packs.contains(pack.name) {
            let live = marks.bytes(in: pack.name)
            if live == 0, isYoung(pack.modified) {
                report.young.add(pack.size)
            } else if live == 0, packs.count < GcState.packsMax {
                packs.insert(pack.name)
            } else if live > 0, !isYoung(pack.modified), try isSparse(pack, live) {
                sparse.append(pack)
            }
        }
        sparse.removeLast(max(0, sparse.count + packs.count - GcState.packsMax))
        packs.formUnion(try compact(sparse, &report))
        var left: Set<GcState.SnapshotName> = []
        try vault.store.listAll(VaultLayout.snapshotsPrefix).forEach { info in
            guard left.count < GcState.snapshotsMax, !isYoung(info.modified),
                let name = VaultLayout.snapshotName(of: info.key), !snapshots.contains(name)
            else { return }
            left.insert(name)
        }
        if options.isDryRun {
            for pack in survey.all where packs.contains(pack.name) { report.condemned.add(pack.size) }
        }
        return (packs, left)
    }

    /// Whether a pack of which `live` bytes of records are needed is to be rewritten.
    private func isSparse(_ pack: PackSurvey.Found, _ live: UInt64) throws -> Bool {
        if let share = options.compactsAbove, Double(pack.size) * (1 - share) > Double(live) { return true }
        guard options.renewsEpochs else { return false }
        let entries = try PackDirectory.read(size: pack.size) { offset, buffer in
            try vault.store.read(VaultLayout.pack(pack.name), at: offset, into: buffer)
        }
        return entries.contains { $0.epoch != vault.ring.currentEpoch }
    }

    /// Moves what is needed of `packs` into others; gives their names.
    private func compact(_ packs: [PackSurvey.Found], _ report: inout GcReport) throws -> Set<Digest> {
        for pack in packs { report.compacted.add(pack.size) }
        let names = Set(packs.map(\.name))
        guard !names.isEmpty, !options.isDryRun else { return names }
        vault.index.avoid(AvoidedPacks(condemned: state.packs.union(names), missing: survey.missing))
        report.movedBytes += try evacuate(names)
        return names
    }

    /// Moves the marked records of `packs`, which are avoided by now, into other packs; gives how many bytes that were.
    private func evacuate(_ packs: Set<Digest>) throws -> UInt64 {
        let session = try VaultSession(vault, .auto, options.gauge, adoptsOrphans: false)
        try session.survey(state, avoiding: packs)
        let movers: [RecordKind: RecordMover] = [
            .chunk: try RecordMover(.chunk, from: vault, into: session, renewing: true),
            .page: try RecordMover(.page, from: vault, into: session, renewing: true),
        ]
        var batches: [RecordKind: [ContentID]] = [:]
        var moved: UInt64 = 0
        try marks.forEach(in: packs) { entry in
            guard let kind = RecordKind(rawValue: entry.kind), let mover = movers[kind],
                mover.claim(entry.id.contentID)
            else { return }
            moved += UInt64(RecordHeader.byteCount) + UInt64(entry.sealedLength)
            batches[kind, default: []].append(entry.id.contentID)
            guard let batch = batches[kind], batch.count >= Self.batchCount else { return }
            try options.stop?.check()
            try move(batch, by: mover)
            batches[kind] = []
        }
        for kind in [RecordKind.chunk, .page] {
            if let mover = movers[kind] { try move(batches[kind] ?? [], by: mover) }
            try movers[kind]?.finish()
        }
        try session.listEverything()
        return moved
    }

    /// Moves records; out of damaged packs those that are sound.
    private func move(_ batch: [ContentID], by mover: RecordMover) throws {
        guard options.only != nil else { return try mover.move(batch) }
        for id in batch {
            do {
                try mover.move([id])
            } catch let error as PerigeeError where error.code == .damaged {
                // Lost: the verification after the repair names it.
            }
        }
    }

    /// So many records are moved in the order in which they lie: enough for long reads, few enough to be held.
    private static let batchCount = 16_384

    /// Deletes what is condemned: first out of the index, then the packs, then the snapshots' blobs.
    ///
    /// What a snapshot needs after all is moved before: a merge of segments that began before the gc can have dropped
    /// the entry of the pack that had taken the place of a condemned one.
    mutating func delete(_ report: inout GcReport) throws {
        let view = marks.view
        let needed = state.packs.filter { marks.bytes(in: $0) > 0 }
        if !needed.isEmpty { report.movedBytes += try evacuate(needed) }
        let dropped = state.packs.union(survey.missing)
        if dropped.contains(where: { view.lists(pack: $0) }) { try vault.index.rewrite(view, dropping: dropped) }
        for pack in survey.all where state.packs.contains(pack.name) {
            try vault.store.delete(VaultLayout.pack(pack.name))
            report.deleted.add(pack.size)
        }
        for name in state.snapshots.subtracting(snapshots).sorted() {
            try vault.store.delete(VaultLayout.snapshot(Hexadecimal.encode(name.tag), name.id))
            report.deletedSnapshots += 1
        }
    }
}
