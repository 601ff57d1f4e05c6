public import Content
public import Model

/// What the user asked of an estimate.
public struct EstimateOptions: Sendable {
    /// How chunks would be compressed, where the destination is a vault.
    public var compression = Compression.auto
    /// Compress all missing chunks, and not only a sample.
    public var isExact = false
    /// The link between the ends; nil where they are on this machine.
    public var link: LinkSpeed?
    /// What has crossed so far to and from the host that the vault is on; nil where it is on this one, or in an object store.
    public var traffic: (@Sendable () -> HostTraffic)?
    /// What an estimate costs; nil where the price is unknown.
    public var money: (@Sendable (EstimateReport) -> RunReport.Money?)?
    /// What would be asked of the run itself: which files, whether content is compared, what is deleted.
    public var run = SyncOptions()

    /// The defaults.
    public init() {}
}
