public import Model

/// What bytes cost by the amount that a month has seen: marginal tiers behind a free allowance.
///
/// The cost of a month is one function of its bytes, monotone and continuous, computed exactly and rounded once to the
/// micro-dollar. A transfer costs the difference between two of its values; so cutting a transfer into parts within one
/// month changes nothing.
public struct TierSchedule: Hashable, Sendable {
    /// A range of a month's bytes with one price.
    public struct Tier: Hashable, Sendable {
        /// The range ends here, counted from the month's first byte; nil for the last, which has no end.
        public var upTo: UInt64?
        /// The price of a unit.
        public var price: Price

        /// A tier.
        public init(upTo: UInt64?, price: Price) {
            self.upTo = upTo
            self.price = price
        }
    }

    /// A schedule may have so many tiers.
    public static let tiersMax = 64

    /// What a unit is.
    public let unit: ByteUnit
    /// The month's first bytes, which cost nothing; the tiers count them nevertheless.
    public let free: UInt64
    /// The tiers in the order of their ends, the last without one.
    public let tiers: [Tier]

    /// A schedule; nil where tiers are out of order, or only the last has no end.
    public init?(unit: ByteUnit, free: UInt64 = 0, tiers: [Tier]) {
        guard let last = tiers.last, last.upTo == nil, tiers.count <= Self.tiersMax else { return nil }
        var edge: UInt64 = 0
        for tier in tiers.dropLast() {
            guard let end = tier.upTo, end > edge else { return nil }
            edge = end
        }
        self.unit = unit
        self.free = free
        self.tiers = tiers
    }

    /// One price for all bytes.
    public init(flat price: Price, unit: ByteUnit = .gigabyte) {
        self.unit = unit
        free = 0
        tiers = [Tier(upTo: nil, price: price)]
    }

    /// Nothing for any byte.
    public static let nothing = TierSchedule(flat: .zero)

    /// Whether each byte costs the same.
    public var isFlat: Bool { edges.isEmpty }

    /// Whether no byte costs anything.
    public var isFree: Bool { tiers.allSatisfy { $0.price == .zero } }

    /// Where the price of the next byte may change, ascending.
    public var edges: [UInt64] { ((free > 0 ? [free] : []) + tiers.compactMap(\.upTo)).sorted() }

    /// What a month costs that has seen so many bytes.
    public func month(_ bytes: UInt64) -> Money {
        var sum: Int128 = 0
        var start: UInt64 = 0
        for tier in tiers {
            let end = min(tier.upTo ?? .max, bytes)
            let paidFrom = max(start, free)
            if end > paidFrom { sum += Int128(tier.price.picos) * Int128(end - paidFrom) }
            start = tier.upTo ?? .max
            if start >= bytes { break }
        }
        return Price.rounded(sum, per: unit.bytes)
    }

    /// What `bytes` more cost in a month that has seen `monthToDate` already.
    public func cost(_ bytes: UInt64, monthToDate: UInt64 = 0) -> Money {
        let (end, overflow) = monthToDate.addingReportingOverflow(bytes)
        return month(overflow ? .max : end) - month(monthToDate)
    }

    /// The price of the next byte's unit in a month that has seen so many.
    public func marginal(monthToDate: UInt64) -> Price {
        if monthToDate < free { return .zero }
        return tiers.first { monthToDate < $0.upTo ?? .max }?.price ?? tiers[tiers.count - 1].price
    }

    /// The price of the cheapest byte's unit.
    var least: Price { free > 0 ? .zero : tiers.map(\.price).min() ?? .zero }

    /// The price of the dearest byte's unit.
    var most: Price { tiers.map(\.price).max() ?? .zero }

    /// Within which a byte costs, in micro-dollars, where a month has seen so many bytes.
    func slopes(from: UInt64, to: UInt64) -> ClosedRange<Double> {
        var prices: [Price] = from < free ? [.zero] : []
        var start: UInt64 = 0
        for tier in tiers {
            let end = tier.upTo ?? .max
            if max(start, free, from) < min(end, to) { prices.append(tier.price) }
            start = end
        }
        let slopes = prices.map { Double($0.picos) / 1e6 / Double(unit.bytes) }
        return (slopes.min() ?? 0)...(slopes.max() ?? 0)
    }

    /// The same with all prices times `factor`.
    public func scaled(by factor: Double) -> TierSchedule {
        var tiers = tiers
        for index in tiers.indices { tiers[index].price = tiers[index].price.scaled(by: factor) }
        return TierSchedule(unit: unit, free: free, tiers: tiers) ?? self
    }
}
