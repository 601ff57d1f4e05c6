public import Model

/// How fast a link is, as its user says.
public struct LinkSpeed: Hashable, Sendable {
    /// A new connection takes about so many round trips until it is as fast as the link.
    ///
    /// Measured over 1,180 pairs of cloud regions (Skyplane's public grid of 2022): tests of five seconds lost nine round
    /// trips to the start.
    public static let startRoundTrips = 9.0

    /// What the link carries.
    public let bandwidth: ByteRate
    /// How long a byte and its answer take together, in seconds.
    public let roundTrip: Double

    /// A link; `roundTrip` is finite and not negative.
    public init(bandwidth: ByteRate, roundTrip: Double = 0) {
        precondition(roundTrip >= 0 && roundTrip.isFinite, "a round trip takes no less than no time")
        self.bandwidth = bandwidth
        self.roundTrip = roundTrip
    }

    /// Reads `BANDWIDTH[,RTT]`, such as `1Gbit/s` or `50MB/s,80ms`; nil where the text is no such thing.
    public init?(parsing text: String) {
        let parts = text.split(separator: ",", omittingEmptySubsequences: false)
        guard let first = parts.first, parts.count <= 2, let bandwidth = ByteRate(parsing: String(first)) else {
            return nil
        }
        guard parts.count == 2 else {
            self.init(bandwidth: bandwidth)
            return
        }
        guard let quantity = Quantity(parsing: String(parts[1])),
            let unit = ["us": 1e-6, "ms": 1e-3, "s": 1.0][quantity.unit]
        else { return nil }
        self.init(bandwidth: bandwidth, roundTrip: quantity.number * unit)
    }

    /// How long `bytes` take over the link, in seconds.
    public func seconds(for bytes: UInt64) -> Double {
        guard bytes > 0 else { return roundTrip }
        return Self.startRoundTrips * roundTrip + bandwidth.seconds(for: ByteCount(bytes))
    }
}
