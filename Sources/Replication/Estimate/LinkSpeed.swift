internal import Calibration
public import Model

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

/// How fast a link is, as its user says or as it was seen to be.
public struct LinkSpeed: Hashable, Sendable {
    /// Beginning and ending take about so many round trips, whatever crosses.
    ///
    /// Seen of snapshots into distant vaults: three where the vault was known, eight for a vault's first one.
    static let edgeRoundTrips = 4.0

    /// The deviation of the logarithm of a rate that somebody says: links are seldom quite what they are called.
    public static let toldSigma = 0.05

    /// What the link carries, in the middle.
    public let bandwidth: ByteRate
    /// How long a byte and its answer take together, in seconds.
    public let roundTrip: Double
    /// The deviation of the logarithm of what it carries.
    public let sigma: Double

    /// A link; `roundTrip` and `sigma` are finite and not negative.
    public init(bandwidth: ByteRate, roundTrip: Double = 0, sigma: Double = toldSigma) {
        precondition(roundTrip >= 0 && roundTrip.isFinite, "a round trip takes no less than no time")
        precondition(sigma >= 0 && sigma.isFinite, "a deviation is no less than nothing")
        self.bandwidth = bandwidth
        self.roundTrip = roundTrip
        self.sigma = sigma
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

    /// What a new connection lets pass before the first answer: ten packets (RFC 6928), in bytes.
    static let firstWindow = 14_600.0

    /// How much later `bytes` are over a new connection than over one that is as fast as the link, in seconds: its window
    /// doubles each round trip, until the link is full or all has been sent.
    func slowStart(for bytes: UInt64) -> Double {
        let rate = bandwidth.bytesPerSecond
        let grown = min(Double(bytes), rate * roundTrip)
        let trips = log2((1 + grown / Self.firstWindow) / 2)
        // Half of what has grown has passed meanwhile.
        return trips > 0 ? max(0, trips * roundTrip - grown / 2 / rate) : 0
    }

    /// How much longer than the link is busy with them `bytes` take, in seconds: round trips at both ends of a run, and the
    /// start of its connection.
    public func start(for bytes: UInt64) -> Double { Self.edgeRoundTrips * roundTrip + slowStart(for: bytes) }

    /// How long `bytes` take over the link in the middle, in seconds.
    public func seconds(for bytes: UInt64) -> Double { seconds(for: bytes, slower: 1) }

    /// How long so many bytes take, the less likely the farther from the middle.
    public func seconds(for bytes: Spread<UInt64>) -> Spread<Double> {
        let factor = LogNormal.spread(1, sigma: sigma).p90
        return Spread(
            p10: seconds(for: bytes.p10, slower: 1 / factor), p50: seconds(for: bytes.p50),
            p90: seconds(for: bytes.p90, slower: factor))
    }

    private func seconds(for bytes: UInt64, slower factor: Double) -> Double {
        guard bytes > 0 else { return roundTrip }
        return start(for: bytes) + bandwidth.seconds(for: ByteCount(bytes)) * factor
    }
}
