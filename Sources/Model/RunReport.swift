/// What one run did: the document that `sync`, `replicate`, `snapshot`, `restore` and `estimate` print with `--json`.
///
/// All members are written, with null where a value does not apply, so that readers need not ask which are there.
/// `Config/schemas/report.schema.json` describes the document; members may be added, never change their meaning.
public struct RunReport: Codable, Sendable, Equatable {
    /// The name and version of this document.
    public static let schema = "perigee.report/1"

    /// The verb that ran: `sync`, `snapshot`, `restore`, `estimate`.
    public var verb: String
    /// The source, as it was written on the command line.
    public var source: String
    /// The destination, as it was written on the command line.
    public var destination: String
    /// The ID of the snapshot that was written or read, in 64 hexadecimal digits; nil where there is none.
    public var snapshot: String?
    /// Whether nothing was to be changed.
    public var dryRun = false
    /// How many files came to what.
    public var files = Files()
    /// Where the bytes went.
    public var bytes = Bytes()
    /// How many chunks there were.
    public var chunks = Chunks()
    /// What was asked of the stores.
    public var requests = Requests()
    /// How long each phase took.
    public var seconds = Seconds()
    /// The most memory that the process had resident, in bytes.
    public var peakMemory: UInt64 = 0
    /// How far what arrived was checked: `none`, `transferred` or `full`.
    public var verified = "none"
    /// What was expected beforehand: by an estimate that was asked for, or by what earlier runs came to; nil where
    /// neither is known.
    public var estimate: Estimate?
    /// Whether the estimate was asked for; not a member of the document.
    public var isEstimateAsked = false
    /// The files that could not be read or kept.
    public var failures: [Failure] = []
    /// What deserves a look and stopped nothing, a sentence each.
    public var warnings: [String] = []
    /// Which way a dataset took that was named with its sites, or a tree from one other host to another; else nil.
    public var route: Route?

    /// The report of a run that has done nothing yet.
    public init(verb: String, source: String, destination: String) {
        self.verb = verb
        self.source = source
        self.destination = destination
    }
}

extension RunReport {
    private enum CodingKeys: String, CodingKey {
        case schema, verb, source, destination, snapshot
        case dryRun = "dry_run"
        case files, bytes, chunks, requests, seconds
        case peakMemory = "peak_memory"
        case verified, estimate, failures, warnings, route
    }

    /// Decodes a report.
    ///
    /// - Throws: where the document is not of this schema.
    public init(from decoder: any Decoder) throws {
        let box = try decoder.container(keyedBy: CodingKeys.self)
        guard try box.decode(String.self, forKey: .schema) == Self.schema else {
            throw DecodingError.dataCorruptedError(forKey: .schema, in: box, debugDescription: "not \(Self.schema)")
        }
        verb = try box.decode(String.self, forKey: .verb)
        source = try box.decode(String.self, forKey: .source)
        destination = try box.decode(String.self, forKey: .destination)
        snapshot = try box.decodeIfPresent(String.self, forKey: .snapshot)
        dryRun = try box.decode(Bool.self, forKey: .dryRun)
        files = try box.decode(Files.self, forKey: .files)
        bytes = try box.decode(Bytes.self, forKey: .bytes)
        chunks = try box.decode(Chunks.self, forKey: .chunks)
        requests = try box.decode(Requests.self, forKey: .requests)
        seconds = try box.decode(Seconds.self, forKey: .seconds)
        peakMemory = try box.decode(UInt64.self, forKey: .peakMemory)
        verified = try box.decode(String.self, forKey: .verified)
        estimate = try box.decodeIfPresent(Estimate.self, forKey: .estimate)
        failures = try box.decode([Failure].self, forKey: .failures)
        warnings = try box.decode([String].self, forKey: .warnings)
        route = try box.decodeIfPresent(Route.self, forKey: .route)
    }

    /// Encodes all members, nil as null.
    public func encode(to encoder: any Encoder) throws {
        var box = encoder.container(keyedBy: CodingKeys.self)
        try box.encode(Self.schema, forKey: .schema)
        try box.encode(verb, forKey: .verb)
        try box.encode(source, forKey: .source)
        try box.encode(destination, forKey: .destination)
        try box.encode(snapshot, forKey: .snapshot)
        try box.encode(dryRun, forKey: .dryRun)
        try box.encode(files, forKey: .files)
        try box.encode(bytes, forKey: .bytes)
        try box.encode(chunks, forKey: .chunks)
        try box.encode(requests, forKey: .requests)
        try box.encode(seconds, forKey: .seconds)
        try box.encode(peakMemory, forKey: .peakMemory)
        try box.encode(verified, forKey: .verified)
        try box.encode(estimate, forKey: .estimate)
        try box.encode(failures, forKey: .failures)
        try box.encode(warnings, forKey: .warnings)
        try box.encode(route, forKey: .route)
    }
}
