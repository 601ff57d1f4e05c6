/// One destination, parts that several sources hold, a rate for each source: who sends what.
///
/// Each part goes out of the sources that hold it, in any mixture. The quickest mixture is found by trying times: a time
/// is long enough if a flow carries all parts within it. Of the quickest the cheapest is taken, by prices a byte.
package struct TransferSplit: Sendable {
    /// Bytes of each part that each source sends, by part, then by source.
    package var sent: [[Int64]]
    /// The time, in seconds, without the start of connections.
    package var seconds: Double

    /// Of so many parts all sets are tried.
    private static let partsMax = 6

    /// The quickest split; nil where a part has no source.
    ///
    /// - Parameters:
    ///   - parts: the bytes of each part, and the sources that hold it.
    ///   - rates: bytes a second of each source.
    ///   - into: bytes a second of the destination.
    ///   - prices: of each source, micro-dollars for 10⁹ bytes.
    package init?(parts: [(bytes: Int64, sources: [Int])], rates: [Double], into: Double, prices: [Int64]) {
        let total = parts.reduce(0) { $0 + $1.bytes }
        guard parts.allSatisfy({ !$0.sources.isEmpty || $0.bytes == 0 }) else { return nil }
        guard total > 0 else {
            sent = parts.map { _ in rates.map { _ in 0 } }
            seconds = 0
            return
        }
        // Capacities are rounded down to bytes; a byte more for each source lets all of them through.
        if let least = Self.least(parts, rates, into) {
            let first = Self.carried(parts, rates, into, prices, least * (1 + 1e-9), slack: 2)
            if first.flow >= total {
                (sent, seconds) = (first.sent, least * (1 + 1e-9))
                return
            }
        }
        var low = Double(total) / min(into, rates.reduce(0, +))
        var high = parts.reduce(0.0) { sum, part in
            sum + Double(part.bytes) / max(1e-9, min(into, part.sources.map { rates[$0] }.max() ?? 1e-9))
        }
        high = max(high, low) * (1 + 1e-9)
        if Self.carried(parts, rates, into, prices, low * (1 + 1e-9)).flow >= total { high = low * (1 + 1e-9) }
        for _ in 0..<48 where high - low > 1e-9 * high {
            let middle = (low + high) / 2
            if Self.carried(parts, rates, into, prices, middle).flow >= total { high = middle } else { low = middle }
        }
        let last = Self.carried(parts, rates, into, prices, high, slack: 2)
        guard last.flow >= total else { return nil }
        sent = last.sent
        seconds = high
    }

    /// The cheapest split within so many seconds; nil where they are too few.
    package init?(
        parts: [(bytes: Int64, sources: [Int])], rates: [Double], into: Double, prices: [Int64], within seconds: Double
    ) {
        let found = Self.carried(parts, rates, into, prices, seconds, slack: 0)
        guard found.flow >= parts.reduce(0, { $0 + $1.bytes }) else { return nil }
        (sent, self.seconds) = (found.sent, seconds)
    }

    /// The time that all need: some parts take as long as those who hold any of them need for their bytes, and some parts take
    /// the longest (the least cut, after Ford and Fulkerson, 1956); nil where there are too many parts to try all sets.
    private static func least(_ parts: [(bytes: Int64, sources: [Int])], _ rates: [Double], _ into: Double) -> Double? {
        guard parts.count <= partsMax else { return nil }
        var longest = 0.0
        for set in 1..<(1 << parts.count) {
            var bytes = 0.0
            var holds = [Bool](repeating: false, count: rates.count)
            for (index, part) in parts.enumerated() where set & (1 << index) != 0 {
                bytes += Double(part.bytes)
                for source in part.sources { holds[source] = true }
            }
            var rate = 0.0
            for source in rates.indices where holds[source] { rate += rates[source] }
            longest = max(longest, bytes / min(rate, into))
        }
        return longest.isFinite ? longest : nil
    }

    private static func carried(
        _ parts: [(bytes: Int64, sources: [Int])], _ rates: [Double], _ into: Double, _ prices: [Int64],
        _ seconds: Double, slack: Int64 = 1
    ) -> (flow: Int64, sent: [[Int64]]) {
        let (source, first) = (0, 1)
        let gather = first + rates.count + parts.count
        var network = FlowNetwork(nodes: gather + 2)
        for (index, rate) in rates.enumerated() {
            network.arc(from: source, to: first + index, capacity: bytes(rate * seconds) + slack, cost: prices[index])
        }
        var arcs: [[(source: Int, arc: Int)]] = []
        for (index, part) in parts.enumerated() {
            let node = first + rates.count + index
            arcs.append(part.sources.map { ($0, network.arc(from: first + $0, to: node, capacity: part.bytes)) })
            network.arc(from: node, to: gather, capacity: part.bytes)
        }
        network.arc(from: gather, to: gather + 1, capacity: bytes(into * seconds) + slack)
        let flow = network.run(from: source, to: gather + 1).flow
        var sent = parts.map { _ in rates.map { _ in Int64(0) } }
        for (index, list) in arcs.enumerated() {
            for entry in list { sent[index][entry.source] = network.flow(entry.arc) }
        }
        return (flow, sent)
    }

    private static func bytes(_ value: Double) -> Int64 { value >= 0x1p61 ? 1 << 61 : Int64(max(0, value)) }
}
