public import Model

/// Prices what an estimate foresees: bytes on the wire by a traffic tariff, requests by a tariff of requests.
public struct MovePricing: Sendable {
    private let book: PriceBook
    private let traffic: [(name: String, schedule: TierSchedule)]
    private let requests: [(name: String, prices: PriceEntry.Requests)]
    private let monthToDate: UInt64

    /// Tariffs by name.
    ///
    /// - Parameters:
    ///   - names: entries of the book: of traffic or of requests.
    ///   - monthToDate: bytes that traffic tariffs have seen this month already.
    /// - Throws: `usage` where the book has no such entry, or it prices something else.
    public init(_ names: [String], book: PriceBook, monthToDate: UInt64 = 0) throws {
        self.book = book
        self.monthToDate = monthToDate
        var traffic: [(String, TierSchedule)] = []
        var requests: [(String, PriceEntry.Requests)] = []
        for name in names {
            switch book.entry(name)?.entry.kind {
            case .traffic:
                guard let schedule = book.schedule(name) else { throw book.unknown(name, at: "--tariff") }
                traffic.append((name, schedule))
            case .requests:
                guard let prices = book.requests(name) else { throw book.unknown(name, at: "--tariff") }
                requests.append((name, prices))
            case .storage, .hourly, .device, .carbon:
                throw PerigeeError(
                    .usage, "\(name) prices neither traffic nor requests", at: "--tariff",
                    remedy: "name an entry of kind traffic, such as aws.egress.internet.us_eu, or of kind requests")
            case nil: throw book.unknown(name, at: "--tariff")
            }
        }
        (self.traffic, self.requests) = (traffic, requests)
    }

    /// What `report` costs.
    ///
    /// - Throws: `usage` where requests are made that have no price in the book.
    public func money(_ report: EstimateReport) throws -> Spread<Money> {
        let wire =
            report.bytes.wireSent.p90 >= report.bytes.wireReceived.p90
            ? report.bytes.wireSent : report.bytes.wireReceived
        let (put, get, list) = (report.requests.put, report.requests.get, report.requests.list)
        return Spread(
            p10: try money(wire.p10, put.p10 + list.p10, get.p10),
            p50: try money(wire.p50, put.p50 + list.p50, get.p50),
            p90: try money(wire.p90, put.p90 + list.p90, get.p90))
    }

    /// What so many bytes on the wire, writes and reads cost.
    ///
    /// - Throws: `usage` where requests are made that have no price in the book.
    public func money(bytes: UInt64, writes: UInt64, reads: UInt64) throws -> Money {
        try money(bytes, writes, reads)
    }

    private func money(_ bytes: UInt64, _ writes: UInt64, _ reads: UInt64) throws -> Money {
        var sum = traffic.reduce(Money.zero) { $0 + $1.schedule.cost(bytes, monthToDate: monthToDate) }
        for (name, prices) in requests {
            for (count, price) in [(writes, prices.put), (reads, prices.get)] where count > 0 {
                guard let price else { throw book.unknown(name, at: "--tariff") }
                sum = sum + price.cost(units: count)
            }
        }
        return sum
    }

    /// What deserves a look before the money is relied on, on a day written `2026-11-25`, a sentence each.
    public func warnings(on day: String) -> [String] {
        (traffic.map(\.name) + requests.map(\.name)).compactMap { book.use(of: $0, on: day)?.doubt }
    }

    /// What the money rests on, in a sentence.
    public var assumption: String {
        let names = traffic.map(\.name) + requests.map(\.name)
        let seen = monthToDate > 0 ? ", \(ByteCount(monthToDate)) seen this month" : ""
        return "money is by \(names.joined(separator: " and ")) of the price book \(book.id)\(seen)"
    }
}
