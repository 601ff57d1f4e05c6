// Which runs start, and which stop, as time passes.
extension Scheduler {
    /// Follows clocks that were put back: what waits goes on waiting as long as it would have, not until then.
    mutating func follow(_ now: Instant) {
        defer { state.latest = now }
        guard state.latest != .distantPast, now < state.latest else { return }
        let step = state.latest - now
        for index in state.schedules.indices {
            touch(index)
            for position in state.schedules[index].runs.indices {
                let place = Place(index, position)
                if !self[place].isActive, self[place].startsAt > now {
                    self[place].startsAt = max(now, self[place].startsAt - step)
                }
                if let stopsAt = self[place].stopsAt, let hard = hardCutoff(index, now) {
                    self[place].stopsAt = min(stopsAt, hard)
                }
            }
        }
    }

    /// Lets all happen that is due at `now`.
    mutating func advance(to now: Instant) {
        while true {
            let due = notes.indices.filter { notes[$0].wake <= now }
            if due.isEmpty { return }
            var ready: [RunID] = []
            for index in due {
                notes[index].wake = .distantFuture
                fallDue(index, now)
                stopAtCutoff(index, now)
                if let run = readyRun(index, now) { ready.append(run) }
            }
            start(ready, now)
            for index in due where notes[index].wake > now { notes[index].wake = wake(of: index, now) }
        }
    }

    private mutating func stopAtCutoff(_ index: Int, _ now: Instant) {
        for position in state.schedules[index].runs.indices {
            let place = Place(index, position)
            if let stopsAt = self[place].stopsAt, stopsAt <= now { stop(place, .windowClosed) }
        }
    }

    /// The run of a schedule whose turn it is: the first that waits for nothing but its time; nil while one works.
    private func turn(_ index: Int) -> Place? {
        let runs = state.schedules[index].runs
        guard !runs.isEmpty, !runs.contains(where: \.isActive) else { return nil }
        return runs.firstIndex { $0.awaits.isEmpty }.map { Place(index, $0) }
    }

    /// The run of a schedule that could start now; those that could not are put off.
    private mutating func readyRun(_ index: Int, _ now: Instant) -> RunID? {
        while let place = turn(index) {
            guard self[place].startsAt <= now else { return nil }
            let rule = rules.schedules[index]
            if let window = rule.window, !self[place].cause.isAskedFor,
                window.window.open(at: now, in: rule.zone) == nil
            {
                if isOver(window, self[place], rule, now) {
                    end(place, self[place].attempt == 0 ? .skipped : .stopped, "its window was over", now)
                    continue
                }
                putOff(place, until: window.window.next(after: now, in: rule.zone)?.lowerBound, .window)
                return nil
            }
            if let budget = rules.budget(rule.budget), let opens = budgetOpens(budget, now) {
                putOff(place, until: opens, .budget)
                return nil
            }
            return self[place].id
        }
        return nil
    }

    /// Whether the window is over in which a run could have worked, and it is not carried over.
    private func isOver(_ rule: WindowRule, _ run: OpenRun, _ schedule: ScheduleSpecification, _ now: Instant) -> Bool {
        if rule.carriesOver { return false }
        let due = run.id.due
        let window = rule.window.open(at: due, in: schedule.zone) ?? rule.window.next(after: due, in: schedule.zone)
        return window.map { $0.upperBound <= now } ?? true
    }

    private mutating func putOff(_ place: Place, until instant: Instant?, _ delay: RunDelay) {
        self[place].startsAt = instant ?? .distantFuture
        self[place].delay = delay
    }

    /// When a budget that is used up gives again; nil where it still gives.
    func budgetOpens(_ budget: BudgetRule, _ now: Instant) -> Instant? {
        guard let spent = state.budgets.first(where: { $0.name == budget.name }) else { return nil }
        let night = budget.night(at: now)
        let month = budget.month(ofNight: night)
        if budget.month.isUsedUp(by: spent.spent(inMonth: month)) {
            return max(budget.nextMonth(after: month), now + 1)
        }
        if budget.night.isUsedUp(by: spent.spent(inNight: night)) {
            return max(budget.nextNight(after: night), now + 1)
        }
        return nil
    }

    /// Starts as many as may work, those of the highest priority first, then those that were due first.
    private mutating func start(_ ready: [RunID], _ now: Instant) {
        let order = ready.compactMap { id in place(of: id).map { (id, $0, rules.schedules[$0.schedule].priority) } }
            .sorted { ($1.2, $0.0) < ($0.2, $1.0) }
        for (id, place, _) in order {
            guard activeCount < rules.runsMax else {
                self[place].delay = .slot
                notes[place.schedule].isBlocked = true
                continue
            }
            activeCount += 1
            self[place].phase = .running
            self[place].attempt += 1
            self[place].firstStart = self[place].firstStart ?? now
            self[place].delay = nil
            self[place].attemptSpent = Spending()
            self[place].stopsAt = self[place].cause.isAskedFor ? nil : hardCutoff(place.schedule, now)
            let run = self[place]
            effects.append(.start(id, attempt: run.attempt, checkpoint: run.checkpoint))
        }
    }

    /// When work of a schedule that begins at `now`, or in the window after it, has to stop.
    private func hardCutoff(_ index: Int, _ now: Instant) -> Instant? {
        let rule = rules.schedules[index]
        guard let window = rule.window, let stopsAfter = window.stopsAfter else { return nil }
        let hours = window.window.open(at: now, in: rule.zone) ?? window.window.next(after: now, in: rule.zone)
        return hours.map { $0.upperBound + stopsAfter }
    }

    /// When a schedule has to be looked at again.
    private mutating func wake(of index: Int, _ now: Instant) -> Instant {
        var wake = notes[index].next ?? nextDue(index)
        notes[index].next = wake
        if let place = turn(index), self[place].startsAt > now { wake = min(wake, self[place].startsAt) }
        for run in state.schedules[index].runs where run.phase == .running {
            wake = min(wake, run.stopsAt ?? .distantFuture)
        }
        return max(wake, now + 1)
    }

    private func nextDue(_ index: Int) -> Instant {
        rules.schedules[index].timetable?.next(after: state.schedules[index].decided) ?? .distantFuture
    }
}
