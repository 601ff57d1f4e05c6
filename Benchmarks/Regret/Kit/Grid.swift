internal import FoundationEssentials

/// What was measured between regions of three clouds in 2022: throughput, round trips, prices; Skyplane's public grids.
package struct Grid: Sendable {
    /// A directed pair of regions.
    package struct Pair: Sendable {
        /// Gigabits a second that 64 connections sent within five seconds.
        package let sent: Double
        /// Gigabits a second that arrived within them.
        package let received: Double
        /// Seconds there and back.
        package let roundTrip: Double
        /// Dollars for a gigabyte.
        package let price: Double
    }

    /// The regions, in the order of their names.
    package let regions: [String]
    private let pairs: [String: Pair]

    /// The files that are looked for, by what their names begin with.
    private static let files = ["skyplane_throughput", "skyplane_rtt", "skyplane_egress_cost"]

    /// The grids in the three files of `folder`.
    package init(folder: String) throws {
        let names = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
        var tables: [[[String]]] = []
        for start in Self.files {
            guard let name = names.first(where: { $0.hasPrefix(start) && $0.hasSuffix(".csv") }) else {
                throw RegretError("no file \(start)*.csv in \(folder)")
            }
            tables.append(try Self.rows("\(folder)/\(name)"))
        }
        var trips: [String: Double] = [:]
        for row in tables[1] where row.count >= 6 { trips["\(row[0]) \(row[1])"] = Double(row[5]).map { $0 / 1000 } }
        var prices: [String: Double] = [:]
        for row in tables[2] where row.count >= 3 { prices["\(row[0]) \(row[1])"] = Double(row[2]) }
        var pairs: [String: Pair] = [:]
        for row in tables[0] where row.count >= 6 && row[2] == "PREMIUM" && row[3] == "PREMIUM" && row[0] != row[1] {
            let key = "\(row[0]) \(row[1])"
            guard let sent = Double(row[4]), let received = Double(row[5]), sent > 0, received > 0,
                let price = prices[key]
            else { continue }
            // Where one way was not measured, the other is as long.
            let trip = trips[key] ?? trips["\(row[1]) \(row[0])"] ?? 0.1
            pairs[key] = Pair(sent: sent, received: min(received, sent), roundTrip: trip, price: price)
        }
        self.pairs = pairs
        regions = Set(pairs.keys.flatMap { $0.split(separator: " ").map(String.init) }).sorted()
        guard regions.count >= 10 else { throw RegretError("only \(regions.count) regions in \(folder)") }
    }

    /// The pair from one region to another; nil where it was not measured.
    package func pair(_ from: String, _ to: String) -> Pair? { pairs["\(from) \(to)"] }

    /// How many directed pairs there are.
    package var count: Int { pairs.count }

    private static func rows(_ path: String) throws -> [[String]] {
        let text = String(decoding: try Data(contentsOf: URL(fileURLWithPath: path)), as: UTF8.self)
        let lines = text.split(whereSeparator: \.isNewline).filter { !$0.hasPrefix("#") }
        return lines.dropFirst().map { $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init) }
    }
}

/// What went wrong, in a sentence.
package struct RegretError: Error, CustomStringConvertible {
    package let description: String
    package init(_ description: String) { self.description = description }
}
