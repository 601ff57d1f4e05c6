/// How fast a link is, and how long a byte takes to the other side and its answer back.
package struct LinkShape: Sendable, Equatable {
    /// In each direction.
    package let bitsPerSecond: Int
    /// Milliseconds there and back, besides what the machine itself takes.
    package let roundTripMilliseconds: Int

    private static let units = [("Gbit/s", 1_000_000_000.0), ("Mbit/s", 1_000_000.0)]
    private static let rates = 1_000_000.0...100_000_000_000.0

    /// The link that `text` means: `100Mbit/s`, or `1Gbit/s,40ms`.
    package init(_ text: String) throws {
        let parts = text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        let rate = Self.units.lazy.compactMap { unit, factor in
            parts[0].hasSuffix(unit) ? Double(parts[0].dropLast(unit.count)).map { $0 * factor } : nil
        }.first
        let delay = parts.count == 1 ? 0 : parts[1].hasSuffix("ms") ? Int(parts[1].dropLast(2)) : nil
        guard parts.count <= 2, let rate, Self.rates.contains(rate), let delay, (0...10_000).contains(delay) else {
            throw PeersError("'\(text)' is no link; write 100Mbit/s, or 1Gbit/s,40ms with a round trip")
        }
        bitsPerSecond = Int(rate)
        roundTripMilliseconds = delay
    }

    /// As it was written.
    package var summary: String {
        let (unit, factor) = Self.units.first { Double(bitsPerSecond) >= $0.1 } ?? Self.units[1]
        let amount = Double(bitsPerSecond) / factor
        let rate = "\(Words.fixed(amount, amount == amount.rounded() ? 0 : 1)) \(unit)"
        return roundTripMilliseconds == 0 ? rate : "\(rate), round trip \(roundTripMilliseconds) ms"
    }
}
