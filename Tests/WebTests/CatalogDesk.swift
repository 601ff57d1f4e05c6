import Catalog
import Foundation
import Model
import Placement
import Scheduling
import Synchronization
import TestSupport
import Testing
import Web

/// A desk over a real catalog and the real scheduler; only the work itself is told by the test instead of being done.
final class CatalogDesk: Desk {
    private struct State {
        var scheduler = Scheduler()
        var progress: [RunID: DeskProgress] = [:]
        var replicas: [DeskReplica] = []
        var geography = DeskGeography()
        var events: UInt64 = 0
        /// Grows when what `open` says has changed.
        var changes: UInt64 = 0
        var listeners: [Subscription] = []
        var now = Timestamp(seconds: 1_795_000_000)
        var decisions: [DecisionQuestion] = []
        var documents: [DeskDocument] = []
        var made: [DeskChange] = []
        var errands: [String: JobSpecification] = [:]
    }

    let folder: TemporaryFolder
    let catalog: Catalog
    private let scheduled: [String: JobSpecification]
    private let state_ = Mutex(State())
    private let names: [String]
    private let shelf: ScenarioShelf
    private let table: Timetable

    /// A desk with schedules of these names, each due at 03:00.
    init(_ names: [String] = ["nightly", "weekly"]) throws {
        folder = try TemporaryFolder(in: TemporaryFolder.inMemory)
        catalog = try Catalog.open(folder.path("catalog.sqlite"))
        self.names = names
        table = Timetable(try Recurrence(parsing: "0 3 * * *"), in: .utc)
        let top = #filePath.split(separator: "/").dropLast(3).map { "/" + $0 }.joined()
        shelf = ScenarioShelf(
            ["\(top)/Config/scenarios/01-train-where-the-weights-are.yaml"],
            read: { try String(contentsOfFile: $0, encoding: .utf8) },
            book: { _ in
                let path = "\(top)/Config/pricebook.yaml"
                return .init(text: try String(contentsOfFile: path, encoding: .utf8), file: path)
            })
        scheduled = Dictionary(
            uniqueKeysWithValues: names.map { ($0, JobSpecification(.replicate, dataset: "weights", site: "berlin")) })
        let rules = try SchedulerRules(
            schedules: names.map { [table] in
                ScheduleSpecification(name: $0, timetable: table)
            })
        state_.withLock { state in _ = state.scheduler.use(rules, at: Instant(state.now)) }
    }

    // MARK: What tests do

    /// Puts the clock forward.
    func advance(by seconds: Int64) { state_.withLock { $0.now.seconds += seconds } }

    /// Makes a token with a scope; returns its secret.
    func token(_ id: String, _ scope: AccessToken.Scope, expires: Int64? = nil) throws -> String {
        let secret = TokenSecret.make()
        try catalog.add(
            AccessToken(
                id: id, digest: try #require(TokenSecret.digest(secret)), scopes: [scope], created: now,
                expires: expires.map { Timestamp(seconds: now.seconds + $0) }))
        return secret
    }

    func set(replicas: [DeskReplica], geography: DeskGeography) {
        state_.withLock { ($0.replicas, $0.geography) = (replicas, geography) }
    }

    /// What decisions were asked for.
    var decisions: [DecisionQuestion] { state_.withLock { $0.decisions } }

    /// What verbs were asked for.
    var documents: [DeskDocument] { state_.withLock { $0.documents } }
    /// What was asked to be changed at once.
    var made: [DeskChange] { state_.withLock { $0.made } }
    /// What runs do.
    var jobs: [String: JobSpecification] { scheduled.merging(state_.withLock { $0.errands }) { $1 } }

    /// Says how far a run is.
    func progress(_ id: RunID, _ progress: DeskProgress) {
        state_.withLock { state in
            state.progress[id] = progress
            state.changes += 1
        }
        guard let run = state.runs.first(where: { $0.id == id }) else { return }
        emit("progress", WebDocuments.run(run))
    }

    /// Says that a run has ended.
    func finish(_ id: RunID, _ result: AttemptResult, report: String? = nil, spent: Spending? = nil) throws {
        guard let run = state_.withLock({ $0.scheduler.state.runs.first { $0.id == id } }) else { return }
        if let spent { try step(.progress(id, attempt: run.attempt, spent)) }
        try step(.finished(id, attempt: run.attempt, result), report: report.map { (id, $0) })
    }

