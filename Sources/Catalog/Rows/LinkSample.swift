public import Scheduling

/// What one run saw of the way between two sites.
public struct LinkSample: Codable, Hashable, Sendable {
    /// When.
    public var at: Instant
    /// The site that sent.
    public var from: String
    /// The site that received.
    public var to: String
    /// The bytes that crossed.
    public var bytes: UInt64
    /// How long that took, in seconds.
    public var seconds: Double
    /// The number of the run.
    public var run: Int64

    /// A sample.
    public init(at: Instant, from: String, to: String, bytes: UInt64, seconds: Double, run: Int64) {
        self.at = at
        self.from = from
        self.to = to
        self.bytes = bytes
        self.seconds = seconds
        self.run = run
    }
}
