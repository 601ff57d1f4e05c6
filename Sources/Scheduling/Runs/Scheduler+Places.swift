// Runs by their places, and the marks of what has to be looked at.
extension Scheduler {
    /// Where a run stands in the state.
    struct Place: Hashable {
        var schedule: Int
        var run: Int

        init(_ schedule: Int, _ run: Int) {
            self.schedule = schedule
            self.run = run
        }
    }

    subscript(place: Place) -> OpenRun {
        get { state.schedules[place.schedule].runs[place.run] }
        _modify { yield &state.schedules[place.schedule].runs[place.run] }
    }

    /// Where a run stands; nil where it is not open.
    func place(of id: RunID) -> Place? {
        guard let schedule = rules.positions[id.schedule], schedule < state.schedules.count else { return nil }
        return state.schedules[schedule].runs.firstIndex { $0.id == id }.map { Place(schedule, $0) }
    }

    /// A run that is not done; nil where there is none of that name.
    public func run(_ id: RunID) -> OpenRun? { place(of: id).map { self[$0] } }

    /// Has a schedule looked at before the event is done.
    mutating func touch(_ schedule: Int) { notes[schedule].wake = .distantPast }

    /// Has those looked at whose runs wait until another one ends.
    mutating func touchBlocked() {
        for index in notes.indices where notes[index].isBlocked {
            notes[index].isBlocked = false
            touch(index)
        }
    }

    /// Tells an attempt to stop; a stop that is for good outdoes one after which the run goes on.
    mutating func stop(_ place: Place, _ reason: StopReason) {
        let run = self[place]
        let isFinal = reason == .cancelled || reason == .replaced
        let wasFinal = run.stopReason == .cancelled || run.stopReason == .replaced
        guard run.isActive, run.phase == .running || (isFinal && !wasFinal) else { return }
        self[place].phase = .stopping
        self[place].stopReason = reason
        effects.append(.stop(run.id, attempt: run.attempt, reason))
    }

    /// Ends a run, and with it those that cannot come without it.
    mutating func end(_ place: Place, _ outcome: RunRecord.Outcome, _ reason: String, _ now: Instant) {
        let run = state.schedules[place.schedule].runs.remove(at: place.run)
        effects.append(.ended(RunRecord(run, outcome, reason, at: now)))
        if run.isActive {
            activeCount -= 1
            touchBlocked()
        }
        touch(place.schedule)
        for dependent in rules.dependents[place.schedule] { tell(dependent, run.id, outcome, now) }
    }

    /// Tells the run of a schedule that needs it how a run has ended.
    private mutating func tell(_ dependent: Int, _ id: RunID, _ outcome: RunRecord.Outcome, _ now: Instant) {
        let runs = state.schedules[dependent].runs
        guard let index = runs.firstIndex(where: { $0.id.due == id.due && $0.awaits.contains(id.schedule) }) else {
            return
        }
        let place = Place(dependent, index)
        guard outcome == .succeeded else {
            return end(
                place, .skipped, "\(id.schedule), which it needs, \(Self.words[outcome] ?? "did not succeed")", now)
        }
        self[place].awaits.removeAll { $0 == id.schedule }
        self[place].startsAt = max(self[place].startsAt, now)
        touch(dependent)
    }

    private static let words: [RunRecord.Outcome: String] = [
        .failed: "has failed", .stopped: "was stopped", .skipped: "was skipped",
    ]
}
