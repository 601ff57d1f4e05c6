public import Model

/// Asks what doing workloads at sites would cost.
public struct LocalityRequest: Sendable, Codable {
    /// The name and version of this document.
    public static let schema = "perigee.locality/1"
    /// So many pairs may be asked for at once.
    public static let pairsMax = 10_000

    /// A workload and a site.
    public struct Pair: Sendable, Codable, Hashable {
        /// The workload's name.
        public var workload: String
        /// The site's name.
        public var site: String

        /// A pair.
        public init(workload: String, site: String) {
            self.workload = workload
            self.site = site
        }
    }

    /// The pairs; none for all of the scenario.
    public var pairs: [Pair]

    /// A request.
    public init(pairs: [Pair] = []) { self.pairs = pairs }
}

/// What doing workloads at sites would cost, each by itself: outputs of other workloads are taken to be there.
public struct LocalityAnswer: Sendable, Encodable {
    /// One pair.
    public struct Row: Sendable, Encodable {
        /// The workload.
        public var workload: String
        /// The site.
        public var site: String
        /// Whether there is a way.
        public var allowed: Bool
        /// The cheapest way; nil where there is none.
        public var way: String?
        /// What it costs, staging included; nil likewise.
        public var money: Money?
        /// How long it takes, in seconds; nil likewise.
        public var seconds: Double?
        /// Bytes on the wire; nil likewise.
        public var bytes: UInt64?
        /// What it costs more than at the cheapest site; nil likewise.
        public var behind: Money?
        /// Why there is no way; nil where there is one.
        public var reason: String?
    }

    /// The name and version of this document.
    public var schema = LocalityRequest.schema
    /// The price book.
    public var priceBook: String
    /// The pairs, in the order of the request.
    public var rows: [Row]

    private enum CodingKeys: String, CodingKey {
        case schema
        case priceBook = "price_book"
        case rows
    }

    init(_ request: LocalityRequest, _ scenario: Scenario, book: PriceBook) throws {
        guard request.pairs.count <= LocalityRequest.pairsMax else {
            throw PerigeeError(
                .limit, "more than \(LocalityRequest.pairsMax) pairs were asked for", remedy: "ask several times")
        }
        priceBook = book.id
        var builder = OptionBuilder(scenario)
        var known: [String: (best: [Int: (PlacementOption, Money)], rejections: [Rejection], least: Money?)] = [:]
        let works = Dictionary(scenario.workloads.map { ($0.name, $0) }) { first, _ in first }
        let all = scenario.workloads.flatMap { work in
            scenario.sites.map { LocalityRequest.Pair(workload: work.name, site: $0.name) }
        }
        rows = []
        for pair in request.pairs.isEmpty ? all : request.pairs {
            guard let work = works[pair.workload], let site = builder.siteIndex[pair.site] else {
                throw PerigeeError(
                    .usage, "there is no workload \(pair.workload) or no site \(pair.site)",
                    remedy: "name those of the scenario")
            }
            if known[work.name] == nil { known[work.name] = Self.look(work, &builder) }
            guard let found = known[work.name] else { continue }
            if let (option, money) = found.best[site] {
                let bytes = option.bytes + Set(option.staging).reduce(0) { $0 + builder.staging[$1].plan.bytes }
                rows.append(
                    Row(
                        workload: work.name, site: pair.site, allowed: true, way: option.way.rawValue, money: money,
                        seconds: option.ready + option.work, bytes: bytes, behind: found.least.map { money - $0 },
                        reason: nil))
            } else {
                let reason = found.rejections.first { $0.site == pair.site }?.reason
                rows.append(
                    Row(workload: work.name, site: pair.site, allowed: false, reason: reason ?? "there is no way"))
            }
        }
    }

    private static func look(
        _ work: Scenario.Workload, _ builder: inout OptionBuilder
    ) -> (best: [Int: (PlacementOption, Money)], rejections: [Rejection], least: Money?) {
        let found = builder.options(work)
        var best: [Int: (PlacementOption, Money)] = [:]
        for option in found.options {
            let money = Set(option.staging).reduce(option.lines.total) { $0 + builder.staging[$1].lines.total }
            if let known = best[option.site],
                (known.1, known.0.ready + known.0.work) <= (money, option.ready + option.work)
            {
                continue
            }
            best[option.site] = (option, money)
        }
        return (best, found.rejections, best.values.map(\.1).min())
    }
}
