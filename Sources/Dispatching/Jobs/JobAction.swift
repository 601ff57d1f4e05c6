/// What has to be done next for a job.
public enum JobAction: Hashable, Sendable {
    /// Nothing, until so many seconds since 1970, or until something else happens.
    case wait(until: Double?)
    /// It gets into another state, for a reason where it is an end.
    case enter(JobState, reason: String?)
    /// Stage of that index is brought.
    case stage(Int)
    /// It is handed to its executor.
    case submit
    /// Its executor is asked.
    case look
    /// Its executor is told to end it.
    case end(byForce: Bool)
    /// Its output is fetched.
    case keepLog
    /// Output of that index is brought where it must be.
    case bring(Int)
    /// Nothing more.
    case rest
}

extension JobRecord {
    /// What has to be done next, at `now` in seconds since 1970.
    ///
    /// - Parameter parents: the jobs before it; nil for one that is not there.
    public func next(at now: Double, parents: [JobRecord?]) -> JobAction {
        if state.isFinal { return .rest }
        if let retryAt, retryAt > now, cancel == nil || state == .returning { return .wait(until: retryAt) }
        switch state {
        case .planned: return begin(now, parents)
        case .staging:
            // With all stages brought its executor may have it, and whoever handed it over was killed before that was stored.
            if cancel != nil {
                return stages.contains { $0.outcome == nil } ? .enter(.cancelled, reason: endReason) : watch(now)
            }
            return stages.firstIndex { $0.outcome == nil }.map { .stage($0) } ?? .submit
        case .submitted, .running: return watch(now)
        case .returning: return finish()
        case .done, .failed, .cancelled: return .rest
        }
    }

    private var endReason: String { cancel?.isTimeout == true ? timeoutReason : "somebody cancelled it" }

    private var timeoutReason: String { "it had not ended after its \(Int(min(order.timeout, 1e9))) s" }

    private func begin(_ now: Double, _ parents: [JobRecord?]) -> JobAction {
        if cancel != nil { return .enter(.cancelled, reason: endReason) }
        for (id, parent) in zip(self.parents, parents) {
            guard let parent else { return .enter(.failed, reason: "job \(id), which it needs, is not there") }
            if parent.state.isFinal, parent.state != .done {
                return .enter(.failed, reason: "\(parent.workload), which it needs, is \(parent.state.rawValue)")
            }
        }
        if parents.contains(where: { $0?.state != .done }) { return .wait(until: nil) }
        if let notBefore, notBefore > now { return .wait(until: notBefore) }
        return .enter(.staging, reason: nil)
    }

    private func watch(_ now: Double) -> JobAction {
        guard let cancel else { return .look }
        guard let told = cancel.told else { return .end(byForce: false) }
        if now - cancel.asked > JobLimits.cancelMax {
            return .enter(
                .failed, reason: "its executor was told to end it and said nothing since; it may still be running")
        }
        return !cancel.isForced && now - told > JobLimits.cancelGrace ? .end(byForce: true) : .look
    }

    private func finish() -> JobAction {
        if !isLogKept { return .keepLog }
        if cancel != nil { return .enter(cancel?.isTimeout == true ? .failed : .cancelled, reason: endReason) }
        if let loss { return .enter(.failed, reason: loss) }
        if let exitCode, exitCode != 0 { return .enter(.failed, reason: exitReason(exitCode)) }
        return returns.firstIndex { $0.outcome == nil }.map { .bring($0) } ?? .enter(.done, reason: nil)
    }

    private func exitReason(_ code: Int32) -> String {
        let work = (times.ended ?? 0) - (times.began ?? 0)
        // What `timeout` says, at a time when it would.
        if [124, 137].contains(code), work >= order.timeout - 1 {
            return timeoutReason
        }
        return code > 128 ? "its command was ended by signal \(code - 128)" : "its command ended with status \(code)"
    }
}