    /// Adds a line to the log of a run.
    func say(_ id: RunID, _ text: String) throws {
        var change = CatalogChange(at: Instant(now))
        change.lines = [RunLine(run: id, at: Instant(now), attempt: 1, text: text)]
        try catalog.commit(change)
        emit("log", "{\"run\":\"\(id)\",\"at\":\"\(now.rfc3339)\",\"attempt\":1,\"text\":\"\(text)\"}")
    }

    /// Lets some events happen.
    func emit(_ kind: String, _ document: String) {
        let (number, listeners) = state_.withLock { state in
            state.events += 1
            return (state.events, state.listeners)
        }
        for listener in listeners { listener.add(DeskEvent(number: number, kind: kind, document: document)) }
    }

    // MARK: The desk

    var now: Timestamp { state_.withLock { $0.now } }
    var geography: DeskGeography { state_.withLock { $0.geography } }
    var scenarios: [String] { shelf.names }
    var open: [DeskRun] { state.runs }
    var version: DeskVersion {
        get throws { DeskVersion(runs: state_.withLock { $0.changes }, catalog: try catalog.version()) }
    }

    var state: DeskState {
        let (scheduler, progress, replicas, now) = state_.withLock { ($0.scheduler, $0.progress, $0.replicas, $0.now) }
        var out = DeskState(
            started: Timestamp(seconds: 1_795_000_000), version: "0.1.0", process: 42,
            configurationPath: "/etc/perigee.yaml", configurationLoaded: Timestamp(seconds: 1_795_000_000))
        out.here = "berlin"
        out.replicas = replicas
        out.schedules = names.map { name in
            let known = scheduler.state.schedules.first { $0.name == name }
            var schedule = DeskSchedule(name: name, job: jobs[name]!, at: "0 3 * * *", zone: "UTC")
            schedule.isPaused = known?.isPaused ?? false
            schedule.next = table.next(after: Instant(now))
            schedule.open = known?.runs.map(\.id) ?? []
            return schedule
        }
        out.runs = scheduler.state.runs.map { run in
            var open = DeskRun(
                id: run.id, job: jobs[run.id.schedule]!, cause: run.cause, state: RunState(run.phase))
            (open.startsAt, open.progress, open.started) = (run.startsAt, progress[run.id], run.firstStart)
            open.attempts = run.attempt
            return open
        }
        return out
    }

    func coming(_ schedule: String, count: Int, before end: Instant) -> [Instant] {
        let start = Instant(now)
        return table.occurrences(in: start + 1..<min(end, start + 400 * 86_400)).prefix(count).map { $0 }
    }

    func runs(_ query: RunQuery) throws -> RunPage { try catalog.runs(query) }
    func run(_ id: RunID) throws -> RunRow? { try catalog.run(id) }
    func snapshots(dataset: String?, site: String?, forgotten: Bool, limit: Int) throws -> [KnownSnapshot] {
        try catalog.snapshots(dataset: dataset, site: site, forgotten: forgotten, limit: limit)
    }
    func ledger(before: Int64?, limit: Int) throws -> [LedgerEntry] { try catalog.ledger(before: before, limit: limit) }
    func audit(before: Int64?, limit: Int) throws -> [AuditEntry] { try catalog.audit(before: before, limit: limit) }
    func verifyAudit() throws -> AuditVerdict { try catalog.verifyAudit() }
    func append(_ draft: AuditDraft) throws { try catalog.append(draft, at: now) }
    func tokens() throws -> [AccessToken] { try catalog.tokens() }
    func add(_ token: AccessToken) throws { try catalog.add(token) }
    func revoke(token id: String) throws { try catalog.revoke(token: id, at: now) }
    func token(digest: [UInt8]) throws -> AccessToken? { try catalog.token(digest: digest) }
    func touch(token id: String) throws { try catalog.touch(token: id, at: now) }
    func answer(key: String, actor: String) throws -> KeptAnswer? {
        try catalog.answer(key: key, actor: actor, at: now)
    }
    func keep(_ answer: KeptAnswer, key: String, actor: String) throws {
        try catalog.keep(answer, key: key, actor: actor)
    }

