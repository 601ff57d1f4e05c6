public import Content
internal import Hashing
internal import Model
internal import Storage
internal import Synchronization
public import Workers

/// Heals the records that a vault's snapshots need and that are damaged or missing, from wherever they still are.
///
/// First ``search(in:stop:)``: all snapshots are walked; what is sound in damaged packs is moved to new ones as it is,
/// and what is not is taken from vaults of the same dedup domain. Then whoever has plain bytes offers them by a
/// ``HealingWriter``. At last ``finish(stop:)``. Nothing is believed: each record's seal is opened, each chunk is named
/// again.
public final class Healing: Sendable {
    /// The most chunks that are looked for.
    public static let wantedMax = 1 << 20

    /// What was healed and what was not.
    public struct Report: Sendable {
        /// Records of damaged packs that were sound, and are in other packs now.
        public internal(set) var kept: UInt64 = 0
        /// Chunks and pages that were healed.
        public internal(set) var healed: UInt64 = 0
        /// Their plain bytes.
        public internal(set) var healedBytes: UInt64 = 0
        /// Damaged packs that were deleted, once nothing needed them.
        public internal(set) var deletedPacks: UInt64 = 0
    }

    private struct State {
        var wanted: Set<ContentID> = []
        var report = Report()
    }

    let vault: Vault
    let session: VaultSession
    private let hurt: Set<Digest>
    private let state = Mutex(State())

    init(_ vault: Vault, hurt: Set<Digest>) throws {
        self.vault = vault
        self.hurt = hurt
        session = try VaultSession(vault, .auto, nil)
        try session.survey(vault.gc.read().state, avoiding: hurt)
    }

    /// How many chunks are still looked for.
    public var wantedCount: Int { state.withLock { $0.wanted.count } }

    /// Walks all snapshots; moves what is sound out of damaged packs, and takes what is not from `others`.
    ///
    /// - Throws: `limit` where more than ``wantedMax`` chunks are missing.
    public func search(in others: [Vault], stop: StopFlag? = nil) throws {
        let walk = try HealingWalk(self, others)
        for dataset in try vault.datasets() {
            var history = try vault.history(dataset)
            while let snapshot = try history.next() {
                try stop?.check()
                try walk.visit(snapshot.tree, stop)
            }
        }
        try walk.finish()
    }

    /// A way to offer plain chunks, for one thread.
    public func writer() throws -> HealingWriter { try HealingWriter(self) }

    /// Whether `id` is looked for.
    func wants(_ id: ContentID) -> Bool { state.withLock { $0.wanted.contains(id) } }

    /// Looks for `id` from now on.
    func want(_ id: ContentID) throws {
        try state.withLock { state in
            guard state.wanted.count < Self.wantedMax else {
                throw PerigeeError(
                    .limit, "more than \(Self.wantedMax) chunks are missing", at: vault.store.name,
                    remedy: "make a new vault and sync into it what is left")
            }
            state.wanted.insert(id)
        }
    }

    /// Takes `id` from what is looked for; false where somebody else was first.
    func takes(_ id: ContentID) -> Bool { state.withLock { $0.wanted.remove(id) != nil } }

    func kept() { state.withLock { $0.report.kept += 1 } }

    func healed(bytes: Int) {
        state.withLock { state in
            state.report.healed += 1
            state.report.healedBytes += UInt64(bytes)
        }
    }

    /// Lists what was healed, then deletes the damaged packs, as a gc does.
    ///
    /// All writers are to be finished. Where a page is lost, the damaged packs stay, since nobody can say what is below
    /// it.
    public func finish(stop: StopFlag? = nil) throws -> Report {
        try session.listEverything()
        guard !hurt.isEmpty else { return state.withLock { $0.report } }
        var options = GcOptions(grace: 0, stop: stop)
        options.only = hurt
        do {
            let deleted = try vault.collectGarbage(options).deleted.count
            state.withLock { $0.report.deletedPacks = deleted }
            try passOverMissing()
        } catch let error as PerigeeError where error.code == .damaged {
            // A page is lost: the verification that follows names it.
        }
        return state.withLock { $0.report }
    }

    /// Has entries of packs that are gone, and of which nothing is needed there any more, be passed over from now on, as
    /// in any vault that a gc has seen: of a pack that was missing a gc finds nothing to delete.
    private func passOverMissing() throws {
        var (state, condition) = try vault.gc.read()
        guard state.epoch == 0 else { return }
        // Even, since nothing is proposed. Sessions that have begun before look again at what they rely on.
        state.epoch = 2
        do {
            try vault.gc.write(state, if: condition)
        } catch let error as PerigeeError where error.code == .conflict {
            // A gc has begun meanwhile.
        }
    }
}

/// Offers plain chunks to a vault that is being healed; those that it looks for are stored.
///
/// For one thread.
public final class HealingWriter {
    private let healing: Healing
    private let writer: ChunkWriter

    init(_ healing: Healing) throws {
        self.healing = healing
        writer = try healing.session.chunkWriter()
    }

    /// Stores `plain` where it is looked for; gives its name.
    @discardableResult
    public func offer(_ plain: UnsafeRawBufferPointer) throws -> ContentID {
        let id = writer.identify(plain)
        guard healing.wants(id), healing.takes(id) else { return id }
        if writer.claim(id) { try writer.write(plain, id: id) }
        healing.healed(bytes: plain.count)
        return id
    }

    /// Puts the last pack into the vault.
    public func finish() throws { try writer.finish() }
}
