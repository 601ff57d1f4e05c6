internal import Model

/// A line of a price book: what is charged, where that was read, and how far to trust it.
public struct PriceEntry: Hashable, Sendable {
    /// What is charged for.
    public enum Kind: String, Hashable, Sendable, CaseIterable {
        /// Bytes that leave, arrive, or go between zones, regions or networks.
        case traffic
        /// Bytes at rest, by the month.
        case storage
        /// Single requests to an object store.
        case requests
        /// Machines and ports, by the hour.
        case hourly
        /// A device that travels.
        case device
        /// Carbon of the grid; no money.
        case carbon

        /// After so many months a price is not relied on without a look.
        ///
        /// Machines are repriced more often than bytes: an hour of `p5.48xlarge` fell from 98.32 to 55.04 in a day.
        public var freshMonths: Int { self == .hourly ? 12 : 24 }
    }

    /// How far an entry is to be trusted.
    public enum Confidence: String, Hashable, Sendable, CaseIterable {
        /// The vendor's own page or interface, with its date.
        case vendor = "A"
        /// Two secondary sources that agree, or maintained open-source code.
        case agreeing = "B"
        /// One secondary source, or an old one.
        case single = "C"
    }

    /// Whether the thing can be had.
    public enum Status: String, Hashable, Sendable, CaseIterable {
        /// It can.
        case current
        /// New customers cannot have it.
        case closed
        /// The price may have changed since.
        case stale
    }

    /// What a requests entry says.
    public struct Requests: Hashable, Sendable {
        /// A write, copy or listing; nil where not known.
        public var put: Price?
        /// A read; nil where not known.
        public var get: Price?

        /// Prices of one request.
        public init(put: Price?, get: Price?) {
            self.put = put
            self.get = get
        }
    }

    /// What bytes at rest have beside their price.
    public struct Keeping: Hashable, Sendable {
        /// Each object is charged for so many days at least.
        public var minimumDays: Double = 0
        /// Each object is charged for so many bytes at least.
        public var minimumObject: UInt64 = 0
        /// Reading a unit back costs this besides.
        public var retrieval: Price = .zero

        /// No conditions.
        public init() {}
    }

    /// What a device entry says.
    public struct Device: Hashable, Sendable {
        /// For the job.
        public var fee: Price
        /// From order to data, in days; nil where not known.
        public var days: Double?

        /// A device.
        public init(fee: Price, days: Double?) {
            self.fee = fee
            self.days = days
        }
    }

    /// Its name in the book.
    public var id: String
    /// What is charged for.
    public var kind: Kind
    /// Who charges.
    public var provider: String
    /// Where it holds, in words or patterns of regions.
    public var scope: [String]
    /// What bytes cost, by variant; the usual one is named "".
    public var schedules: [String: TierSchedule] = [:]
    /// What an hour costs, by variant.
    public var hourly: [String: Price] = [:]
    /// Grams of carbon dioxide for a kilowatt-hour, by region.
    public var carbon: [String: Double] = [:]
    /// Prices of requests.
    public var requests: Requests?
    /// Conditions of storage.
    public var keeping = Keeping()
    /// What a device costs.
    public var device: Device?
    /// Whether it can be had.
    public var status = Status.current
    /// When the source said so; a date or the beginning of one.
    public var asOf: String
    /// How far to trust it.
    public var confidence: Confidence
    /// Where it was read.
    public var source: String
    /// What to beware of.
    public var warning: String?

    /// Whether its source is so old on a day, written `2026-11-25`, that the price may well have changed.
    ///
    /// A source of a month or a year is taken to be of its end; without a day nothing is old.
    public func isOld(on day: String) -> Bool {
        guard let today = Self.months(day), let source = Self.months(asOf) else { return false }
        return today - source > kind.freshMonths
    }

    /// The months from the year 0 to that of a date, a year without months being at its end.
    private static func months(_ date: String) -> Int? {
        let parts = date.split(separator: "-")
        guard let year = parts.first.flatMap({ Int($0) }) else { return nil }
        return year * 12 + (parts.count > 1 ? Int(parts[1]) ?? 12 : 12)
    }
}
