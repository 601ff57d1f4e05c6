internal import Model

extension JobCoordinator {
    /// How far jobs are followed.
    public enum Aim: Sendable {
        /// Until nothing more happens to any.
        case ended
        /// Until all that can be with its executor is.
        case submitted
    }

    /// Carries jobs on until `aim` is reached.
    ///
    /// - Parameters:
    ///   - limit: seconds after which it gives up, the jobs staying as they are.
    ///   - onChange: told each job when something about it changed.
    /// - Throws: `limit` where it gave up, `interrupted` where the program is to stop; jobs go on by themselves then.
    public func follow(
        _ ids: [JobID], until aim: Aim = .ended, limit: Double, onChange: (JobRecord) -> Void = { _ in }
    ) throws {
        let end = now + limit
        var open = ids
        var seen: [JobID: JobRecord] = [:]
        var pause = JobLimits.lookFirst
        while !open.isEmpty {
            var hasMoved = false
            var wake = Double.infinity
            var left: [JobID] = []
            for id in open {
                let step = try step(id)
                let job = step.job
                if seen[id].map({ !$0.isLike(job) }) ?? true { onChange(job) }
                seen[id] = job
                switch step {
                case .ended: hasMoved = true
                case .moved:
                    hasMoved = true
                    left.append(id)
                case .waits(_, let until):
                    if let until { wake = min(wake, until) }
                    if aim == .ended || !job.isHandedOver { left.append(id) }
                case .held: if aim == .ended || !job.isHandedOver { left.append(id) }
                }
            }
            // Those that wait for one that is only followed so far go on when somebody follows it to its end.
            if aim == .submitted, !hasMoved, left.allSatisfy({ seen[$0]?.state == .planned }) { return }
            open = left
            if open.isEmpty { return }
            guard now < end else {
                throw PerigeeError(
                    .limit, "\(open.count) of \(ids.count) jobs have not ended within \(Int(min(limit, 1e9))) s",
                    at: "\(open[0])",
                    remedy: "they go on; perigee jobs wait follows them again", canRetry: true)
            }
            pause = hasMoved ? JobLimits.lookFirst : min(pause * 1.5, JobLimits.lookMax)
            if !hasMoved { try wait(max(0.01, min(pause, wake - now, end - now))) }
        }
    }
}

extension JobCoordinator.Step {
    /// The job, as it is now.
    public var job: JobRecord {
        switch self {
        case .moved(let job), .waits(let job, _), .held(let job), .ended(let job): job
        }
    }
}

extension JobRecord {
    /// Whether its executor has it, or had it.
    public var isHandedOver: Bool { state != .planned && state != .staging }

    /// Whether nothing changed that people want to be told.
    func isLike(_ other: JobRecord) -> Bool {
        state == other.state && note == other.note && stages == other.stages && returns == other.returns
    }
}
