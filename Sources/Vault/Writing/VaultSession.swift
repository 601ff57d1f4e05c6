public import Content
internal import Hashing
internal import Model
internal import Storage
internal import Synchronization

/// One run of writing into a vault.
///
/// Each worker thread has a writer of its own; any number of sessions, in this process or others, may write at once.
/// What a killed session left is garbage that nothing names, and its chunks are taken over by the next session.
///
/// The order of a commit is packs, index segment, snapshot, ref: pages' packs come with the chunks' packs, but the
/// index lists pages only when all chunks are listed.
public final class VaultSession: Sendable {
    /// So many entries that no segment lists yet are written as a segment: bounds memory, and what a kill costs.
    public static let unlistedEntriesMax = 1 << 16
    /// So many are listed along with the snapshot that needs them: the segment is held in memory.
    static let entriesAlongMax = 1 << 12

    private struct State {
        var chunks = IndexDelta()
        var pages = IndexDelta()
        var statistics = WriteStatistics()
        var unfinishedPacks = 0
        var warnings: [String] = []
        // How things stood when the session began, for the first try of a commit.
        var standing: Standing?
        // The epoch of garbage collection that what this session relies on was held against.
        var epoch: UInt64 = 0

        /// All that no segment lists, for whoever lists it.
        mutating func takeUnlisted() -> IndexDelta {
            defer { (chunks, pages) = (IndexDelta(), IndexDelta()) }
            var all = chunks
            all.add(pages)
            return all
        }
    }

    /// A ref, and the state of garbage collection after it was read.
    struct Standing {
        let ref: Ref
        let version: BlobVersion
        let gc: (state: GcState, condition: PutCondition)
    }

    let vault: Vault
    let compression: Compression
    let inFlight = InFlightSet()
    private let state = Mutex(State())
    private let owed = Atomic(0)
    /// Packs on their way that no writer waits for.
    private let departed = Mutex<[(pack: DepartedPack, kind: RecordKind)]>([])

    /// Where all that this session writes goes.
    let store: any BlobStore

    init(
        _ vault: Vault, _ compression: Compression, _ gauge: (@Sendable (Int) -> Void)?, adoptsOrphans: Bool = true
    ) throws {
        self.vault = vault
        self.compression = compression
        store = gauge.map { GaugedStore(vault.store, gauge: $0) } ?? vault.store
        // What a gc condemns after this is read shows in the epoch when the session commits.
        if !vault.index.isListingCurrent { vault.look?.end() }
        let beginning = vault.look?.begin()
        let gc = try beginning.map { try vault.gc.found($0.gc) }?.state ?? vault.gc.read().state
        isValid(at: gc.epoch)
        try keepStanding(beginning)
        let survey = try survey(gc, packs: beginning?.packs)
        try index.removeSuperseded()
        if adoptsOrphans { try adoptOrphans(survey.unlisted, gc) }
    }

    /// Learns which listed packs are not to be relied on, as of `gc`; neither are `packs`.
    ///
    /// - Parameter listed: the first page of the packs' listing, where it was asked for after the index was.
    @discardableResult
    func survey(
        _ gc: GcState, avoiding packs: Set<Digest> = [], packs listed: [BlobInfo]? = nil
    ) throws -> PackSurvey {
        if listed == nil { try index.refresh() }
        let survey = try PackSurvey(vault.store, index.view, first: listed)
        index.avoid(AvoidedPacks(condemned: gc.packs.union(packs), missing: survey.missing))
        return survey
    }

    /// All that this session relies on was held against the state of garbage collection at `epoch`.
    func isValid(at epoch: UInt64) { state.withLock { $0.epoch = epoch } }

    /// Keeps what was known of a dataset when the session began; its first ref is made for that.
    private func keepStanding(_ beginning: VaultLook.Beginning?) throws {
        guard let beginning, let dataset = vault.look?.dataset else { return }
        let standing: Standing?
        if let found = try vault.refs.found(beginning.ref, of: dataset) {
            standing = Standing(
                ref: found.ref, version: found.version, gc: try vault.gc.found(beginning.gcAfterRef))
        } else {
            standing = try vault.refs.begin(dataset, by: store).map {
                Standing(ref: $0.ref, version: $0.version, gc: try vault.gc.read())
            }
        }
        state.withLock { $0.standing = standing }
    }

