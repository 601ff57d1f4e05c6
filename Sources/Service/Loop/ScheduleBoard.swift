internal import Catalog
internal import Scheduling

/// What others see of schedules, of their runs that are not done, and of replicas.
///
/// The loop shows what it holds in each turn, which costs next to nothing; views are made when somebody looks, and then
/// only of what has changed since.
struct ScheduleBoard {
    /// What is seen.
    struct View {
        /// The schedules, in the order of their names, those of errands too.
        var schedules: [ScheduleView] = []
        /// Their runs, by instant and name.
        var runs: [RunView] = []
        /// What rules want, and what there is.
        var replicas: [ReplicaView] = []
    }

    private var planned: [PlannedSchedule] = []
    private var targets: [RuleTarget] = []
    private var revision = 0
    /// Whether there are errands.
    private(set) var hasErrands = false
    // What the loop has shown.
    private var state = SchedulerState()
    private var attempts: [RunID: Attempt] = [:]
    private var replicas: [KnownReplica] = []
    private var now = Instant.distantPast
    // What was made of it, and of what.
    private var view = View()
    private var seen = SchedulerState()
    private var seenAt = Instant.distantPast

    /// Shows what the loop holds now; whether its runs may be others than before.
    mutating func show(_ loop: ServiceLoop) -> Bool {
        if revision != loop.revision {
            (planned, targets) = (loop.settings.schedules, loop.settings.targets)
            hasErrands = !loop.settings.errands.isEmpty
            planned.sort { $0.specification.name < $1.specification.name }
            (state, seen, view, revision) = (SchedulerState(), SchedulerState(), View(), loop.revision)
        }
        let changes = loop.scheduler.state.changes(since: state)
        state.follow(loop.scheduler.state, at: changes)
        (attempts, replicas, now) = (loop.attempts, loop.replicas, loop.now)
        return changes?.isEmpty != true
    }

    /// What is to be seen now.
    mutating func look() -> View {
        guard planned.count == state.schedules.count else { return View() }
        let changes = state.changes(since: seen)
        // Clocks that were put back come to instants again that were behind them.
        if let changes, now >= seenAt {
            for place in changes {
                view.schedules[place] = ScheduleView(planned[place], state.schedules[place], now: now)
            }
            for place in planned.indices {
                guard let next = view.schedules[place].next, next <= now else { continue }
                view.schedules[place].next = planned[place].specification.timetable?.next(after: now)
            }
        } else {
            view.schedules = zip(planned, state.schedules).map { ScheduleView($0, $1, now: now) }
        }
        if changes?.isEmpty != true { view.runs = openRuns }
        view.replicas = replicaViews
        seen.follow(state, at: changes)
        seenAt = now
        return view
    }

    private var openRuns: [RunView] {
        var runs: [RunView] = []
        for (planned, schedule) in zip(planned, state.schedules) where !schedule.runs.isEmpty {
            for run in schedule.runs { runs.append(RunView(run, planned.job, from: attempts[run.id]?.order.from)) }
        }
        return runs.sorted { $0.id < $1.id }
    }

    private var replicaViews: [ReplicaView] {
        guard !targets.isEmpty else { return [] }
        // All of them at once: to look for each would cost their number squared.
        let all = Dictionary(
            replicas.filter { $0.asOf != .distantPast }.map { ([$0.dataset, $0.site], $0) }
        ) { first, _ in first }
        return targets.map { target in
            let known = all[[target.dataset, target.site]]
            let asOf = target.isSource ? now : known?.asOf
            let lag = asOf.map { max(0, now - $0) }
            var view = ReplicaView(
                rule: target.rule, dataset: target.dataset, site: target.site, isSource: target.isSource, asOf: asOf,
                lag: lag, rpo: target.rpo, verdict: .held, reason: known?.damage)
            if let refusal = target.refusal {
                (view.verdict, view.reason) = (.forbidden, refusal)
            } else if asOf == nil {
                view.verdict = .lacking
            } else if let lag, let rpo = target.rpo, lag > rpo {
                view.verdict = .stale
            }
            return view
        }
    }
}
