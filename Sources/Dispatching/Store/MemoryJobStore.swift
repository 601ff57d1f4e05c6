internal import Model
internal import Synchronization

/// Jobs in memory, for tests and for what need not outlive the process.
public final class MemoryJobStore: JobStore {
    private struct State {
        var batches: [String] = []
        var jobs: [JobID: JobRecord] = [:]
        var logs: [JobID: [UInt8]] = [:]
        var claimed: Set<JobID> = []
    }

    private final class Claim: JobClaim {
        let store: MemoryJobStore
        let id: JobID

        init(_ store: MemoryJobStore, _ id: JobID) { (self.store, self.id) = (store, id) }

        deinit { store.giveBack(id) }
    }

    private let state = Mutex(State())

    /// No jobs.
    public init() {}

    /// Adds a batch.
    public func create(_ batch: [JobRecord]) throws {
        guard let name = batch.first?.id.batch else { return }
        try state.withLock { state in
            guard !state.batches.contains(name) else { throw JobStoreFault.exists(name) }
            state.batches.append(name)
            for job in batch { state.jobs[job.id] = job }
        }
    }

    /// The job.
    public func job(_ id: JobID) -> JobRecord? { state.withLock { $0.jobs[id] } }

    /// The newest jobs.
    public func jobs(limit: Int) -> [JobRecord] {
        state.withLock { state in
            var out: [JobRecord] = []
            for name in state.batches.reversed() where out.count < limit {
                out += state.jobs.values.filter { $0.id.batch == name }.sorted { $0.id < $1.id }
            }
            return out
        }
    }

    /// Writes the job.
    public func update(_ record: JobRecord) throws -> JobRecord {
        try state.withLock { state in
            guard let old = state.jobs[record.id] else { throw JobStoreFault.notFound(record.id) }
            guard old.revision == record.revision else { throw JobStoreFault.conflict(record.id) }
            var new = record
            new.revision += 1
            state.jobs[record.id] = new
            return new
        }
    }

    /// The right to carry it on.
    public func claim(_ id: JobID) -> (any JobClaim)? {
        state.withLock { $0.claimed.insert(id).inserted } ? Claim(self, id) : nil
    }

    private func giveBack(_ id: JobID) { state.withLock { _ = $0.claimed.remove(id) } }

    /// Keeps the output.
    public func keepLog(_ id: JobID, _ bytes: [UInt8]) { state.withLock { $0.logs[id] = bytes } }

    /// The output.
    public func log(_ id: JobID) -> [UInt8]? { state.withLock { $0.logs[id] } }
}

/// What stores of jobs say.
enum JobStoreFault {
    static func exists(_ batch: String) -> PerigeeError {
        PerigeeError(.exists, "there are jobs of that name", at: batch, remedy: "run the same command again")
    }

    static func notFound(_ id: JobID) -> PerigeeError {
        PerigeeError(
            .notFound, "there is no such job", at: "\(id)", remedy: "see perigee jobs for those that there are")
    }

    static func conflict(_ id: JobID) -> PerigeeError {
        PerigeeError(
            .conflict, "somebody else changed the job in between", at: "\(id)", remedy: "run the same command again",
            canRetry: true)
    }
}
