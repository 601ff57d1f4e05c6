internal import Calibration
internal import Configurations
internal import Model
internal import Placement
internal import Replication

/// What a transfer between two ends costs: by the tariff that was asked for, else by that of the configuration.
///
/// What nobody has priced is unknown, never nothing.
enum TransferPrice: Sendable {
    /// Nothing is charged.
    case nothing(because: String)
    /// By a tariff.
    case priced(MovePricing, tariffs: [String])
    /// Nobody says.
    case unknown(because: String)

    /// The price between `ends` by the configuration, where a name had it read.
    static func configured(_ ends: TransferEnds, _ ledger: any TransferLedger) -> TransferPrice {
        configured(ends, by: NamedSites.current.known, ledger)
    }

    /// The price between `ends` by a configuration; unknown without one, where anything leaves the host.
    static func configured(
        _ ends: TransferEnds, by loaded: LoadedConfiguration?, _ ledger: any TransferLedger
    ) -> TransferPrice {
        guard ends.link(by: loaded) != nil else { return .nothing(because: "nothing leaves the host") }
        guard let loaded, let from = ends.from.site, let to = ends.to.site else {
            return .unknown(because: "no tariff is configured for it; --tariff names one")
        }
        let link = ends.described(by: loaded)
        let sites = (loaded.configuration.site(from), loaded.configuration.site(to))
        var names = [link?.tariff ?? sites.0?.extra("tariff")].compactMap { $0 }
        if names.isEmpty, link == nil { return .unknown(because: "no link from \(from) to \(to) is described") }
        for (site, end) in [(sites.0, ends.from), (sites.1, ends.to)] where end.bucket != nil {
            guard let requests = site?.extra("storage", "requests") else {
                return .unknown(because: "no price of requests is described for \(end.name)")
            }
            if !names.contains(requests) { names.append(requests) }
        }
        guard !names.isEmpty else { return .nothing(because: "the link from \(from) to \(to) has no tariff") }
        do {
            let book = try PriceBookFile.configured(loaded)
            let seen = link?.extra("month_to_date").flatMap(ByteCount.init(parsing:))?.bytes
            let pricing = try MovePricing(
                names, book: book, monthToDate: seen ?? Self.monthToDate(names, ledger, at: SystemClock.now()))
            return .priced(pricing, tariffs: names)
        } catch {
            let fault = (error as? PerigeeError)?.message ?? "\(error)"
            return .unknown(because: fault)
        }
    }

    /// What the ledger has seen of tariffs since the month began, in UTC, as bills count.
    static func monthToDate(_ tariffs: [String], _ ledger: any TransferLedger, at now: Timestamp) -> UInt64 {
        let today = CivilDate(daysSince1970: now.seconds.quotientAndRemainder(dividingBy: 86_400).quotient)
        guard let first = CivilDate(year: today.year, month: today.month, day: 1),
            let records = try? ledger.last(LedgerFile.recordsMax)
        else { return 0 }
        let start = Timestamp(seconds: first.daysSince1970 * 86_400)
        let seen = records.filter { $0.at >= start && !Set($0.tariffs).isDisjoint(with: tariffs) }
        return seen.reduce(0) { sum, one in
            let (total, overflow) = sum.addingReportingOverflow(one.bytes)
            return overflow ? .max : total
        }
    }

    /// What an estimate comes to; nil where that is unknown.
    func money(of report: EstimateReport) -> Spread<Money>? {
        switch self {
        case .nothing: Spread(exactly: .zero)
        case .priced(let pricing, _): try? pricing.money(report)
        case .unknown: nil
        }
    }

    /// What bytes and requests come to; nil where that is unknown.
    func money(bytes: UInt64, writes: UInt64, reads: UInt64) -> Money? {
        switch self {
        case .nothing: .zero
        case .priced(let pricing, _): try? pricing.money(bytes: bytes, writes: writes, reads: reads)
        case .unknown: nil
        }
    }

    /// The entries of the price book that it is by.
    var tariffs: [String] {
        guard case .priced(_, let tariffs) = self else { return [] }
        return tariffs
    }

    /// What deserves a look before it is relied on, a sentence each.
    func warnings(at now: Timestamp) -> [String] {
        guard case .priced(let pricing, _) = self else { return [] }
        return pricing.warnings(on: String(now.rfc3339.prefix(10)))
    }

    /// What it rests on, in a sentence.
    var assumption: String {
        switch self {
        case .nothing(let reason): "nothing is charged: \(reason)"
        case .priced(let pricing, _): pricing.assumption
        case .unknown(let reason): "the price is unknown: \(reason)"
        }
    }
}

extension SiteSettings {
    /// The text that others read at a key of it, or at a key below that.
    func extra(_ key: String, _ inner: String? = nil) -> String? {
        let node = extras.first { $0.key == key }?.value
        return (inner.map { node?[$0] } ?? node)?.scalar?.written
    }
}

extension LinkSettings {
    /// The text that others read at a key of it.
    func extra(_ key: String) -> String? { extras.first { $0.key == key }?.value.scalar?.written }
}

extension ConfigurationNode.Scalar {
    /// The value as text; nil for nothing.
    var written: String? {
        switch self {
        case .null: nil
        case .bool(let value): "\(value)"
        case .integer(let value): "\(value)"
        case .number(let value): "\(value)"
        case .text(let text): text
        }
    }
}
