// Which runs there are.
extension Scheduler {
    /// Issues the runs of a schedule that are due and not decided yet.
    mutating func fallDue(_ index: Int, _ now: Instant) {
        guard let timetable = rules.schedules[index].timetable else { return }
        if now < state.schedules[index].decided {
            state.schedules[index].rewind(to: now)
            notes[index].next = nil
        }
        let decided = state.schedules[index].decided
        let next = notes[index].next ?? timetable.next(after: decided) ?? .distantFuture
        notes[index].next = next
        guard next <= now else { return }
        if state.schedules[index].isPaused {
            state.schedules[index].givenUp = nil
            miss(index, timetable.occurrences(in: next..<now + 1), .paused)
        } else {
            decide(index, timetable, from: next, now)
        }
        state.schedules[index].decided = now
        notes[index].next = nil
    }

    private mutating func decide(_ index: Int, _ timetable: Timetable, from next: Instant, _ now: Instant) {
        let rule = rules.schedules[index]
        let onTime = ScheduleSpecification.onTime
        let earliest = now - (rule.catchUp == .none ? onTime : max(rule.latenessMax, onTime))
        let dues = Array(timetable.occurrences(in: max(next, earliest)..<now + 1))
        // Some are issued already where clocks were put back.
        let late = dues.prefix { now - $0 > onTime }.filter { !isIssued(index, $0) }
        let punctual = dues.drop { now - $0 > onTime }
        let isServed = !punctual.isEmpty || dues.contains { isIssued(index, $0) }
        let kept = rule.catchUp == .all ? late.suffix(Self.catchUpMax) : late.suffix(isServed ? 0 : 1)
        if next < earliest || kept.count < late.count {
            state.schedules[index].givenUp = ScheduleState.GivenUp(from: state.schedules[index].decided, at: now)
            if next < earliest { miss(index, timetable.occurrences(in: next..<earliest), .late) }
            miss(index, late.dropLast(kept.count), .late)
        }
        for due in kept { issue(index, due, .madeUp, now) }
        for due in punctual { issue(index, due, .due, now) }
    }

    private func isIssued(_ index: Int, _ due: Instant) -> Bool {
        state.schedules[index].issued.contains(due)
    }

    private mutating func miss(_ index: Int, _ dues: some Sequence<Instant>, _ reason: MissedRuns.Reason) {
        var (first, last): (Instant?, Instant?) = (nil, nil)
        var count = 0
        for due in dues where !isIssued(index, due) {
            first = first ?? due
            last = due
            count += 1
            if count == MissedRuns.countMax { break }
        }
        guard let first, let last else { return }
        let name = state.schedules[index].name
        effects.append(.missed(MissedRuns(schedule: name, first: first, last: last, count: count, reason: reason)))
    }

    /// Makes a run and those that need it, where they are not there yet.
    mutating func issue(_ index: Int, _ due: Instant, _ cause: RunCause, _ now: Instant) {
        var made: [Int] = []
        make(index, due, cause, now, &made)
        for schedule in made { judgeOverlap(RunID(schedule: state.schedules[schedule].name, due: due), now) }
        for schedule in made { skipWithoutNeed(RunID(schedule: state.schedules[schedule].name, due: due), now) }
    }

    private mutating func make(_ index: Int, _ due: Instant, _ cause: RunCause, _ now: Instant, _ made: inout [Int]) {
        guard state.schedules[index].issue(due) else { return }
        let rule = rules.schedules[index]
        var run = OpenRun(id: RunID(schedule: rule.name, due: due), cause: cause, startsAt: due)
        if made.isEmpty {
            run.startsAt = start(of: run.id, rule, cause, now)
            if run.startsAt > now, run.startsAt > due, rule.jitter == 0 { run.delay = .price }
        } else {
            run.awaits = rule.needs
        }
        state.schedules[index].runs.append(run)
        touch(index)
        made.append(index)
        for dependent in rules.dependents[index] {
            make(dependent, due, cause == .due ? .needed : cause, now, &made)
        }
    }

    /// When a run that is due starts: at once, spread by jitter, or at the best price of its night.
    private func start(of id: RunID, _ rule: ScheduleSpecification, _ cause: RunCause, _ now: Instant) -> Instant {
        if cause.isAskedFor { return now }
        if case .nightly(_, isCheapest: true)? = rule.timetable?.recurrence.kind,
            let night = rule.timetable?.night(of: id.due), max(now, night.lowerBound) < night.upperBound,
            let work = prices(rule.name, night)
        {
            return work.curve.cheapestStart(in: max(now, night.lowerBound)..<night.upperBound, seconds: work.seconds)
        }
        return id.due + id.number(upTo: rule.jitter, purpose: 0, salt: rules.salt)
    }

    /// Decides between a new run and the earlier ones of its schedule.
    private mutating func judgeOverlap(_ id: RunID, _ now: Instant) {
        guard let place = place(of: id), state.schedules[place.schedule].runs.count > 1 else { return }
        switch rules.schedules[place.schedule].overlap {
        // Runs that are made up for would skip each other.
        case .skip where self[place].cause != .madeUp: end(place, .skipped, "an earlier run was not done", now)
        case .skip, .queue:
            if state.schedules[place.schedule].runs.count > Self.queueMax {
                end(place, .skipped, "\(Self.queueMax) earlier runs were not done", now)
            }
        case .replace:
            for earlier in state.schedules[place.schedule].runs where earlier.id != id {
                guard let old = self.place(of: earlier.id) else { continue }
                if earlier.isActive {
                    stop(old, .replaced)
                } else {
                    end(old, earlier.attempt == 0 ? .skipped : .stopped, "a later run took its place", now)
                }
            }
        }
    }

    /// Ends a run that waits for one which is not there.
    mutating func skipWithoutNeed(_ id: RunID, _ now: Instant) {
        guard let place = place(of: id) else { return }
        let missing = self[place].awaits.first { self.place(of: RunID(schedule: $0, due: id.due)) == nil }
        if let missing { end(place, .skipped, "\(missing), which it needs, has no run of that time", now) }
    }
}
