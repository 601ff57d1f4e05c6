public import Model

/// A directed way between two sites, as the configuration describes it.
public struct LinkSettings: Sendable, Equatable {
    /// The site where it begins.
    public var from: String
    /// The site where it ends.
    public var to: String
    /// Where it is described.
    public var position: Position
    /// What it carries; nil for what was measured.
    public var bandwidth: ByteRate?
    /// How long a byte and its answer take together, in seconds; nil for what was measured.
    public var roundTrip: Double?
    /// The share of packets that are lost.
    public var loss: Double?
    /// How fast transfers over it may be, by the time of day.
    public var limit: RateSchedule?
    /// The entry of the price book that it is priced by; nil where it costs nothing.
    public var tariff: String?
    /// What others read: windows, prices and the like, as it is written.
    public var extras: [ConfigurationNode.Member] = []

    /// A link about which nothing is known but its ends.
    public init(from: String, to: String, position: Position) {
        self.from = from
        self.to = to
        self.position = position
    }
}
