public import Model

/// All that a decision rests on: sites, links, datasets with where they are, workloads, policies, and what is wanted.
public struct Scenario: Sendable {
    /// The name and version of the form of scenarios.
    public static let schema = "perigee.scenario/1"
    /// The most sites that a scenario may have.
    public static let sitesMax = 256
    /// The most workloads that a scenario may have.
    public static let workloadsMax = 20_000
    /// The most datasets that a scenario may have.
    public static let datasetsMax = 20_000

    /// Its name.
    public var name: String
    /// The day for which named sets are read and decisions are dated, `2026-11-25`.
    public var date: String
    /// The instant at which it begins, where months and windows matter; nil where they do not.
    public var start: Timestamp?
    /// Where random samples begin.
    public var seed: UInt64 = 20_261_123
    /// The ID of the price book that it was written for; nil for whichever is given, `none` for none.
    public var priceBook: String?
    /// The prices that it holds itself; nil where a book gives them.
    public var ownBook: PriceBook?
    /// What is wanted.
    public var objective = Objective()
    /// What a tonne of carbon dioxide costs; nil where carbon is shown and not priced.
    public var carbonPrice: Price?
    /// What the wire adds to the bytes of chunks, as a share of them.
    public var overhead = 0.0
    /// The site of this host, which brings what goes from one site to another; nil where nobody says.
    public var here: String?
    /// Places, in the order of their names.
    public var sites: [Site] = []
    /// Directed ways between them.
    public var links: [Link] = []
    /// What is read.
    public var datasets: [Dataset] = []
    /// What is to run, producers before consumers.
    public var workloads: [Workload] = []
    /// Boxes that travel.
    public var devices: [Device] = []
    /// Links that would be rented.
    public var dedicated: [DedicatedLink] = []
    /// What is allowed.
    public var policy = PolicyBook()
    /// The ways that may be taken; nil for all.
    public var ways: Set<PlacementOption.Way>?
    /// Whether data may go by way of a site between.
    public var usesRelays = true
    /// What deserves a look in the file, a sentence each.
    public var warnings: [String] = []
    /// Where it names a price book, and entries of it.
    var tariffPlaces = TariffPlaces()

    /// An empty scenario.
    public init(name: String, date: String = "") {
        self.name = name
        self.date = date
    }

    /// The index of a site; nil where there is none of the name.
    public func site(_ name: String) -> Int? { sites.firstIndex { $0.name == name } }
}

/// What a decision is to make small.
public struct Objective: Hashable, Sendable {
    /// What counts.
    public enum Aim: String, Hashable, Sendable, CaseIterable {
        /// Money; deadlines hold.
        case cost
        /// The end of the last workload; of equal ends the cheaper.
        case time
        /// Money, and time at what an hour is worth.
        case weighted
    }

    /// What counts.
    public var aim = Aim.cost
    /// All is done by then, in seconds; nil for no such limit.
    public var deadline: Double?
    /// How sure deadlines are to be kept, from 0 to 1; nil for by the middle estimate.
    public var confidence: Double?
    /// What an hour until the end of all is worth, where the aim is weighted.
    public var hourValue = Price.zero

    /// Money counts.
    public init() {}
}

extension Scenario {
    /// Whether it matters how long anything takes.
    var countsTime: Bool {
        objective.aim != .cost || objective.deadline != nil
            || workloads.contains { $0.deadline != nil || $0.hourValue > .zero }
    }

    /// By when a workload is to be done, in seconds; infinite where nobody says.
    func limit(_ work: Workload) -> Double { min(work.deadline ?? .infinity, objective.deadline ?? .infinity) }

    /// How sure that is to be kept; nil for by the middle.
    func confidence(_ work: Workload) -> Double? { work.confidence ?? objective.confidence }

    /// Whether no workload waits for another one or reads what it makes.
    var isIndependent: Bool {
        let known = Set(datasets.map(\.name))
        return workloads.allSatisfy { work in
            work.after.isEmpty && work.reads.allSatisfy { known.contains($0.name) }
        }
    }
}

/// A price of bytes: what it is called, and what it says.
///
/// Without a schedule it is unknown, and no way of it is taken.
public struct Tariff: Hashable, Sendable {
    /// Its name in the price book; nil where it stands in the scenario.
    public var name: String?
    /// What it says; nil where unknown.
    public var schedule: TierSchedule?

    /// A tariff.
    public init(name: String? = nil, schedule: TierSchedule? = nil) {
        self.name = name
        self.schedule = schedule
    }

    /// Nothing is charged, as was written.
    public static let free = Tariff(schedule: .nothing)
}

/// A price of hours: what it is called, and what it says.
public struct HourlyTariff: Hashable, Sendable {
    /// Its name in the price book; nil where it stands in the scenario.
    public var name: String?
    /// An hour; nil where unknown.
    public var price: Price?

    /// A tariff.
    public init(name: String? = nil, price: Price? = nil) {
        self.name = name
        self.price = price
    }
}

extension Scenario {
    /// The same with all workloads held to one site.
    ///
    /// - Throws: `usage` where there is no such site.
    public func pinned(to site: String) throws -> Scenario {
        guard self.site(site) != nil else {
            throw PerigeeError(
                .usage, "there is no site \(site)", at: "--at",
                remedy: "the sites are \(sites.map(\.name).joined(separator: ", "))")
        }
        var out = self
        for index in out.workloads.indices {
            let asked = out.workloads[index].sites
            let here = SiteExpression.Node.compare("site", .equal, site)
            out.workloads[index].sites = SiteExpression(
                node: .and(asked.node, here),
                text: asked.node == .all ? "site = \(site)" : "(\(asked)) & site = \(site)",
                warnings: asked.warnings)
        }
        return out
    }
}
