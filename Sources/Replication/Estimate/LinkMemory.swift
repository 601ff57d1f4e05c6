public import Calibration
public import Model

/// What probes of a link measured and what transfers over it came to, kept in the state folder: the estimator reckons with
/// their distribution where no link is named.
///
/// Only a memory, like the ledger: lines that are damaged are passed over.
public struct LinkMemory: Sendable {
    /// What one probe found.
    public struct Sample: Sendable {
        /// When.
        public var at: Timestamp
        /// A round trip, in seconds.
        public var roundTrip: Spread<Double>
        /// Bytes in a second from here to there.
        public var up: Spread<Double>
        /// Bytes in a second from there to here.
        public var down: Spread<Double>

        /// A sample of measured values, none of the lists empty.
        public init(at: Timestamp, roundTrips: [Double], up: [Double], down: [Double]) {
            self.at = at
            roundTrip = Self.spread(roundTrips)
            self.up = Self.spread(up)
            self.down = Self.spread(down)
        }

        init?(_ line: LedgerLine) {
            guard let roundTrip = line.spread("rtt", Double.self), let up = line.spread("up", Double.self),
                let down = line.spread("down", Double.self),
                [roundTrip.p10, up.p10, down.p10].allSatisfy({ $0 >= 0 && $0.isFinite })
            else { return nil }
            (at, self.roundTrip, self.up, self.down) = (line.at, roundTrip, up, down)
        }

        var line: LedgerLine {
            var line = LedgerLine(at: at)
            line.set("rtt", roundTrip)
            line.set("up", up)
            line.set("down", down)
            return line
        }

        private static func spread(_ values: [Double]) -> Spread<Double> {
            Spread(p10: Quantile.of(values, 0.1), p50: Quantile.of(values, 0.5), p90: Quantile.of(values, 0.9))
        }
    }

    /// What a transfer over the link came to.
    struct Move {
        /// When it ended.
        var at: Timestamp
        /// Whether it went from here to there.
        var isUp: Bool
        /// Bytes in a second.
        var rate: Double

        init(at: Timestamp, isUp: Bool, rate: Double) { (self.at, self.isUp, self.rate) = (at, isUp, rate) }

        init?(_ line: LedgerLine) {
            guard let direction = line.number("moved", String.self), ["up", "down"].contains(direction),
                let rate = line.number("rate", Double.self), rate > 0, rate.isFinite
            else { return nil }
            self.init(at: line.at, isUp: direction == "up", rate: rate)
        }

        var line: LedgerLine {
            var line = LedgerLine(at: at)
            line.set("moved", isUp ? "up" : "down")
            line.set("rate", rate)
            return line
        }
    }

    /// How many samples are kept, and as many transfers.
    public static let samplesMax = 50
    private static let head = "perigee link 1"
    private static let sizeMax = 1 << 20

    private let path: String?

    /// The memory of the link to `host`.
    public init(state: StateFolder?, host: String) {
        path = state?.file("links", for: EndpointPair(source: "", destination: host))
    }

    /// The last samples, the oldest first.
    public var samples: [Sample] { lines.compactMap(Sample.init).suffix(Self.samplesMax) }

    private var moves: [Move] { lines.compactMap(Move.init).suffix(Self.samplesMax) }

    private var lines: [LedgerLine] {
        guard let path, let bytes = StateFile.read(path, limit: Self.sizeMax) else { return [] }
        let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n")
        guard lines.first == Self.head[...] else { return [] }
        return lines.dropFirst().compactMap { LedgerLine(parsing: $0) }
    }

    /// Keeps `sample`.
    public func record(_ sample: Sample) throws { try write(samples + [sample], moves) }

    /// Keeps what a transfer says of the link; `isUp` where it went from here to there.
    public func record(_ transfer: LinkObservation, up isUp: Bool) throws {
        try write(samples, moves + [Move(at: transfer.at, isUp: isUp, rate: transfer.rate)])
    }

    private func write(_ samples: [Sample], _ moves: [Move]) throws {
        guard let path else { return }
        let lines =
            samples.suffix(Self.samplesMax).map(\.line) + moves.suffix(Self.samplesMax).map(\.line)
        let file = try StateFile(replacing: path)
        try file.write(Array(([Self.head] + lines.map(\.text)).map { $0 + "\n" }.joined().utf8))
        try file.finish()
    }

    /// How fast the link is towards the host or back, by all that was seen of it; nil where nothing was.
    public func rate(up isUp: Bool) -> LinkRate? {
        let probes = samples.compactMap { sample -> LinkObservation? in
            let seen = isUp ? sample.up : sample.down
            guard seen.p50 > 0, seen.p50.isFinite else { return nil }
            let sigma = seen.p10 > 0 && seen.p90.isFinite ? LogNormal.sigma(of: seen) : 0
            return LinkObservation(at: sample.at, kind: .probe, rate: seen.p50, sigma: sigma)
        }
        let moves = moves.filter { $0.isUp == isUp }.map {
            LinkObservation(at: $0.at, kind: .transfer, rate: $0.rate)
        }
        return LinkRate((probes + moves).sorted { $0.at < $1.at })
    }

    /// The link by all that was seen of it, towards the host or back; nil where nothing was.
    public func speed(up isUp: Bool) -> LinkSpeed? {
        guard let seen = rate(up: isUp) else { return nil }
        return LinkSpeed(
            bandwidth: ByteRate(bytesPerSecond: seen.rate.p50), roundTrip: roundTrip, sigma: seen.sigma)
    }

    /// A byte and its answer, in seconds, as the last probe found it; nothing where none was made.
    public var roundTrip: Double { samples.last?.roundTrip.p50 ?? 0 }
}