    /// How things stood with `dataset` when the session began, for the one who asks first.
    func takeStanding(_ dataset: String) -> Standing? {
        state.withLock { state in
            defer { state.standing = nil }
            return state.standing.flatMap { $0.ref.dataset == dataset ? $0 : nil }
        }
    }

    /// The epoch of garbage collection that what this session relies on was held against.
    var epoch: UInt64 { state.withLock { $0.epoch } }

    var ring: KeyRing { vault.ring }
    var index: VaultIndex { vault.index }

    /// How pages are compressed.
    var pageCompression: Compression { vault.pageCompression(compression) }

    /// A writer of chunks, for one thread; finish it before ``commit(_:dataset:expecting:)``.
    public func chunkWriter() throws -> ChunkWriter {
        try ChunkWriter(self)
    }

    /// A writer of pages, for one thread; finish it before ``commit(_:dataset:expecting:)``.
    public func pageSink() throws -> PageWriter {
        try PageWriter(self)
    }

    /// Whether the vault has `id` or this session has claimed it.
    ///
    /// For few questions: writers have a quicker way.
    public func isKnown(_ id: ContentID) -> Bool { inFlight.contains(IndexKey(id)) || index.contains(id) }

    /// What was written so far.
    public var statistics: WriteStatistics { state.withLock { $0.statistics } }

    /// What was met on the way and did not stop the session, such as a broken pack of a killed run.
    public var warnings: [String] { state.withLock { $0.warnings } }

    func report(_ statistics: WriteStatistics) { state.withLock { $0.statistics.add(statistics) } }

    func warn(_ text: String) { state.withLock { $0.warnings.append(text) } }
}

// Packs, and when their records are listed.
extension VaultSession {
    /// Notes a pack that is in the vault; lists what is unlisted where that has become much.
    func packIsStored(_ name: Digest, size: UInt64, _ entries: [PackEntry], kind: RecordKind) throws {
        let full = state.withLock { state -> IndexDelta? in
            state.statistics.packs += 1
            state.unfinishedPacks -= 1
            guard kind == .chunk else {
                state.pages.add(pack: name, size: size, entries) { _ in true }
                return nil
            }
            state.chunks.add(pack: name, size: size, entries) { _ in true }
            guard state.chunks.entries.count >= Self.unlistedEntriesMax else { return nil }
            defer { state.chunks = IndexDelta() }
            return state.chunks
        }
        if let full { try list(full) }
    }

    /// Puts a segment of `delta` into the vault, then forgets that its IDs are in flight.
    private func list(_ delta: IndexDelta) throws {
        do {
            try index.write(delta, to: store)
        } catch {
            // Still unlisted: whoever commits after all must try again first.
            state.withLock { $0.chunks.add(delta) }
            throw error
        }
        try tidyAfter(listing: delta)
    }

    /// Forgets that the IDs of `delta`, which is listed, are in flight, and merges segments.
    private func tidyAfter(listing delta: IndexDelta) throws {
        for entry in delta.entries { inFlight.remove(entry.id) }
        do {
            try index.mergeSegments(to: store) { try vault.gc.read().state.epoch == epoch }
        } catch let error as PerigeeError where error.code == .damaged {
            // Merging can wait: what was written is listed.
            warn("\(error)")
        }
    }

    /// Packs of `kind` are on their way; the session waits for them before it lists anything.
    func expect(_ packs: [DepartedPack], _ kind: RecordKind) {
        departed.withLock { $0 += packs.map { ($0, kind) } }
    }

    /// Waits until all packs are there that are on their way without a writer that waits.
    ///
    /// A commit does so first.
    public func awaitPacks() throws {
        let coming = departed.withLock { departed in
            defer { departed = [] }
            return departed
        }
        var failure: (any Error)?
        for (pack, kind) in coming {
            do {
                try pack.arrive(self, kind)
            } catch {
                failure = failure ?? error
            }
        }
        if let failure { throw failure }
    }

