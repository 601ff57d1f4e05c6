internal import Catalog
internal import Configurations
internal import Model
internal import Replication
internal import Scheduling
internal import Service
internal import Synchronization
internal import Web

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
    private let known = Mutex(Known())

    /// The daemon `service`, whose state is in `folder`, and which can decide the scenarios of `shelf`.
    init(_ service: Service, options: [String], folder: String, shelf: ScenarioShelf) {
        (self.service, self.options, self.folder) = (service, options, folder)
        self.shelf = Mutex(shelf)
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
    func snapshots(dataset: String?, site: String?, limit: Int) throws -> [KnownSnapshot] {
        try service.catalog.snapshots(dataset: dataset, site: site, limit: limit)
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
            case .pause(let schedule): .pause(schedule: schedule)
            case .resume(let schedule): .resume(schedule: schedule)
            case .cancel(let id): .cancel(id)
            case .reload: .reload
            }
        return try service.perform(command, by: actor)
    }

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
        case .plan: return try VerbCall.document(["schedule", "plan"] + options)
        case .estimate(let source, let destination):
            return try VerbCall.document(["estimate", source, destination] + options)
        case .locality(let scenario, let pairs): return try shelf.withLock { $0 }.locality(scenario, pairs)
        }
    }

    private static func bytes(_ document: some Encodable) throws -> [UInt8] { Array(try JSON.document(document).utf8) }

    func subscribe(wake: @escaping @Sendable () -> Void) -> any DeskSubscription {
        ServiceWatch(service.subscribe(wake: wake))
    }
}
