import Dispatching
import Model
import Synchronization
import TestSupport

/// The coordinator is killed.
struct Kill: Error {}

/// A world in which time passes only by sleeping, things fail for passing reasons, and the coordinator is killed at random.
final class SimulatedWorld: Sendable {
    /// What really became of a job, whatever anybody remembers.
    struct Truth {
        var starts = 0
        var began: Double?
        var ends: Double?
        var code: Int32 = 0
        var isRevoked = false
        var logsRead = 0
    }

    struct State {
        var now = 1_790_000_000.0
        var seed: Seed
        var kills = 0
        var killShare: Double
        var truths: [JobID: Truth] = [:]
        var moves: [String: Int] = [:]
    }

    private let state: Mutex<State>
    let durations: [JobID: (queue: Double, work: Double, code: Int32)]
    let store = MemoryJobStore()

    init(_ seed: Seed, killShare: Double, durations: [JobID: (queue: Double, work: Double, code: Int32)]) {
        state = Mutex(State(seed: seed, killShare: killShare))
        self.durations = durations
    }

    func read<Value: Sendable>(_ body: (State) -> Value) -> Value { state.withLock { body($0) } }

    func change<Value>(_ body: (inout sending State) throws -> sending Value) rethrows -> sending Value {
        try state.withLock { try body(&$0) }
    }

    /// A place where the coordinator may be killed, or the network fail.
    func danger(_ isOutside: Bool = false) throws {
        let (isKilled, isLost) = state.withLock { state in
            let isKilled = Double.random(in: 0..<1, using: &state.seed) < state.killShare
            if isKilled { state.kills += 1 }
            return (isKilled, isOutside && Double.random(in: 0..<1, using: &state.seed) < 0.05)
        }
        if isKilled { throw Kill() }
        if isLost { throw PerigeeError(.io, "the network is down", at: "there", canRetry: true) }
    }

    /// A coordinator that knows nothing but what is stored.
    func coordinator() -> JobCoordinator {
        JobCoordinator(store: DangerousStore(world: self), clock: self, mover: self) { _ in self }
    }
}

extension SimulatedWorld: JobClock {
    func now() -> Double { read { $0.now } }

    func sleep(_ seconds: Double) throws {
        change { $0.now += max(seconds, 0.001) }
        try danger()
    }
}

extension SimulatedWorld: JobMover {
    func move(_ move: JobMove) throws -> JobMove.Outcome {
        try danger(true)
        change { state in
            state.moves[move.name, default: 0] += 1
            state.now += 3
        }
        try danger()
        return JobMove.Outcome(bytes: 1000, seconds: 3)
    }
}

extension SimulatedWorld: JobExecutor {
    func rendered(_ job: JobRecord) -> String { "" }

    func submit(_ job: JobRecord) throws -> String {
        try danger(true)
        let times = durations[job.id] ?? (0, 1, 0)
        change { state in
            var truth = state.truths[job.id] ?? Truth()
            // By its ID: what was begun is not begun again, what was revoked never.
            if truth.began == nil, !truth.isRevoked {
                truth.starts += 1
                truth.began = state.now + times.queue
                truth.ends = state.now + times.queue + times.work
                truth.code = times.code
            }
            state.truths[job.id] = truth
        }
        try danger(true)
        return "handle"
    }

    func look(_ job: JobRecord) throws -> JobSighting {
        try danger(true)
        return read { state in
            guard let truth = state.truths[job.id] else { return .absent }
            guard let began = truth.began, let ends = truth.ends else {
                return .lost("it was never begun", isSure: true)
            }
            if state.now < began { return .queued("others are before it") }
            return state.now < ends ? .running(since: began) : .ended(truth.code, began: began, ended: ends)
        }
    }

    func end(_ job: JobRecord, byForce: Bool) throws {
        try danger(true)
        change { state in
            var truth = state.truths[job.id] ?? Truth()
            if let ends = truth.ends, let began = truth.began {
                if state.now < began {
                    (truth.began, truth.ends) = (nil, nil)
                    truth.isRevoked = true
                } else if state.now + 1 < ends {
                    (truth.ends, truth.code) = (state.now + 1, 143)
                }
            } else {
                truth.isRevoked = true
            }
            state.truths[job.id] = truth
        }
        try danger()
    }

    func log(_ job: JobRecord) throws -> [UInt8] {
        try danger(true)
        change { $0.truths[job.id]?.logsRead += 1 }
        return Array("said".utf8)
    }
}

/// A store before and after whose writes the coordinator may be killed.
private struct DangerousStore: JobStore {
    let world: SimulatedWorld

    func create(_ batch: [JobRecord]) throws { try world.store.create(batch) }
    func job(_ id: JobID) throws -> JobRecord? { world.store.job(id) }
    func jobs(limit: Int) throws -> [JobRecord] { world.store.jobs(limit: limit) }
    func claim(_ id: JobID) throws -> (any JobClaim)? { world.store.claim(id) }
    func log(_ id: JobID) throws -> [UInt8]? { world.store.log(id) }

    func update(_ record: JobRecord) throws -> JobRecord {
        try world.danger()
        let kept = try world.store.update(record)
        try world.danger()
        return kept
    }

    func keepLog(_ id: JobID, _ bytes: [UInt8]) throws {
        try world.danger()
        world.store.keepLog(id, bytes)
        try world.danger()
    }
}
