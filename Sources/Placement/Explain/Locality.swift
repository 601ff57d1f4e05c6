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
}
