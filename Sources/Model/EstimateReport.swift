/// What a run would do: the document that `estimate` prints with `--json`.
///
/// It has the members of ``RunReport``, and each figure of bytes, requests, seconds and money is a ``Spread``. What is
/// known exactly has three equal percentiles. All members are written, with null where a value does not apply.
public struct EstimateReport: Codable, Sendable, Equatable {
    /// The name and version of this document.
    public static let schema = RunReport.schema
    /// The verb of every estimate.
    public static let verb = "estimate"

    /// The source, as it was written on the command line.
    public var source: String
    /// The destination, as it was written on the command line.
    public var destination: String
    /// The ID of the snapshot that would be read, in 64 hexadecimal digits; nil where there is none yet.
    public var snapshot: String?
    /// The destination's newest snapshot, which the source was compared with; nil where it is a tree, or has none yet.
    public var base: String?
    /// How many files would come to what.
    public var files = RunReport.Files()
    /// Where the bytes would go.
    public var bytes = Bytes()
    /// How many chunks there are in what was cut, and how many the destination lacks.
    public var chunks = RunReport.Chunks()
    /// What would be asked of the stores.
    public var requests = Requests()
    /// How long the run would take.
    public var seconds = Seconds()
    /// What the run would cost; nil where the price is unknown, which is not the same as nothing.
    public var money: RunReport.Money?
    /// How the wire bytes were found.
    public var method = Method.exact
    /// What was compressed to find them.
    public var sample = Sample()
    /// What the figures rest on, a sentence each.
    public var assumptions: [String] = []
    /// How long the estimate itself took, in seconds.
    public var took = 0.0
    /// The most memory that the process had resident, in bytes.
    public var peakMemory: UInt64 = 0
    /// The files that could not be read; the run would not move them either.
    public var failures: [RunReport.Failure] = []
    /// What deserves a look, a sentence each.
    public var warnings: [String] = []

    /// The report of an estimate that has looked at nothing yet.
    public init(source: String, destination: String) {
        self.source = source
        self.destination = destination
    }

    /// The same in short, as the report of the real run shows it beside what happened.
    public var estimate: RunReport.Estimate {
        let wire = bytes.wireSent.p50 >= bytes.wireReceived.p50 ? bytes.wireSent : bytes.wireReceived
        return RunReport.Estimate(
            bytes: wire, seconds: seconds.total, money: money, requests: requests.total)
    }
}

extension EstimateReport {
    /// How wire bytes were found.
    public enum Method: String, Codable, Sendable, CaseIterable {
        /// From what a sample of the missing chunks compresses to.
        case sampled
        /// All of it was counted.
        case exact
    }

    /// Where the bytes would go; see ``RunReport/Bytes``.
    public struct Bytes: Codable, Sendable, Equatable {
        /// In the files of the source.
        public var logical = Spread<UInt64>(exactly: 0)
        /// To be read from the source.
        public var read = Spread<UInt64>(exactly: 0)
        /// Plain bytes of the chunks that the destination lacks.
        public var missing = Spread<UInt64>(exactly: 0)
        /// Plain bytes that the destination has already.
        public var reused = Spread<UInt64>(exactly: 0)
        /// To be sent from the source's end to the destination's, all overhead included.
        public var wireSent = Spread<UInt64>(exactly: 0)
        /// To come the other way; see ``RunReport/Bytes``.
        public var wireReceived = Spread<UInt64>(exactly: 0)
        /// What the destination would grow by.
        public var stored = Spread<UInt64>(exactly: 0)

        /// None yet.
        public init() {}

        private enum CodingKeys: String, CodingKey {
            case logical, read, missing, reused, stored
            case wireSent = "wire_sent"
            case wireReceived = "wire_received"
        }
    }

    /// What would be asked of the stores; see ``RunReport/Requests``.
    public struct Requests: Codable, Sendable, Equatable {
        /// Writes and deletes.
        public var put = Spread<UInt64>(exactly: 0)
        /// Reads and questions after one blob.
        public var get = Spread<UInt64>(exactly: 0)
        /// Listings.
        public var list = Spread<UInt64>(exactly: 0)

        /// None yet.
        public init() {}

        /// All of them together.
        public var total: Spread<UInt64> {
            Spread(
                p10: put.p10 + get.p10 + list.p10, p50: put.p50 + get.p50 + list.p50, p90: put.p90 + get.p90 + list.p90)
        }
    }

