internal import Catalog
internal import Model
public import Scheduling
internal import Synchronization

// What others see of the loop.
extension Service {
    /// Shows what the loop holds now, and tells those who watch what has changed.
    func publish(_ loop: ServiceLoop) {
        let isWatched = events.watchers > 0
        let (before, after, hasChanged) = board.withLock { board in
            // Only who looks has views made.
            let before = isWatched ? board.look() : nil
            let hasChanged = board.show(loop)
            return (before, isWatched ? board.look() : nil, hasChanged)
        }
        if hasChanged { stampRuns() }
        if let before, let after { tell(before, after) }
    }

    private func tell(_ before: ScheduleBoard.View, _ after: ScheduleBoard.View) {
        let (schedules, runs, replicas) = (after.schedules, after.runs, after.replicas)
        let now = setup.clock.now()
        let old = Dictionary(before.runs.map { ($0.id, $0) }) { first, _ in first }
        for run in runs where old[run.id] != run {
            events.publish(.run, "\(run.id)", (try? ServiceJSON.text(RunItem(run))) ?? "{}", at: now)
        }
        let still = Set(runs.map(\.id))
        for run in before.runs where !still.contains(run.id) {
            guard let row = try? catalog.run(run.id) else { continue }
            events.publish(.run, "\(run.id)", (try? ServiceJSON.text(RunItem(row))) ?? "{}", at: now)
        }
        let paused = Dictionary(before.schedules.map { ($0.name, $0.isPaused) }) { first, _ in first }
        for schedule in schedules where paused[schedule.name] != schedule.isPaused {
            events.publish(
                .schedule, schedule.name, (try? ServiceJSON.text(ScheduleItem(schedule))) ?? "{}", at: now)
        }
        for (replica, last) in zip(replicas, before.replicas)
        where replica.asOf != last.asOf && !replica.isSource || replica.verdict != last.verdict {
            events.publish(
                .replica, "\(replica.dataset)@\(replica.site)", (try? ServiceJSON.text(ReplicaItem(replica))) ?? "{}",
                at: now)
        }
    }

    /// Tells those who watch what the logs of runs say since this was written.
    func tell(_ lines: [RunLine]) {
        guard !lines.isEmpty, events.watchers > 0 else { return }
        let now = setup.clock.now()
        for line in lines {
            guard let document = try? ServiceJSON.text(LogLine(line)) else { continue }
            events.publish(.log, "\(line.run)", document, at: now)
        }
    }

    /// Shows a configuration that was read.
    func adopt(_ settings: ServiceSettings, at now: Timestamp) {
        self.settings.withLock { $0 = settings }
        for follower in followers.withLock({ $0 }) { follower(settings) }
        current.withLock { state in
            (state.configurationRead, state.configurationFault) = (now, nil)
        }
        events.publish(.configuration, setup.configuration, "{\"fault\":null}", at: now)
    }

    /// Shows why a configuration was not taken.
    func refuse(_ fault: PerigeeError, at now: Timestamp) {
        current.withLock { $0.configurationFault = "\(fault)" }
        let document = (try? ServiceJSON.text(["fault": "\(fault)"])) ?? "{}"
        events.publish(.configuration, setup.configuration, document, at: now)
    }
}

extension ScheduleView {
    /// What is shown of a schedule.
    public init(_ planned: PlannedSchedule, _ state: ScheduleState? = nil, now: Instant) {
        let rule = planned.specification
        name = rule.name
        job = planned.job
        at = planned.at
        zone = rule.zone.name
        needs = rule.needs
        if case .rule(let name) = planned.origin { self.rule = name }
        isPaused = state?.isPaused ?? false
        next = rule.timetable?.next(after: now)
        budget = rule.budget
        priority = rule.priority
        openRuns = state?.runs.map(\.id) ?? []
    }
}

extension RunView {
    /// What is shown of a run that is not done; `from` says from where its data comes.
    init(_ run: OpenRun, _ job: JobSpecification, from: String?) {
        id = run.id
        self.job = job
        self.from = from
        cause = run.cause
        state = RunState(run.phase)
        attempt = run.attempt
        startsAt = run.startsAt
        stopsAt = run.stopsAt
        delay = run.delay
        awaits = run.awaits
        started = run.firstStart
    }
}
