public import Scheduling

/// What is known of a dataset at a site.
public struct KnownReplica: Codable, Hashable, Sendable {
    /// The dataset.
    public var dataset: String
    /// The site.
    public var site: String
    /// It holds at least the state in which the source was at this instant.
    public var asOf: Instant
    /// The snapshot that it holds, where it is in a vault.
    public var snapshot: String?
    /// The bytes of its files.
    public var bytes: UInt64?
    /// When it was last checked and found sound.
    public var verified: Instant?
    /// What is wrong with it, as the last check found; nil where nothing is.
    public var damage: String?
    /// The number of the run that said so.
    public var run: Int64

    /// What is known of a replica.
    public init(dataset: String, site: String, asOf: Instant, snapshot: String?, bytes: UInt64?, run: Int64) {
        self.dataset = dataset
        self.site = site
        self.asOf = asOf
        self.snapshot = snapshot
        self.bytes = bytes
        self.run = run
    }
}