    /// How long the run would take; of the phases, which overlap, nothing is foreseen: they are null.
    public struct Seconds: Codable, Sendable, Equatable {
        /// From start to end.
        public var total = Spread(exactly: 0.0)

        /// None yet.
        public init() {}

        private enum CodingKeys: String, CodingKey { case total, scan, transfer, publish }

        /// Decodes the total.
        public init(from decoder: any Decoder) throws {
            total = try decoder.container(keyedBy: CodingKeys.self).decode(Spread<Double>.self, forKey: .total)
        }

        /// Encodes the total, and the phases as null.
        public func encode(to encoder: any Encoder) throws {
            var box = encoder.container(keyedBy: CodingKeys.self)
            try box.encode(total, forKey: .total)
            for phase in [CodingKeys.scan, .transfer, .publish] { try box.encodeNil(forKey: phase) }
        }
    }

    /// The chunks that were compressed.
    public struct Sample: Codable, Sendable, Equatable {
        /// How many.
        public var chunks: UInt64 = 0
        /// Their plain bytes.
        public var bytes: UInt64 = 0

        /// None yet.
        public init() {}
    }
}

extension EstimateReport {
    private enum CodingKeys: String, CodingKey {
        case schema, verb, source, destination, snapshot, base
        case dryRun = "dry_run"
        case files, bytes, chunks, requests, seconds, money, method, sample, assumptions, took
        case peakMemory = "peak_memory"
        case verified, estimate, failures, warnings, route
    }

    /// Decodes an estimate.
    ///
    /// - Throws: where the document is not of this schema, or another verb's.
    public init(from decoder: any Decoder) throws {
        let box = try decoder.container(keyedBy: CodingKeys.self)
        guard try box.decode(String.self, forKey: .schema) == Self.schema,
            try box.decode(String.self, forKey: .verb) == Self.verb
        else {
            throw DecodingError.dataCorruptedError(
                forKey: .schema, in: box, debugDescription: "not an estimate of \(Self.schema)")
        }
        source = try box.decode(String.self, forKey: .source)
        destination = try box.decode(String.self, forKey: .destination)
        snapshot = try box.decodeIfPresent(String.self, forKey: .snapshot)
        base = try box.decodeIfPresent(String.self, forKey: .base)
        files = try box.decode(RunReport.Files.self, forKey: .files)
        bytes = try box.decode(Bytes.self, forKey: .bytes)
        chunks = try box.decode(RunReport.Chunks.self, forKey: .chunks)
        requests = try box.decode(Requests.self, forKey: .requests)
        seconds = try box.decode(Seconds.self, forKey: .seconds)
        money = try box.decodeIfPresent(RunReport.Money.self, forKey: .money)
        method = try box.decode(Method.self, forKey: .method)
        sample = try box.decode(Sample.self, forKey: .sample)
        assumptions = try box.decode([String].self, forKey: .assumptions)
        took = try box.decode(Double.self, forKey: .took)
        peakMemory = try box.decode(UInt64.self, forKey: .peakMemory)
        failures = try box.decode([RunReport.Failure].self, forKey: .failures)
        warnings = try box.decode([String].self, forKey: .warnings)
    }

    /// Encodes all members, nil as null.
    public func encode(to encoder: any Encoder) throws {
        var box = encoder.container(keyedBy: CodingKeys.self)
        try box.encode(Self.schema, forKey: .schema)
        try box.encode(Self.verb, forKey: .verb)
        try box.encode(source, forKey: .source)
        try box.encode(destination, forKey: .destination)
        try box.encode(snapshot, forKey: .snapshot)
        try box.encode(base, forKey: .base)
        try box.encode(true, forKey: .dryRun)
        try box.encode(files, forKey: .files)
        try box.encode(bytes, forKey: .bytes)
        try box.encode(chunks, forKey: .chunks)
        try box.encode(requests, forKey: .requests)
        try box.encode(seconds, forKey: .seconds)
        try box.encode(money, forKey: .money)
        try box.encode(method, forKey: .method)
        try box.encode(sample, forKey: .sample)
        try box.encode(assumptions, forKey: .assumptions)
        try box.encode(took, forKey: .took)
        try box.encode(peakMemory, forKey: .peakMemory)
        try box.encode("none", forKey: .verified)
        try box.encode(estimate, forKey: .estimate)
        try box.encodeNil(forKey: .route)
        try box.encode(failures, forKey: .failures)
        try box.encode(warnings, forKey: .warnings)
    }
}
