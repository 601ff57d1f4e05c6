public import Model

/// What money is spent on.
public enum CostLine: Int, Hashable, Sendable, CaseIterable {
    /// Machines.
    case compute
    /// Bytes that leave a site.
    case egress
    /// Fees of links, devices and dedicated links.
    case fees
    /// Writes and reads of object stores.
    case requests
    /// Reading out of storage that charges for it.
    case retrieval
    /// Keeping copies.
    case storage
    /// Code and images.
    case image
    /// Bringing results where they must be.
    case results
    /// Carbon, where it has a price.
    case carbon
    /// The time until the end, at what an hour of it is worth.
    case waiting
    /// What moves cost more together than each by itself: a free allowance counts once, and tiers fall.
    case sharing

    /// Its name in tables and documents.
    public var name: String {
        switch self {
        case .compute: "compute"
        case .egress: "egress"
        case .fees: "fees"
        case .requests: "requests"
        case .retrieval: "retrieval"
        case .storage: "storage"
        case .image: "image"
        case .results: "results"
        case .carbon: "carbon"
        case .waiting: "value of time"
        case .sharing: "shared tariffs"
        }
    }

    /// What it costs, as a sentence goes on behind its name.
    var verb: String {
        switch self {
        case .fees, .requests, .results, .sharing: "cost"
        default: "costs"
        }
    }
}

/// Amounts by what they are spent on; the total is their sum, to the micro-dollar.
public struct CostLines: Hashable, Sendable {
    private var amounts = [Money](repeating: .zero, count: CostLine.allCases.count)

    /// Nothing.
    public init() {}

    /// The amount of a line.
    public subscript(_ line: CostLine) -> Money {
        get { amounts[line.rawValue] }
        set { amounts[line.rawValue] = newValue }
    }

    /// The sum of all lines.
    public var total: Money { amounts.reduce(.zero, +) }

    /// Line by line.
    public static func + (a: CostLines, b: CostLines) -> CostLines {
        var out = a
        for line in CostLine.allCases { out[line] = a[line] + b[line] }
        return out
    }

    /// Adds line by line.
    public static func += (a: inout CostLines, b: CostLines) { a = a + b }

    /// Each line so many times, to the nearest micro-dollar.
    func times(_ factor: Double) -> CostLines {
        guard factor != 1 else { return self }
        var out = self
        for line in CostLine.allCases { out[line] = self[line].times(factor) }
        return out
    }
}

extension Money {
    /// So many times as much, to the nearest micro-dollar; exact where `factor` is whole.
    func times(_ factor: Double) -> Money {
        let whole = factor.rounded()
        return whole == factor && whole.magnitude < 1e15 ? self * Int(whole) : Money(nearestDollars: dollars * factor)
    }
}
