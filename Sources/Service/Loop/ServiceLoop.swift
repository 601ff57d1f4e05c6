internal import Catalog
internal import Configurations
internal import Logging
internal import Model
internal import Scheduling
internal import Synchronization
internal import Workers

/// What the thread that decides works with.
struct ServiceLoop {
    let service: Service
    var scheduler: Scheduler
    var settings: ServiceSettings { didSet { revision += 1 } }
    /// Grows with each change of the settings.
    private(set) var revision = 1
    var replicas: [KnownReplica] = []
    var attempts: [RunID: Attempt] = [:]
    /// Replicas of which it was told that they are older than they may be.
    var lateTold: Set<String> = []
    var nextRuleCheck = Instant.distantPast
    var nextUpkeep = Instant.distantPast
    var isStopping = false
    /// What is to be written with the next change.
    var change: CatalogChange
    var effects: [SchedulerEffect] = []
    /// What people are told once it is written.
    var notices: [Notice] = []
    /// Has an attempt worked on.
    var launch: @Sendable (AttemptWorker) -> Companion? = { worker in Companion { worker.work() } }
    /// How fast attempts may be, as they were told last.
    var shares: [RunID: (attempt: Int, rate: Double?)] = [:]
    var sharedMinute = -1
    var areSharesStale = false
    /// The state that the catalog holds.
    private var stored: SchedulerState

    /// How often rules are looked at, in seconds.
    static let ruleInterval: Int64 = 60
    /// How often the catalog is copied, and old runs are forgotten, in seconds.
    static let upkeepInterval: Int64 = 86_400
    /// The longest that the loop sleeps.
    static let sleepMax = Duration.milliseconds(200)

    var setup: ServiceSetup { service.setup }
    var now: Instant { change.now }

    /// A loop that goes on from what the catalog holds.
    init(_ service: Service) throws(PerigeeError) {
        self.service = service
        stored = try service.catalog.schedulerState()
        settings = try service.plan.with(
            Self.errands(in: stored, service.catalog, service.configuration))
        scheduler = Scheduler(stored)
        replicas = try service.catalog.replicas()
        change = CatalogChange(at: service.setup.clock.instant)
        effects = scheduler.use(settings.rules, at: now)
        effects += scheduler.handle(.restarted, at: now)
        note(AuditDraft(actor: "daemon", action: "daemon.start", subject: setup.version))
    }

    mutating func note(_ draft: AuditDraft) { change.audit.append(draft) }

    /// Adds a line to the log of a run.
    mutating func note(_ id: RunID, _ attempt: Int, _ text: String) {
        change.lines.append(RunLine(run: id, at: now, attempt: attempt, text: text))
    }

    mutating func handle(_ event: SchedulerEvent) { effects += scheduler.handle(event, at: now) }

    /// The first turn, in which what was left open is taken up again.
    ///
    /// - Throws: where it cannot be written.
    mutating func begin() throws(PerigeeError) {
        handle(.tick)
        checkRules()
        try commit()
        carryOut()
        service.publish(self)
    }

    /// One turn: takes what has come, lets time pass, writes all of it, and only then has it done.
    mutating func turn(_ messages: [ServiceMessage]) {
        change.now = setup.clock.instant
        let before = (settings, replicas)
        forgetErrands()
        var replies: [(ServiceReply, Result<RunID?, PerigeeError>)] = []
        for message in messages { take(message, &replies) }
        if !isStopping { handle(.tick) }
        if !isStopping, now >= nextRuleCheck { checkRules() }
        do {
            try commit()
        } catch {
            // What was not written is not done: all of it is as before, and what has ended is told again.
            (settings, replicas) = before
            scheduler = Scheduler(stored)
            _ = scheduler.use(settings.rules, at: now)
            undo(messages, replies, error)
            return
        }
        carryOut()
        service.publish(self)
        for (reply, result) in replies { reply.give(result) }
    }

    /// Writes what this turn has decided.
    ///
    /// What only time has changed is written once a minute.
    private mutating func commit() throws(PerigeeError) {
        let places = scheduler.state.changes(since: stored)
        let isSame = places?.isEmpty == true && scheduler.state.budgets == stored.budgets
        let age = scheduler.state.latest - stored.latest
        guard !isSame || !effects.isEmpty || !change.hasNothing || !(0..<60).contains(age) else { return }
        noteWaits(places)
        change.scheduler = scheduler.state
        change.places = places
        change.jobs = settings.jobs
        for effect in effects {
            switch effect {
            case .ended(let record):
                change.ended.append(record)
                note(record.id, record.attempts, RunTelling.end(record))
            case .missed(let missed): change.missed.append(missed)
            case .stop(let id, let attempt, let reason): note(id, attempt, RunTelling.stop(reason))
            case .start: break
            }
        }
        try setup.catalog.commit(change)
        // Where others held the state, too, the next turn would have to copy all of it.
        stored.follow(scheduler.state, at: places)
        service.tell(change.lines)
        change = CatalogChange(at: change.now)
    }

