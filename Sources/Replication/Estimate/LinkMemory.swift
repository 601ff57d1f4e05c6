public import Model

/// What probes of a link measured, kept in the state folder: the estimator takes the latest where no link is named.
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

    /// How many samples are kept.
    public static let samplesMax = 50
    private static let head = "perigee link 1"
    private static let sizeMax = 1 << 20

    private let path: String?

    /// The memory of the link to `host`.
    public init(state: StateFolder?, host: String) {
        path = state?.file("links", for: EndpointPair(source: "", destination: host))
    }

    /// The last samples, the oldest first.
    public var samples: [Sample] {
        guard let path, let bytes = StateFile.read(path, limit: Self.sizeMax) else { return [] }
        let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n")
        guard lines.first == Self.head[...] else { return [] }
        return lines.dropFirst().compactMap { LedgerLine(parsing: $0) }.compactMap(Sample.init).suffix(Self.samplesMax)
    }

    /// Keeps `sample`.
    public func record(_ sample: Sample) throws {
        guard let path else { return }
        let lines = (samples + [sample]).suffix(Self.samplesMax).map(\.line.text)
        let file = try StateFile(replacing: path)
        try file.write(Array(([Self.head] + lines).map { $0 + "\n" }.joined().utf8))
        try file.finish()
    }

    /// The link as the last probe found it, towards the host or back; nil where none was made.
    public func speed(up isUp: Bool) -> LinkSpeed? {
        guard let last = samples.last else { return nil }
        let rate = isUp ? last.up.p50 : last.down.p50
        guard rate > 0 else { return nil }
        return LinkSpeed(bandwidth: ByteRate(bytesPerSecond: rate), roundTrip: last.roundTrip.p50)
    }
}
