internal import Model

/// Carries jobs on, one step at a time: every step looks at what is stored, does one thing, and stores what came of it.
///
/// It remembers nothing between steps but what a store keeps, so that it may be killed at any point and another one goes on:
/// what was done and not stored is done again, which all that it does allows. Of several on one store each job is carried on by
/// one at a time. A coordinator belongs to one thread; there may be as many as there are threads.
public struct JobCoordinator {
    /// What came of a step.
    public enum Step: Sendable {
        /// Something was done; there may be more to do at once.
        case moved(JobRecord)
        /// Nothing is to be done before an instant, in seconds since 1970; nil for when something else happens.
        case waits(JobRecord, until: Double?)
        /// Another coordinator carries it on.
        case held(JobRecord)
        /// Nothing more happens to it.
        case ended(JobRecord)
    }

    private let store: any JobStore
    private let clock: any JobClock
    private let mover: any JobMover
    private let executor: (JobRecord) throws -> any JobExecutor

    /// A coordinator of the jobs in `store`; `executor` finds what runs a job.
    public init(
        store: any JobStore, clock: any JobClock, mover: any JobMover,
        executor: @escaping (JobRecord) throws -> any JobExecutor
    ) {
        self.store = store
        self.clock = clock
        self.mover = mover
        self.executor = executor
    }

    var now: Double { clock.now() }

    func wait(_ seconds: Double) throws { try clock.sleep(seconds) }

    /// Does what comes next for a job.
    ///
    /// - Throws: `notFound` where there is no such job, `interrupted`, and what the store throws; what goes wrong with the job
    ///   itself is stored with it.
    public func step(_ id: JobID) throws -> Step {
        guard let claim = try store.claim(id) else { return .held(try stored(id)) }
        defer { withExtendedLifetime(claim) {} }
        let job = try stored(id)
        let parents = try job.parents.map { try store.job($0) }
        let action = job.next(at: clock.now(), parents: parents)
        switch action {
        case .rest: return .ended(job)
        case .wait(let until): return .waits(job, until: until)
        default: break
        }
        var changed = job
        do {
            try perform(action, &changed)
        } catch let error as PerigeeError where error.code != .interrupted {
            changed = job
            changed.stepFailed(error, at: clock.now())
        }
        return try stored(changed, after: job)
    }

    /// Asks for the end of a job; what has ended stays as it is.
    ///
    /// - Returns: the job; its executor is told by the next steps.
    @discardableResult
    public func cancel(_ id: JobID) throws -> JobRecord { try store.askForEnd(of: id, at: clock.now()) }

    private func stored(_ id: JobID) throws -> JobRecord {
        guard let job = try store.job(id) else { throw JobStoreFault.notFound(id) }
        return job
    }

    /// Stores a step; where an end was asked for meanwhile, with that.
    private func stored(_ changed: JobRecord, after job: JobRecord) throws -> Step {
        var changed = changed
        if changed == job { return .waits(job, until: job.retryAt) }
        let isQuiet =
            changed.state == job.state && changed.cancel == job.cancel && changed.stages == job.stages
            && changed.returns == job.returns && changed.isLogKept == job.isLogKept
        while true {
            do {
                let kept = try store.update(changed)
                if kept.state.isFinal { return .ended(kept) }
                return isQuiet ? .waits(kept, until: kept.retryAt) : .moved(kept)
            } catch let error as PerigeeError where error.code == .conflict {
                let now = try stored(job.id)
                if changed.cancel == nil { changed.cancel = now.cancel }
                changed.revision = now.revision
            }
        }
    }

    private func perform(_ action: JobAction, _ job: inout JobRecord) throws {
        switch action {
        case .enter(let state, let reason): job.enter(state, reason, at: clock.now())
        case .stage(let index): job.staged(index, try mover.move(job.stages[index]))
        case .bring(let index): job.brought(index, try mover.move(job.returns[index]))
        case .submit: job.submitted(try executor(job).submit(job), at: clock.now())
        case .look: job.seen(try executor(job).look(job), at: clock.now())
        case .end(let isForced):
            try executor(job).end(job, byForce: isForced)
            job.toldToEnd(byForce: isForced, at: clock.now())
        case .keepLog:
            try store.keepLog(job.id, Array(try executor(job).log(job).prefix(job.order.logMax + 256)))
            job.logKept()
        case .wait, .rest: break
        }
    }
}
