// New rules for a state that was made by others.
extension Scheduler {
    /// Goes on by `newRules`, from the beginning or when the configuration has changed.
    ///
    /// Schedules are known by their names. A new one, and one whose time was changed, is due from `now` on. The runs of one
    /// that is gone end: those that work are told to stop.
    public mutating func use(_ newRules: SchedulerRules, at now: Instant) -> [SchedulerEffect] {
        var known: [String: ScheduleState] = [:]
        for schedule in state.schedules { known[schedule.name] = schedule }
        for schedule in state.schedules where newRules.positions[schedule.name] == nil { retire(schedule, now) }
        state.schedules = newRules.schedules.map { rule in
            var schedule =
                known[rule.name]
                ?? ScheduleState(name: rule.name, fingerprint: rule.fingerprint, decided: now)
            if schedule.fingerprint != rule.fingerprint {
                schedule.fingerprint = rule.fingerprint
                schedule.decided = now
            }
            return schedule
        }
        state.budgets = newRules.budgets.map { rule in
            state.budgets.first { $0.name == rule.name } ?? BudgetState(name: rule.name)
        }
        rules = newRules
        notes = [Note](repeating: Note(), count: rules.schedules.count)
        activeCount = state.schedules.reduce(0) { $0 + $1.runs.count(where: \.isActive) }
        skipOrphans(now)
        return takeEffects()
    }

    private mutating func retire(_ schedule: ScheduleState, _ now: Instant) {
        for run in schedule.runs {
            if run.isActive { effects.append(.stop(run.id, attempt: run.attempt, .cancelled)) }
            let outcome = run.attempt == 0 ? RunRecord.Outcome.skipped : .stopped
            effects.append(.ended(RunRecord(run, outcome, "its schedule was taken away", at: now)))
        }
    }

    /// Lets runs wait only for what their schedules still need, and ends those that wait for what cannot come.
    private mutating func skipOrphans(_ now: Instant) {
        for index in state.schedules.indices {
            let needs = rules.schedules[index].needs
            for run in state.schedules[index].runs where !run.awaits.isEmpty {
                guard let position = state.schedules[index].runs.firstIndex(where: { $0.id == run.id }) else {
                    continue
                }
                state.schedules[index].runs[position].awaits.removeAll { !needs.contains($0) }
                skipWithoutNeed(run.id, now)
            }
        }
    }
}

extension SchedulerRules {
    /// Rules without any schedule.
    static let none = SchedulerRules(runsMax: 1)

    private init(runsMax: Int) {
        schedules = []
        budgets = []
        self.runsMax = runsMax
        salt = 0
        positions = [:]
        dependents = []
    }
}
