internal import Catalog
internal import Configurations
internal import Dispatching
internal import Model
internal import Replication
internal import Scheduling
internal import Service
internal import Synchronization
internal import Web
internal import Workers

/// The daemon as the API and the dashboard see it.
final class ServiceDesk: Desk {
    private struct Known {
        var version: Int64?
        var replicas: [KnownReplica] = []
    }

    private let service: Service
    private let loaded: @Sendable () throws -> LoadedConfiguration
    /// What verbs get that are run for a document: where configuration and state are.
    private let options: [String]
    private let folder: String
    private let shelf: Mutex<ScenarioShelf>
    private let jobs: FolderJobStore
    private let keeper: JobKeeper
    private let reader: FileReading
    private let known = Mutex(Known())

    /// The daemon `service`, whose state is in `folder`, which can decide the scenarios of `shelf`, and whose jobs `keeper`
    /// looks after.
    init(_ service: Service, options: [String], folder: String, shelf: ScenarioShelf, keeper: JobKeeper) {
        (jobs, self.keeper) = (JobStores.at(folder), keeper)
        (self.service, self.options, self.folder) = (service, options, folder)
        self.shelf = Mutex(shelf)
        reader = FileReading(options)
        loaded = { try LoadedConfiguration(service.configuration, path: service.state.configuration) }
    }

    var now: Timestamp { SystemClock.now() }
    var version: DeskVersion {
        get throws { DeskVersion(runs: service.stamp, catalog: try service.catalog.version()) }
    }
    var scenarios: [String] { shelf.withLock { $0.names } }

    /// Decides from now on the scenarios of `shelf`.
    func use(_ shelf: ScenarioShelf) { self.shelf.withLock { $0 = shelf } }

    var open: [DeskRun] { service.state.runs.map { DeskRun($0) } }
    var geography: DeskGeography { DeskGeography(service.configuration) }

    var state: DeskState {
        let state = service.state
        var out = DeskState(
            started: state.started, version: state.version, process: Int(state.process),
            configurationPath: state.configuration, configurationLoaded: state.configurationRead)
        (out.isReady, out.isStopping, out.here) = (state.isReady, state.isStopping, state.here)
        out.configurationFault = state.configurationFault
        out.schedules = state.schedules.map { DeskSchedule($0) }
        out.runs = state.runs.map { DeskRun($0) }
        out.replicas = DeskReplica.all(
            state.replicas, replicas(),
            origins: service.configuration.datasets.compactMap { dataset in
                dataset.origin.map { (dataset: dataset.name, site: $0) }
            })
        out.counters = state.counters
        return out
    }

    /// What the catalog knows, read again when something was written.
    private func replicas() -> [KnownReplica] {
        let version = try? service.catalog.version()
        if let version, let same = known.withLock({ $0.version == version ? $0.replicas : nil }) { return same }
        guard let read = try? service.catalog.replicas() else { return known.withLock { $0.replicas } }
        known.withLock { $0 = Known(version: version, replicas: read) }
        return read
    }

    func runs(_ query: RunQuery) throws -> RunPage { try service.catalog.runs(query) }
    func run(_ id: RunID) throws -> RunRow? { try service.catalog.run(id) }
    func snapshots(dataset: String?, site: String?, forgotten: Bool, limit: Int) throws -> [KnownSnapshot] {
        try service.catalog.snapshots(dataset: dataset, site: site, forgotten: forgotten, limit: limit)
    }
    func ledger(before: Int64?, limit: Int) throws -> [LedgerEntry] {
        try service.catalog.ledger(before: before, limit: limit)
    }
    func audit(before: Int64?, limit: Int) throws -> [AuditEntry] {
        try service.catalog.audit(before: before, limit: limit)
    }
    func verifyAudit() throws -> AuditVerdict { try service.catalog.verifyAudit() }
    func append(_ draft: AuditDraft) throws { try service.catalog.append(draft, at: now) }

    func coming(_ schedule: String, count: Int, before end: Instant) -> [Instant] {
        guard let timetable = service.plan.schedule(schedule)?.specification.timetable else { return [] }
        let start = Instant(now) + 1
        // Long enough for a hundred leap days.
        let last = min(end, start + 400 * 366 * 86_400)
        guard start < last else { return [] }
        return timetable.occurrences(in: start..<last).prefix(count).map { $0 }
    }

