// What the scheduler is told.
extension Scheduler {
    mutating func take(_ event: SchedulerEvent, _ now: Instant) {
        switch event {
        case .tick: break
        case .restarted: restart(now)
        case .progress(let id, let attempt, let spending): note(id, attempt, spending, now)
        case .finished(let id, let attempt, let result): finish(id, attempt, result, now)
        case .pause(let name): setPaused(name, true, now)
        case .resume(let name): setPaused(name, false, now)
        case .runNow(let name): runNow(name, .byHand, now)
        case .runForRule(let name): runNow(name, .rule, now)
        case .cancel(let id): cancel(id, now)
        }
    }

    /// Nobody works any more: what was told to stop has stopped, the rest begins again.
    private mutating func restart(_ now: Instant) {
        for run in state.runs where run.isActive {
            guard let place = place(of: run.id) else { continue }
            rest(place, .stopped(checkpoint: nil), now)
            if let place = self.place(of: run.id) { self[place].isCutOff = true }
        }
    }

    private mutating func finish(_ id: RunID, _ attempt: Int, _ result: AttemptResult, _ now: Instant) {
        guard let place = place(of: id) else { return }
        let run = self[place]
        guard run.isActive, run.attempt == attempt else { return }
        switch result {
        case .succeeded: end(place, .succeeded, "", now)
        case .failed(let message, let canRetry) where run.stopReason != .cancelled && run.stopReason != .replaced:
            fail(place, message, canRetry, now)
        case .failed, .stopped: rest(place, result, now)
        }
    }

    private mutating func fail(_ place: Place, _ message: String, _ canRetry: Bool, _ now: Instant) {
        let retry = rules.schedules[place.schedule].retry
        self[place].failures += 1
        let failures = self[place].failures
        guard canRetry, failures < retry.attempts else { return end(place, .failed, message, now) }
        let wait = retry.wait(afterFailures: failures, of: self[place].id, salt: rules.salt)
        letWait(place, until: now + wait, .retry)
    }

    /// An attempt has stopped before its work was done: the run is over, or it waits for what it can go on by.
    private mutating func rest(_ place: Place, _ result: AttemptResult, _ now: Instant) {
        if case .stopped(let checkpoint?) = result { self[place].checkpoint = checkpoint }
        let rule = rules.schedules[place.schedule]
        switch self[place].stopReason {
        case .cancelled: end(place, .stopped, "it was cancelled", now)
        case .replaced: end(place, .stopped, "a later run took its place", now)
        case .windowClosed where rule.window?.carriesOver == false: end(place, .stopped, "its window was over", now)
        // Where the window or the budget does not allow a start now, it is put off again.
        case .windowClosed: letWait(place, until: now, .window)
        case .budgetUsedUp: letWait(place, until: now, .budget)
        case nil: letWait(place, until: now, nil)
        }
    }

    private mutating func letWait(_ place: Place, until instant: Instant, _ delay: RunDelay?) {
        activeCount -= 1
        self[place].phase = .waiting
        self[place].startsAt = instant
        self[place].stopsAt = nil
        self[place].stopReason = nil
        self[place].isCutOff = nil
        self[place].delay = delay
        self[place].attemptSpent = Spending()
        touch(place.schedule)
        touchBlocked()
    }

    private mutating func note(_ id: RunID, _ attempt: Int, _ spending: Spending, _ now: Instant) {
        guard let place = place(of: id), self[place].isActive, self[place].attempt == attempt else { return }
        let more = spending.since(self[place].attemptSpent)
        self[place].attemptSpent.add(more)
        self[place].spent.add(more)
        guard let name = rules.schedules[place.schedule].budget, let budget = rules.budget(name),
            let index = state.budgets.firstIndex(where: { $0.name == name })
        else { return }
        let night = budget.night(at: now)
        state.budgets[index].add(more, night: night, month: budget.month(ofNight: night))
        guard budgetOpens(budget, now) != nil else { return }
        for schedule in rules.schedules.indices where rules.schedules[schedule].budget == name {
            for run in state.schedules[schedule].runs.indices { stop(Place(schedule, run), .budgetUsedUp) }
        }
    }

    private mutating func setPaused(_ name: String, _ isPaused: Bool, _ now: Instant) {
        guard let index = rules.positions[name], state.schedules[index].isPaused != isPaused else { return }
        // What was due before is decided by the rule that held until now.
        fallDue(index, now)
        state.schedules[index].isPaused = isPaused
        touch(index)
    }

    private mutating func runNow(_ name: String, _ cause: RunCause, _ now: Instant) {
        guard let index = rules.positions[name] else { return }
        issue(index, now, cause, now)
        touch(index)
    }

    private mutating func cancel(_ id: RunID, _ now: Instant) {
        guard let place = place(of: id) else { return }
        if self[place].isActive {
            stop(place, .cancelled)
        } else {
            end(place, self[place].attempt == 0 ? .skipped : .stopped, "it was cancelled", now)
        }
    }
}