    /// Notes of runs that are new why they are there, and of those that wait why they do.
    private mutating func noteWaits(_ places: [Int]?) {
        // Where not all are in their old places they are known by their names.
        let named = places == nil ? Dictionary(stored.schedules.map { ($0.name, $0.runs) }) { first, _ in first } : nil
        for place in places ?? Array(scheduler.state.schedules.indices) {
            let schedule = scheduler.state.schedules[place]
            let before = named.map { $0[schedule.name] ?? [] } ?? stored.schedules[place].runs
            for run in schedule.runs {
                let old = before.first { $0.id == run.id }
                if old == nil { note(run.id, 0, "issued: \(RunTelling.cause(run))") }
                let rule = settings.schedule(schedule.name)?.specification
                guard let words = RunTelling.delay(run, rule), old?.delay != run.delay || old?.startsAt != run.startsAt
                else { continue }
                note(run.id, run.attempt, words)
            }
        }
    }

    private mutating func undo(
        _ messages: [ServiceMessage], _ replies: [(ServiceReply, Result<RunID?, PerigeeError>)], _ error: PerigeeError
    ) {
        setup.log.error("the catalog cannot be written: \(error)")
        service.tallies.withLock { $0.writesFailed += 1 }
        for (reply, _) in replies { reply.give(.failure(error)) }
        (effects, notices, change) = ([], [], CatalogChange(at: change.now))
        service.inbox.change { inbox in
            let again = messages.filter { if case .command = $0 { false } else { true } }
            inbox.messages = again + inbox.messages
        }
        // A disk that is full does not get better by being asked at once.
        _ = StopRequest().wait(for: .seconds(1))
    }

    // MARK: What has come

    private mutating func take(
        _ message: ServiceMessage, _ replies: inout [(ServiceReply, Result<RunID?, PerigeeError>)]
    ) {
        switch message {
        case .progress(let order, let spending): handle(.progress(order.id, attempt: order.attempt, spending))
        case .said(let order, let line): note(order.id, order.attempt, line)
        case .ended(let end): take(end)
        case .command(let command, let actor, let reply):
            var draft = AuditDraft(actor: actor, action: command.action, subject: command.subject)
            do {
                let run = try perform(command)
                if let run { draft.detail = "\(run)" }
                replies.append((reply, .success(run)))
            } catch {
                draft.outcome = .failed
                draft.detail = error.message
                replies.append((reply, .failure(error)))
            }
            note(draft)
        }
    }

    private mutating func perform(_ command: ServiceCommand) throws(PerigeeError) -> RunID? {
        switch command {
        case .runNow(let name):
            try known(name)
            let id = RunID(schedule: name, due: now)
            let before = effects.count
            handle(.runNow(schedule: name))
            let isEnded = effects[before...].contains {
                if case .ended(let record) = $0 { record.id == id } else { false }
            }
            guard isEnded || scheduler.state.runs.contains(where: { $0.id == id }) else {
                throw PerigeeError(
                    .conflict, "a run of \(name) was asked for in this second already", at: name,
                    remedy: "see perigee runs", canRetry: true)
            }
            return id
        case .errand(let job): return try take(Errand(job))
        case .pause(let name):
            try known(name)
            handle(.pause(schedule: name))
        case .resume(let name):
            try known(name)
            handle(.resume(schedule: name))
        case .cancel(let id):
            guard scheduler.state.runs.contains(where: { $0.id == id }) else {
                guard try setup.catalog.run(id) == nil else {
                    throw PerigeeError(.conflict, "the run has ended", at: "\(id)", remedy: "see perigee runs \(id)")
                }
                throw PerigeeError(
                    .notFound, "there is no such run", at: "\(id)", remedy: "perigee runs lists what there is")
            }
            handle(.cancel(id))
        case .reload: try reload()
        }
        return nil
    }

    private func known(_ name: String) throws(PerigeeError) {
        guard settings.schedule(name) == nil else { return }
        let names = settings.schedules.map(\.specification.name)
        throw PerigeeError(
            .notFound, "there is no such schedule", at: name,
            remedy: PerigeeConfiguration.suggestion(for: name, among: names).map { "did you mean \($0)?" }
                ?? "perigee schedule list shows what there is")
    }

    /// Reads the configuration again; where it is wrong, what is in use stays in use.
    mutating func reload() throws(PerigeeError) {
        do {
            let read = try setup.load()
            let changes = ConfigurationChanges(from: settings.configuration, to: read.configuration)
            settings = try read.with(Self.described(settings.errands, by: read.configuration))
            areSharesStale = true
            effects += scheduler.use(settings.rules, at: now)
            nextRuleCheck = .distantPast
            service.adopt(read, at: setup.clock.now())
            setup.log.info(
                "the configuration was read again: \(changes.isEmpty ? "nothing has changed" : "it has changed")")
            service.tallies.withLock { $0.reloads += 1 }
        } catch {
            let fault = error as? PerigeeError ?? PerigeeError(.usage, "\(error)", at: setup.configuration)
            setup.log.error("the configuration is wrong, and the one before stays in use: \(fault)")
            service.tallies.withLock { counters in
                counters.reloads += 1
                counters.reloadsFailed += 1
            }
            service.refuse(fault, at: setup.clock.now())
            throw fault
        }
    }
}
