internal import Catalog
public import Configurations
internal import Model
public import Scheduling

/// What a configuration says to the daemon, checked as a whole.
public struct ServiceSettings: Sendable {
    /// The configuration.
    public let configuration: PerigeeConfiguration
    /// All schedules: those that are written, those that rules make, and those of errands.
    public private(set) var schedules: [PlannedSchedule]
    /// When they run.
    public private(set) var rules: SchedulerRules
    /// What somebody has asked for, and is not done.
    private(set) var errands: [Errand] = []
    /// What rules want.
    public let targets: [RuleTarget]
    /// What policies allow.
    public let residency: Residency
    /// Commands before and after runs.
    public let hooks: [Hook]
    /// What each attempt may use of this host.
    public let share: WorkShare
    /// How the daemon works.
    public let own: OwnSettings
    /// Whether anything holds how fast runs may be.
    let limitsRates: Bool
    /// What runs do, by their schedules.
    private(set) var jobs: [String: JobSpecification] = [:]
    /// The places of schedules in ``schedules``, by their names.
    private var places: [String: Int] = [:]

    /// How many runs work at once where nobody says.
    public static let runsUsual = 4

    /// What `configuration` says, which was read from `file`.
    ///
    /// - Throws: `usage` with the place of what is wrong.
    public init(_ configuration: PerigeeConfiguration, file: String, zones: ZoneTable) throws {
        func section(_ name: String) -> PlacedNode? {
            configuration.sections[name].map { PlacedNode(node: $0, file: file) }
        }
        self.configuration = configuration
        own = try OwnSettings(section("serve"))
        hooks = try Hook.read(section("hooks"))
        residency = try Residency(configuration, file: file)
        targets = try RuleTarget.all(configuration, residency, file: file)
        let written = try PlannedSchedule.read(section("schedules"), configuration, zones)
        schedules = written + Self.made(targets, configuration)
        rules = try SchedulerRules(
            schedules: schedules.map(\.specification), budgets: try BudgetRule.read(section("budgets"), zones),
            runsMax: configuration.limits.transfers
                ?? min(Self.runsUsual, configuration.limits.transfersWithRoom ?? Self.runsUsual))
        limitsRates =
            configuration.limits.rate != nil || configuration.sites.contains { $0.limit != nil }
            || configuration.links.contains { $0.limit != nil || $0.bandwidth != nil }
        share = WorkShare(configuration.limits, of: rules.runsMax)
        index()
        for hook in hooks {
            for name in hook.schedules where !schedules.contains(where: { $0.specification.name == name }) {
                throw PerigeeError(
                    .usage, "a hook names the schedule \(name), which is not there", at: file,
                    remedy: "name one that there is")
            }
        }
    }

    /// The same, with these errands in the place of those that it had.
    func with(_ errands: [Errand]) throws(PerigeeError) -> ServiceSettings {
        var out = self
        out.errands = errands
        out.schedules = schedules.filter { $0.origin != .errand } + errands.map(\.planned)
        out.rules = try SchedulerRules(
            schedules: out.schedules.map(\.specification), budgets: rules.budgets, runsMax: rules.runsMax,
            salt: rules.salt)
        out.index()
        return out
    }

    private mutating func index() {
        jobs = Dictionary(schedules.map { ($0.specification.name, $0.job) }) { first, _ in first }
        places = Dictionary(schedules.enumerated().map { ($1.specification.name, $0) }) { first, _ in first }
    }

    /// The schedules by which rules make copies.
    private static func made(_ targets: [RuleTarget], _ configuration: PerigeeConfiguration) -> [PlannedSchedule] {
        targets.filter { !$0.isSource && $0.refusal == nil }.map { target in
            var specification = ScheduleSpecification(name: target.schedule)
            let priority = configuration.rules.first { $0.name == target.rule }?.priority ?? 0
            specification.priority = min(max(priority, -100), 100)
            return PlannedSchedule(
                specification: specification,
                job: JobSpecification(.replicate, dataset: target.dataset, site: target.site), at: nil,
                origin: .rule(target.rule))
        }
    }

    /// The schedule of a name.
    public func schedule(_ name: String) -> PlannedSchedule? { places[name].map { schedules[$0] } }
}