    /// Lists the chunks of all stored packs.
    ///
    /// What is listed outlives a kill without any reading of packs.
    public func flushIndex() throws {
        try awaitPacks()
        let delta = state.withLock { state in
            defer { state.chunks = IndexDelta() }
            return state.chunks
        }
        if !delta.isEmpty { try list(delta) }
    }

    /// Lists all chunks and pages.
    func listEverything() throws {
        let delta = state.withLock { $0.takeUnlisted() }
        if !delta.isEmpty { try list(delta) }
    }

    /// Lists all chunks and pages by `putting` the segment along with what is to come after it.
    ///
    /// - Returns: false where nothing was done: there is nothing to list, or too much.
    func listEverything(putting: (BlobPut) throws -> Void) throws -> Bool {
        let delta = state.withLock { state in
            let count = state.chunks.entries.count + state.pages.entries.count
            return (1...Self.entriesAlongMax).contains(count) ? state.takeUnlisted() : IndexDelta()
        }
        guard !delta.isEmpty else { return false }
        let name: Digest
        do {
            guard let segment = try index.segment(of: delta) else {
                state.withLock { $0.chunks.add(delta) }
                return false
            }
            try putting(segment.put)
            name = segment.name
        } catch {
            // Perhaps unlisted: whoever commits after all must try again first.
            state.withLock { $0.chunks.add(delta) }
            throw error
        }
        do {
            try index.adopt(name)
            try tidyAfter(listing: delta)
        } catch {
            // What was to be put is there all the same.
            warn("\(error)")
        }
        return true
    }

    /// Takes over the chunks of packs that no segment lists: the work of killed runs, or of runs that are writing now.
    ///
    /// Pages are left alone, since what they name may be missing; unless a segment is damaged, which may have listed
    /// them: then all is taken over, and the segment removed. What a gc has condemned is left alone too.
    private func adoptOrphans(_ unlisted: [PackSurvey.Found], _ gc: GcState) throws {
        let takesPages = !index.view.damages.isEmpty
        for pack in unlisted where !gc.packs.contains(pack.name) {
            let key = VaultLayout.pack(pack.name)
            do {
                let entries = try PackDirectory.read(size: pack.size) { offset, buffer in
                    try self.store.read(key, at: offset, into: buffer)
                }
                try adopt(pack.name, size: pack.size, entries, takesPages: takesPages)
            } catch let error as PerigeeError where [.damaged, .format, .notFound].contains(error.code) {
                warn("\(key): not taken over: \(error.message)")
            }
        }
        try flushIndex()
        if takesPages { try index.removeDamaged() }
    }

    private func adopt(_ name: Digest, size: UInt64, _ entries: [PackEntry], takesPages: Bool) throws {
        let full = state.withLock { state -> IndexDelta? in
            state.statistics.adoptedPacks += 1
            state.chunks.add(pack: name, size: size, entries) { takesPages || $0.kind == .chunk }
            guard state.chunks.entries.count >= Self.unlistedEntriesMax else { return nil }
            defer { state.chunks = IndexDelta() }
            return state.chunks
        }
        if let full { try list(full) }
    }

    /// A writer has records that are in no stored pack yet.
    func packBegins() { state.withLock { $0.unfinishedPacks += 1 } }

    /// Somebody has claimed an ID, and owes the vault its record.
    func claimed() { owed.add(1, ordering: .relaxed) }

    /// A claimed record is not written, since nobody has it; others may claim it.
    func unclaim(_ id: ContentID) {
        inFlight.remove(IndexKey(id))
        paid()
    }

    /// A claimed record is written.
    func paid() { owed.subtract(1, ordering: .relaxed) }

    /// Whether all that was claimed is written, and in stored packs.
    var isFlushed: Bool { owed.load(ordering: .acquiring) == 0 && state.withLock { $0.unfinishedPacks == 0 } }
}
