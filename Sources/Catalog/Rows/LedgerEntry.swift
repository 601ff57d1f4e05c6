public import Scheduling

/// What a run was expected to need, beside what it needed.
public struct LedgerEntry: Codable, Hashable, Sendable {
    /// Low, middle and high: p10, p50, p90.
    public struct Range: Codable, Hashable, Sendable {
        /// The value below which one in ten lies.
        public var p10: Double
        /// The value below which every second lies.
        public var p50: Double
        /// The value below which nine in ten lie.
        public var p90: Double

        /// A range.
        public init(p10: Double, p50: Double, p90: Double) {
            self.p10 = p10
            self.p50 = p50
            self.p90 = p90
        }
    }

    /// The number of the run.
    public var run: Int64
    /// The run.
    public var id: RunID
    /// What it did.
    public var job: JobSpecification
    /// When it ended.
    public var at: Instant
    /// The bytes on the wire that were expected; nil where nothing was.
    public var expectedBytes: Range?
    /// The seconds that were expected.
    public var expectedSeconds: Range?
    /// The bytes that crossed.
    public var bytes: UInt64
    /// The seconds that it took.
    public var seconds: Double

    /// An entry.
    public init(
        run: Int64, id: RunID, job: JobSpecification, at: Instant, expectedBytes: Range?, expectedSeconds: Range?,
        bytes: UInt64, seconds: Double
    ) {
        self.run = run
        self.id = id
        self.job = job
        self.at = at
        self.expectedBytes = expectedBytes
        self.expectedSeconds = expectedSeconds
        self.bytes = bytes
        self.seconds = seconds
    }
}
