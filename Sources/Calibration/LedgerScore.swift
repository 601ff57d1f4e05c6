internal import Model

/// How right expectations were: how often nine-in-ten intervals held, and how far the middle was off.
///
/// Estimates, for which both ends were looked at beforehand, are told apart from what was only expected by what earlier
/// runs came to: that knows nothing of what has changed since.
public struct LedgerScore: Hashable, Sendable, Encodable {
    /// What was expected of one figure, over several transfers.
    public struct Figure: Hashable, Sendable, Encodable {
        /// How many transfers had an expectation of it.
        public var count = 0
        /// The share of them that lay within the interval that nine of ten should lie in; nil where there are none.
        public var coverage: Double?
        /// What the transfers came to over what was expected, in the middle, less one: above zero where too little was
        /// expected; nil where there are none with something expected.
        public var bias: Double?
        /// How far the middle was off, as a share of what came about, on average; nil likewise.
        public var error: Double?
        /// The same in the worst of ten; nil likewise.
        public var errorP90: Double?

        private enum CodingKeys: String, CodingKey {
            case count, coverage, bias, error
            case errorP90 = "error_p90"
        }

        /// Encodes all members, nil as null.
        public func encode(to encoder: any Encoder) throws {
            var box = encoder.container(keyedBy: CodingKeys.self)
            try box.encode(count, forKey: .count)
            try box.encode(coverage, forKey: .coverage)
            try box.encode(bias, forKey: .bias)
            try box.encode(error, forKey: .error)
            try box.encode(errorP90, forKey: .errorP90)
        }
    }

    /// What is given as exact counts as kept within this share: a count of bytes says nothing of the few that protocols add.
    public static let tolerance = 0.005

    /// How many transfers there were.
    public var transfers: Int
    /// How many of them had an expectation.
    public var expected: Int
    /// How many of these were looked at beforehand.
    public var asked: Int
    /// Bytes on the wire, as estimated.
    public var bytes: Figure
    /// Seconds, as estimated.
    public var seconds: Figure
    /// Requests, as estimated.
    public var requests: Figure
    /// Money, as estimated.
    public var money: Figure
    /// What was expected by earlier runs alone.
    public var usual: Usual

    /// What was expected by what earlier runs came to.
    public struct Usual: Hashable, Sendable, Encodable {
        /// Bytes on the wire.
        public var bytes: Figure
        /// Seconds.
        public var seconds: Figure
    }

    /// The score of `records`.
    public init(_ records: [TransferRecord]) {
        transfers = records.count
        expected = records.count { $0.expected != nil }
        asked = records.count { $0.expected != nil && $0.isAsked }
        let estimated = records.filter(\.isAsked)
        (bytes, seconds) = Self.transfer(estimated)
        requests = Self.figure(
            estimated.compactMap { one in
                one.expected?.requests.map { ($0.map { Double($0) }, Double(one.requests), Self.tolerance) }
            })
        money = Self.figure(
            estimated.compactMap { one in
                guard let expected = one.expected?.money, let money = one.money else { return nil }
                return (expected.map(\.dollars), money.dollars, Self.tolerance)
            })
        let rest = Self.transfer(records.filter { !$0.isAsked })
        usual = Usual(bytes: rest.bytes, seconds: rest.seconds)
    }

    private static func transfer(_ records: [TransferRecord]) -> (bytes: Figure, seconds: Figure) {
        let bytes = records.compactMap { one in
            one.expected.map { ($0.bytes.map { Double($0) }, Double(one.bytes), tolerance) }
        }
        return (figure(bytes), figure(records.compactMap { one in one.expected.map { ($0.seconds, one.seconds, 0) } }))
    }

    private static func figure(_ pairs: [(expected: Spread<Double>, actual: Double, slack: Double)]) -> Figure {
        var out = Figure()
        out.count = pairs.count
        guard !pairs.isEmpty else { return out }
        let kept = pairs.count { pair in
            let interval = LogNormal.interval(pair.expected)
            return pair.actual >= interval.lowerBound * (1 - pair.slack) - 1e-9
                && pair.actual <= interval.upperBound * (1 + pair.slack) + 1e-9
        }
        out.coverage = Double(kept) / Double(pairs.count)
        // Of nothing expected where nothing came about there is no share to be off by.
        let told = pairs.filter { $0.expected.p50 > 0 || $0.actual > 0 }
        let ratios = told.filter { $0.expected.p50 > 0 }.map { $0.actual / $0.expected.p50 - 1 }.sorted()
        let errors = told.filter { $0.actual > 0 }.map { abs($0.expected.p50 - $0.actual) / $0.actual }.sorted()
        if !ratios.isEmpty { out.bias = quantile(ratios, 0.5) }
        if !errors.isEmpty {
            out.error = errors.reduce(0, +) / Double(errors.count)
            out.errorP90 = quantile(errors, 0.9)
        }
        return out
    }

    /// By linear interpolation between the order statistics.
    private static func quantile(_ sorted: [Double], _ share: Double) -> Double {
        let place = Double(sorted.count - 1) * share
        let low = Int(place)
        let high = min(low + 1, sorted.count - 1)
        return sorted[low] + (place - Double(low)) * (sorted[high] - sorted[low])
    }
}

extension LedgerScore {
    /// The scores of each link, in the order of their names; of transfers on one host without one.
    public static func byLink(_ records: [TransferRecord]) -> [(link: String?, score: LedgerScore)] {
        let groups = Dictionary(grouping: records, by: \.link)
        return groups.sorted { ($0.key ?? "") < ($1.key ?? "") }.map { ($0.key, LedgerScore($0.value)) }
    }
}