    func perform(_ order: DeskOrder, by actor: String) throws -> RunID? {
        let command: ServiceCommand =
            switch order {
            case .runNow(let schedule): .runNow(schedule: schedule)
            case .errand(let job): .errand(job)
            case .pause(let schedule): .pause(schedule: schedule)
            case .resume(let schedule): .resume(schedule: schedule)
            case .cancel(let id): .cancel(id)
            case .reload: .reload
            }
        return try service.perform(command, by: actor)
    }

    func tokens() throws -> [AccessToken] { try service.catalog.tokens() }
    func add(_ token: AccessToken) throws { try service.catalog.add(token) }
    func revoke(token id: String) throws { try service.catalog.revoke(token: id, at: now) }
    func token(digest: [UInt8]) throws -> AccessToken? { try service.catalog.token(digest: digest) }
    func touch(token id: String) throws { try service.catalog.touch(token: id, at: now) }
    func answer(key: String, actor: String) throws -> KeptAnswer? {
        try service.catalog.answer(key: key, actor: actor, at: now)
    }
    func keep(_ answer: KeptAnswer, key: String, actor: String) throws {
        try service.catalog.keep(answer, key: key, actor: actor)
    }

    func decide(_ question: DecisionQuestion) throws -> [UInt8] { try shelf.withLock { $0 }.decide(question) }

    func document(_ verb: DeskDocument) throws -> [UInt8] {
        switch verb {
        case .status: return try Self.bytes(StatusDocument(service.state))
        case .sites:
            let loaded = try loaded()
            let rows = loaded.configuration.sites.map { SiteRow($0, loaded) }
            return try Self.bytes(SitesVerb.Document(file: loaded.path, here: loaded.here, sites: rows))
        case .links:
            let loaded = try loaded()
            let rows = loaded.configuration.links.map { LinkRow($0, loaded, state: StateFolder(path: folder)) }
            return try Self.bytes(LinksVerb.Document(file: loaded.path, links: rows))
        case .datasets:
            let loaded = try loaded()
            let rows = loaded.configuration.datasets.map { DatasetRow($0, loaded) }
            return try Self.bytes(DatasetsVerb.Document(file: loaded.path, datasets: rows))
        case .jobs(let open, let limit):
            let all = try jobs.jobs(limit: open ? JobStores.listMax : limit)
            return try Self.bytes(JobsDocument(Array(all.filter { !open || !$0.state.isFinal }.prefix(limit))))
        case .job(let name): return try Self.bytes(JobsDocument(try JobStores.jobs([name], in: jobs)))
        case .jobLog(let name):
            return try VerbCall.document(["jobs", "log", "\(try JobStores.job(name, in: jobs).id)"] + options)
        case .history, .entries, .differences, .keys, .epochs, .doctor, .plan, .estimate, .score, .coming,
            .occurrences, .identity, .trust, .configuration:
            return try VerbCall.document(VerbWords.of(verb) + options)
        case .check(let text): return try VerbCall.document(VerbWords.of(verb) + options, input: text ?? [])
        case .locality(let scenario, let pairs): return try shelf.withLock { $0 }.locality(scenario, pairs)
        }
    }

    func perform(_ change: DeskChange) throws -> [UInt8] { try VerbCall.document(VerbWords.of(change) + options) }

    func size(of file: DeskListing) throws -> UInt64 { try reader.size(of: file) }
    func read(_ file: DeskListing, into flow: ByteFlow) throws { try reader.read(file, into: flow) }

    func execute(_ scenario: String, at site: String?, anew: Bool) throws -> [UInt8] {
        var words = ["place", try shelf.withLock { $0 }.path(scenario), "--execute", "--queue"]
        if let site { words += ["--at", site] }
        if anew { words.append("--again") }
        defer { keeper.look() }
        return try VerbCall.document(words + options)
    }

    func end(job name: String) throws -> [UInt8] {
        let now = JobTime(stop: StopFlag()).now()
        let asked = try JobStores.jobs([name], in: jobs).map { try jobs.askForEnd(of: $0.id, at: now) }
        keeper.look()
        return try Self.bytes(JobsDocument(asked))
    }

    private static func bytes(_ document: some Encodable) throws -> [UInt8] { Array(try JSON.document(document).utf8) }

    func subscribe(wake: @escaping @Sendable () -> Void) -> any DeskSubscription {
        ServiceWatch(service.subscribe(wake: wake))
    }
}
