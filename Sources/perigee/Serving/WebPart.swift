internal import Catalog
internal import Configurations
internal import CoreMetrics
internal import Logging
internal import Metering
internal import Model
internal import Replication
internal import Service
internal import Trust
internal import Web

/// The API and the dashboard of the daemon, where the configuration asks for them.
struct WebPart: Sendable {
    private let server: WebServer
    private let desk: ServiceDesk

    /// Begins to answer, as `serve.api` says; nil where it says nothing.
    ///
    /// - Parameters:
    ///   - options: what verbs get that are run for a document.
    ///   - keeper: what looks after the jobs of the state.
    /// - Throws: `usage` with all that is wrong with `serve.api`; `refused` where others would be let in by accident.
    static func start(
        _ service: Service, options: [String], folder: String, keeper: JobKeeper, log: Logger
    ) throws -> WebPart? {
        guard let settings = try settings(service.configuration, path: service.state.configuration) else { return nil }
        let metrics = PrometheusRegistry(DaemonMeters.descriptions)
        MetricsSystem.bootstrap(metrics)
        let key = settings.proof == .site ? try IdentityFile(TrustFolder(state: folder)).key() : nil
        let now = SystemClock.now()
        let hasToken = try service.catalog.tokens().contains { $0.isValid(at: now) }
        let desk = ServiceDesk(service, options: options, folder: folder, shelf: shelf(settings), keeper: keeper)
        let server = try WebServer(
            desk, settings: settings, key: key, hasToken: hasToken, metrics: metrics, logger: log)
        let port = try server.port()
        log.info("the API and the dashboard listen at \(settings.host):\(port)")
        if !hasToken { log.notice("nobody has a token yet: perigee token add NAME --scope operate") }
        return WebPart(server: server, desk: desk)
    }

    /// What `serve.api` says; nil where it says nothing.
    ///
    /// - Throws: `usage` with all that is wrong with it.
    static func settings(_ configuration: PerigeeConfiguration, path: String) throws -> WebSettings? {
        guard let node = configuration.sections["serve"]?["api"] else { return nil }
        let faults = FaultLog()
        let settings = WebSettings(node, log: faults)
        guard faults.isEmpty else { throw wrong(faults, path) }
        return settings
    }

    /// Takes into use what a configuration that was read again says, as far as that can be while it answers.
    ///
    /// - Returns: the keys that have changed, and whether each is in use now.
    func use(_ settings: WebSettings) -> [(key: String, isInUse: Bool)] {
        desk.use(Self.shelf(settings))
        return server.use(settings)
    }

    /// Ends.
    func stop() { server.stop() }

    private static func shelf(_ settings: WebSettings) -> ScenarioShelf {
        ScenarioShelf(
            settings.scenarios, read: { try PriceBookFile.text($0) },
            book: { scenario in
                try PriceBookFile.path(nil, beside: scenario).map { .init(text: try PriceBookFile.text($0), file: $0) }
            })
    }

    private static func wrong(_ faults: FaultLog, _ path: String) -> PerigeeError {
        let lines = faults.faults.map { fault in
            "\(path):\(fault.position.line):\(fault.position.column): \(fault.key): \(fault.message); \(fault.remedy)"
        }
        return PerigeeError(
            .usage, lines.joined(separator: "\n"), remedy: "see the page on the API, or Config/perigee.yaml")
    }
}
