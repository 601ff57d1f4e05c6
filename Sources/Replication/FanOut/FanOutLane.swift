internal import Content
public import Model
internal import Storage
internal import Vault
internal import Workers

/// One of the other destinations of a fan-out: a thread that puts packs into its vault.
public final class FanOutLane: Sendable {
    /// So many packs wait for a destination at most; what comes then, it misses.
    static let waitingMax = 2

    /// What a destination got.
    public struct Outcome: Sendable {
        /// Packs that it got.
        public var packs: UInt64 = 0
        /// Their bytes.
        public var bytes: UInt64 = 0
        /// Chunks in them that the vault lacked.
        public var chunks: UInt64 = 0
        /// The plain bytes of those.
        public var plainBytes: UInt64 = 0
        /// Packs that it missed, since it was too slow, or there was no room for them meanwhile.
        public var missed: UInt64 = 0
        /// Why it got no more, where it failed.
        public var failure: PerigeeError?
    }

    private struct State {
        var waiting: [FanOutPack] = []
        var isOpen = false
        var outcome = Outcome()
    }

    private let vault: Vault
    private let limit: TokenBucket?
    private let state = Monitor(State())
    private let thread: Monitor<Companion?> = Monitor(nil)

    init(_ vault: Vault, limit: TokenBucket?) {
        self.vault = vault
        self.limit = limit
    }

    /// What it got so far.
    public var outcome: Outcome { state.read { $0.outcome } }

    /// Opens it for packs that are made for `first`, where its vault can open them and cuts as that does.
    func begin(_ first: Vault) {
        let epoch = first.ring.currentEpoch
        guard first.sharesDomain(with: vault), let key = first.ring.epochs[epoch], vault.ring.epochs[epoch] == key,
            first.descriptor.id != vault.descriptor.id, (try? vault.index.refresh()) != nil
        else { return }
        let isFirst = state.change { state in
            defer { state.isOpen = true }
            return !state.isOpen
        }
        if isFirst { thread.change { $0 = Companion { self.run() } } }
    }

    /// Takes a pack, unless too many wait already; nil where one was made that could not be kept for it.
    func offer(_ pack: FanOutPack?) {
        state.change { state in
            guard state.isOpen, state.outcome.failure == nil else { return }
            if let pack, state.waiting.count < Self.waitingMax {
                state.waiting.append(pack)
            } else {
                state.outcome.missed += 1
            }
        }
    }

    /// Waits until all that was taken is in the vault, or could not be put there.
    func finish() {
        state.change { $0.isOpen = false }
        thread.read { $0 }?.join()
    }

    private func run() {
        while let pack = state.wait(until: { state -> FanOutPack?? in
            if !state.waiting.isEmpty { return .some(state.waiting.removeFirst()) }
            return state.isOpen ? nil : .some(nil)
        }) {
            do {
                try put(pack)
            } catch {
                let failure =
                    error as? PerigeeError ?? PerigeeError(.io, "a pack could not be put there", cause: error)
                state.change { state in
                    state.outcome.failure = failure.at(vault.store.name)
                    state.waiting = []
                }
            }
        }
    }

    /// Puts a pack into the vault, where at least half of it is missing there.
    private func put(_ pack: FanOutPack) throws {
        let missing = pack.entries.filter { !vault.index.contains($0.id) }
        let wanted = missing.reduce(0) { $0 + $1.recordLength }
        guard !missing.isEmpty, wanted >= Int(clamping: pack.size / 2) else { return }
        limit?.take(Int(clamping: pack.size))
        try pack.put(into: vault.store)
        state.change { state in
            state.outcome.packs += 1
            state.outcome.bytes += pack.size
            state.outcome.chunks += UInt64(missing.count)
            state.outcome.plainBytes += missing.reduce(0) { $0 + UInt64($1.plainLength) }
        }
    }
}
