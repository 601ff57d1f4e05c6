internal import Model

// What happens to a job: pure, so that every order of events can be tried.
extension JobRecord {
    /// It gets into a state.
    mutating func enter(_ state: JobState, _ reason: String?, at now: Double) {
        self.state = state
        (attempts, retryAt, missedSince, note) = (0, nil, nil, logLoss)
        if state == .staging { times.staging = now }
        if state.isFinal {
            times.finished = now
            self.reason = reason
        }
    }

    /// A stage was brought.
    mutating func staged(_ index: Int, _ outcome: JobMove.Outcome) {
        stages[index].outcome = outcome
        (attempts, retryAt, note) = (0, nil, nil)
    }

    /// An output was brought where it must be.
    mutating func brought(_ index: Int, _ outcome: JobMove.Outcome) {
        returns[index].outcome = outcome
        (attempts, retryAt, note) = (0, nil, logLoss)
    }

    /// Its executor has it.
    mutating func submitted(_ handle: String, at now: Double) {
        self.handle = handle
        enter(.submitted, nil, at: now)
        times.submitted = now
    }

    /// Its output was fetched, as far as there is one.
    mutating func logKept() {
        isLogKept = true
        (attempts, retryAt, note) = (0, nil, nil)
    }

    /// Its output cannot be kept: that is noted, and says nothing about what it made.
    private mutating func logLost(_ why: String) {
        isLogKept = true
        logLoss = "its output could not be kept: \(why)"
        (attempts, retryAt, note) = (0, nil, logLoss)
    }

    /// Its executor was told to end it.
    mutating func toldToEnd(byForce isForced: Bool, at now: Double) {
        if state == .staging { (state, times.submitted) = (.submitted, now) }
        cancel?.told = now
        cancel?.isForced = isForced
        (attempts, retryAt) = (0, nil)
    }

    /// A step failed: for good, or to be tried again after a pause.
    mutating func stepFailed(_ error: PerigeeError, at now: Double) {
        let told = [error.place, error.message].compactMap(\.self).joined(separator: ": ")
        attempts += 1
        // What is already with its executor is not given up for want of an answer: it may be running.
        let isWatched = state == .submitted || state == .running
        guard isWatched || (error.canRetry && attempts < JobLimits.attemptsMax) else {
            if state == .returning, !isLogKept { return logLost(told) }
            return enter(.failed, told + (error.remedy.map { "; \($0)" } ?? ""), at: now)
        }
        note = told
        var pause = JobLimits.pauseFirst
        for _ in 1..<max(1, min(attempts, 10)) { pause *= 2 }
        retryAt = now + min(pause, JobLimits.pauseMax)
    }

    /// Somebody asks for its end; without effect where it has ended.
    public mutating func askForEnd(at now: Double) {
        guard !state.isFinal, cancel == nil else { return }
        cancel = Cancel(asked: now)
        if state != .returning { retryAt = nil }
    }

    /// Its executor was asked.
    mutating func seen(_ sighting: JobSighting, at now: Double) {
        (attempts, retryAt, note) = (0, nil, nil)
        if case .lost = sighting {} else { missedSince = nil }
        switch sighting {
        case .absent: isGone("its executor does not know it", isSure: false, now)
        case .queued(let reason): note = reason.isEmpty ? nil : reason
        case .running(let since):
            if state == .submitted { state = .running }
            if times.began == nil { times.began = since ?? now }
            judgeTime(now)
        case .ended(let code, let began, let ended):
            exitCode = code
            enter(.returning, nil, at: now)
            times.began = began
            times.ended = max(began, ended)
        case .lost(let reason, let isSure): isGone(reason, isSure: isSure, now)
        }
    }

    /// Its time is over, and what was to see to that did not.
    private mutating func judgeTime(_ now: Double) {
        guard cancel == nil, let began = times.began, now - began > order.timeout + JobLimits.timeoutGrace else {
            return
        }
        cancel = Cancel(asked: now)
        cancel?.isTimeout = true
    }

    private mutating func isGone(_ reason: String, isSure: Bool, _ now: Double) {
        let since = missedSince ?? now
        guard isSure || cancel != nil || now - since >= JobLimits.lostGrace else {
            missedSince = since
            note = reason
            return
        }
        loss = reason
        enter(.returning, nil, at: now)
        times.ended = now
    }
}