    func perform(_ order: DeskOrder, by actor: String) throws -> RunID? {
        switch order {
        case .runNow(let name):
            try known(name)
            let before = Set(state_.withLock { $0.scheduler.state.runs.map(\.id) })
            try step(.runNow(schedule: name), by: actor)
            return state_.withLock { $0.scheduler.state.runs.map(\.id).first { !before.contains($0) } }
        case .errand(let job):
            let name = "errand:\(job.verb.rawValue):\(job.site)"
            try state_.withLock { state in
                state.errands[name] = job
                let rules = try SchedulerRules(
                    schedules: names.map { ScheduleSpecification(name: $0, timetable: table) }
                        + state.errands.keys.map { ScheduleSpecification(name: $0) })
                _ = state.scheduler.use(rules, at: Instant(state.now))
            }
            try step(.runNow(schedule: name), by: actor)
            return RunID(schedule: name, due: Instant(now))
        case .pause(let name):
            try known(name)
            try step(.pause(schedule: name), by: actor)
        case .resume(let name):
            try known(name)
            try step(.resume(schedule: name), by: actor)
        case .cancel(let id):
            guard state_.withLock({ $0.scheduler.state.runs.contains { $0.id == id } }) else {
                throw PerigeeError(.conflict, "the run has ended", at: "\(id)")
            }
            try step(.cancel(id), by: actor)
        case .reload: try step(.tick, by: actor)
        }
        return nil
    }

    /// What differs between any two snapshots.
    private static let differences = Array(
        """
        {"schema":"perigee.diff/1","changes":[\
        {"change":"added","path":"a/b/c/<new>","old":null,"new":{"kind":"file","size":3145728}},\
        {"change":"content","path":"a/b/log","old":{"kind":"file","size":100},"new":{"kind":"file","size":2148}},\
        {"change":"attributes","path":"a/b/same","old":{"kind":"file","size":9},"new":{"kind":"file","size":9}},\
        {"change":"added","path":"a/d","old":null,"new":{"kind":"directory","size":0}},\
        {"change":"removed","path":"gone","old":{"kind":"file","size":5242880},"new":null}],"next":"gone"}

        """.utf8)

    func document(_ verb: DeskDocument) throws -> [UInt8] {
        let name: String
        state_.withLock { $0.documents.append(verb) }
        switch verb {
        case .history(site: "desk", _, _, _, _), .epochs(site: "desk"):
            throw PerigeeError(.usage, "p.yaml names no vault of desk", at: "desk:")
        case .history: name = "log"
        case .entries: name = "ls"
        case .differences: return Self.differences
        case .keys: name = "keys"
        case .epochs: name = "epochs"
        case .doctor: name = "doctor"
        case .status: name = "status"
        case .sites: name = "sites"
        case .links: name = "links"
        case .datasets: name = "datasets"
        case .plan: name = "plan"
        case .jobs, .job("k3f9x2ab7q"), .job("k3f9x2ab7q-1"):
            let job = """
                {"id":"k3f9x2ab7q-1","state":"running","workload":"<train>","site":"virginia","way":"stage and keep",\
                "expected":{"seconds":3600,"money":"1.25"},"actual":{"seconds":60},"reason":null}
                """
            return Array("{\"schema\":\"perigee.jobs/1\",\"jobs\":[\(job)]}\n".utf8)
        case .jobLog("k3f9x2ab7q-1"): name = "job-log"
        case .job(let text), .jobLog(let text): throw PerigeeError(.usage, "this is no ID of a job", at: text)
        case .estimate: name = "report"
        case .score: name = "ledger"
        case .coming: name = "coming"
        case .occurrences(at: "never", _, _, _): throw PerigeeError(.usage, "it is no expression", at: "never")
        case .occurrences: name = "schedule-next"
        case .identity: name = "identity"
        case .trust: name = "trust"
        case .configuration: name = "config"
        case .check: name = "config-check"
        case .locality(let scenario, let pairs): return try shelf.locality(scenario, pairs)
        }
        let row = """
            {"schedule":"nightly","work":"replicate <weights> to berlin","due":"2026-11-18T03:00:00Z","verdict":"carried_over",\
            "start":"2026-11-18T03:00:00Z","bytes":123456789,"reason":"it does not end before the window closes"}
            """
        return Array("{\"schema\":\"perigee.\(name)/1\",\"rows\":[\(row)]}\n".utf8)
    }

