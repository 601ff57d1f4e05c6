import Model
import Storage
import TestSupport
import Workers

/// Lets several actors, each on a thread of its own, take turns at every request that they make of a store: who comes
/// next is drawn from a seed, so that a run repeats.
///
/// An actor can be killed at any of its requests, before or after it was done; all later ones then fail.
final class Stage: Sendable {
    private struct State {
        var seed: Seed
        var onStage: Set<Int> = []
        var waiting: Set<Int> = []
        var next: Int?
        var killed: Set<Int> = []
        var requests = 0
        var time: Int64 = 1_800_000_000
    }

    private let state: Monitor<State>
    private let killOneIn: Int

    /// - Parameter killOneIn: one of so many requests is the last of who makes it.
    init(_ seed: Seed, actors: Int, killOneIn: Int) {
        state = Monitor(State(seed: seed, onStage: Set(0..<actors)))
        self.killOneIn = killOneIn
    }

    static let killed = PerigeeError(.io, "killed")

    /// The time, which goes on with each request.
    var now: Timestamp { state.read { Timestamp(seconds: $0.time, nanoseconds: UInt32($0.requests % 1_000_000_000)) } }

    /// How many requests were made.
    var requests: Int { state.read { $0.requests } }

    /// Makes a request of `actor` when its turn comes.
    func request<Result>(_ actor: Int, _ body: () throws -> Result) throws -> Result {
        state.change { state in
            state.waiting.insert(actor)
            Self.choose(&state)
        }
        state.wait { state -> Void? in
            guard state.next == actor else { return nil }
            state.waiting.remove(actor)
            state.next = nil
            state.requests += 1
            state.time += 1
            return ()
        }
        let fate = state.read { state -> Int in
            if state.killed.contains(actor) { return 1 }
            guard killOneIn > 0, Int.random(in: 0..<killOneIn, using: &state.seed) == 0 else { return 0 }
            state.killed.insert(actor)
            return Bool.random(using: &state.seed) ? 1 : 2
        }
        if fate == 1 { throw Self.killed }
        let result = try body()
        if fate == 2 { throw Self.killed }
        return result
    }

    /// `actor` has nothing more to do.
    func leave(_ actor: Int) {
        state.change { state in
            state.onStage.remove(actor)
            Self.choose(&state)
        }
    }

    private static func choose(_ state: inout State) {
        guard state.next == nil, !state.waiting.isEmpty, state.waiting.count == state.onStage.count else { return }
        state.next = state.waiting.sorted().randomElement(using: &state.seed)
    }
}

/// A store as one actor of a stage sees it.
final class StagedStore: BlobStore {
    private let inner: any BlobStore
    private let stage: Stage
    private let actor: Int

    init(_ inner: any BlobStore, _ stage: Stage, actor: Int) {
        self.inner = inner
        self.stage = stage
        self.actor = actor
    }

    var name: String { inner.name }

    func put(_ key: BlobKey, _ parts: [UnsafeRawBufferPointer], if condition: PutCondition) throws -> BlobVersion {
        try stage.request(actor) { try inner.put(key, parts, if: condition) }
    }

    func read(_ key: BlobKey, at offset: UInt64, into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        try stage.request(actor) { try inner.read(key, at: offset, into: buffer) }
    }

    func info(_ key: BlobKey) throws -> BlobInfo? { try stage.request(actor) { try inner.info(key) } }

    func list(_ prefix: String, after cursor: BlobKey?, limit: Int) throws -> [BlobInfo] {
        try stage.request(actor) { try inner.list(prefix, after: cursor, limit: limit) }
    }

    func delete(_ key: BlobKey) throws { try stage.request(actor) { try inner.delete(key) } }
}
