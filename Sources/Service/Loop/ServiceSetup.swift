public import Catalog
public import Configurations
public import Logging
internal import Model

/// What a daemon works with; all that reaches beyond it comes in here.
public struct ServiceSetup: Sendable {
    /// What it remembers.
    public var catalog: Catalog
    /// Reads the configuration.
    public var load: @Sendable () throws -> ServiceSettings
    /// The file of the configuration, for people.
    public var configuration: String
    /// The site that this host is.
    public var here: String?
    /// The time.
    public var clock: ServiceClock
    /// Whoever does the work.
    public var workshop: any Workshop
    /// What the work of a job costs that brings data from a site, by a configuration.
    public var price: @Sendable (PerigeeConfiguration, JobSpecification, _ from: String?) -> WorkPrice
    /// Whoever tells people.
    public var notices: NoticeDesk
    /// Whoever started the daemon.
    public var system: SystemNotifier
    /// The log.
    public var log: Logger
    /// The version of the program.
    public var version: String
    /// The folder of the state.
    public var state: String

    /// All of it.
    public init(
        catalog: Catalog, load: @escaping @Sendable () throws -> ServiceSettings, configuration: String, here: String?,
        clock: ServiceClock = .system, workshop: any Workshop, notices: NoticeDesk, system: SystemNotifier,
        log: Logger, version: String, state: String,
        price: @escaping @Sendable (PerigeeConfiguration, JobSpecification, _ from: String?) -> WorkPrice = { _, _, _ in
            .unknown(because: "nobody says it")
        }
    ) {
        self.catalog = catalog
        self.load = load
        self.configuration = configuration
        self.here = here
        self.clock = clock
        self.workshop = workshop
        self.notices = notices
        self.system = system
        self.log = log
        self.version = version
        self.state = state
        self.price = price
    }
}