    func perform(_ change: DeskChange) throws -> [UInt8] {
        state_.withLock { $0.made.append(change) }
        switch change {
        case .initialize(site: "lab", _): throw PerigeeError(.exists, "there is a vault", at: "lab:")
        case .addKey(site: "cellar", _, _): throw PerigeeError(.key, "the variable is not set", at: "env:SECOND")
        case .initialize: return Array(#"{"schema":"perigee.vault/1"}"#.utf8)
        case .addKey, .removeKey: return Array(#"{"schema":"perigee.keys/1","keys":[]}"#.utf8)
        case .makeIdentity: return Array(#"{"schema":"perigee.identity/1"}"#.utf8)
        case .trust, .distrust: return Array(#"{"schema":"perigee.trust/1","peers":[]}"#.utf8)
        }
    }

    func size(of file: DeskListing) throws -> UInt64 {
        guard file.path == "there" else { throw PerigeeError(.usage, "it is no file", at: file.path) }
        return 1 << 22
    }

    /// As many bytes as that, or fewer of the newest snapshot.
    func read(_ file: DeskListing, into flow: ByteFlow) throws {
        state_.withLock { $0.documents.append(.entries(file)) }
        let pieces = file.snapshot == nil ? 63 : 64
        Thread {
            for _ in 0..<pieces where !flow.put([UInt8](repeating: 7, count: 1 << 16)) { break }
            flow.end()
        }.start()
    }

    func execute(_ scenario: String, at site: String?, anew: Bool) throws -> [UInt8] {
        _ = try shelf.path(scenario)
        return Array(#"{"schema":"perigee.execution/1","dry_run":false,"jobs":[]}"#.utf8)
    }

    func end(job: String) throws -> [UInt8] { try document(.job(job)) }

    func decide(_ question: DecisionQuestion) throws -> [UInt8] {
        state_.withLock { $0.decisions.append(question) }
        return try shelf.decide(question)
    }

    func subscribe(wake: @escaping @Sendable () -> Void) -> any DeskSubscription {
        let made = Subscription(wake)
        state_.withLock { $0.listeners.append(made) }
        return made
    }

    private func known(_ name: String) throws {
        guard names.contains(name) else { throw PerigeeError(.notFound, "there is no such schedule", at: name) }
    }

    private func step(_ event: SchedulerEvent, by actor: String? = nil, report: (RunID, String)? = nil) throws {
        let change = state_.withLock { state -> CatalogChange in
            var change = CatalogChange(at: Instant(state.now))
            let effects = state.scheduler.handle(event, at: Instant(state.now))
            state.changes += 1
            for case .ended(let record) in effects { change.ended.append(record) }
            change.scheduler = state.scheduler.state
            change.jobs = scheduled.merging(state.errands) { $1 }
            if let report { change.findings = [.init(run: report.0, document: report.1)] }
            if let actor { change.audit = [AuditDraft(actor: actor, action: "test", subject: "\(event)")] }
            return change
        }
        try catalog.commit(change)
        for run in state.runs { emit("run", WebDocuments.run(run)) }
        for record in change.ended {
            guard let row = try catalog.run(record.id) else { continue }
            emit("run", WebDocuments.run(row))
        }
    }

    /// Events for one listener.
    private final class Subscription: DeskSubscription {
        private let waiting = Mutex<[DeskEvent]>([])
        private let wake: @Sendable () -> Void

        init(_ wake: @escaping @Sendable () -> Void) { self.wake = wake }

        func add(_ event: DeskEvent) {
            waiting.withLock { $0.append(event) }
            wake()
        }

        func drain() -> (events: [DeskEvent], missed: UInt64) {
            waiting.withLock { waiting in
                defer { waiting = [] }
                return (waiting, 0)
            }
        }

        func close() { waiting.withLock { $0 = [] } }
    }
}
