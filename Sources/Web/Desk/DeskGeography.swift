public import Model

/// The places and ways that the configuration describes, as pictures need them.
public struct DeskGeography: Sendable, Hashable {
    /// A site.
    public struct Site: Sendable, Hashable {
        /// Its name.
        public var name: String
        /// Where it is, in a word or two; empty where nobody says.
        public var place: String

        /// A site.
        public init(name: String, place: String) { (self.name, self.place) = (name, place) }
    }

    /// A directed way between two sites.
    public struct Link: Sendable, Hashable {
        /// Where it begins.
        public var from: String
        /// Where it ends.
        public var to: String
        /// What it carries; nil where not known.
        public var bandwidth: ByteRate?
        /// A byte and its answer, in seconds; nil where not known.
        public var roundTrip: Double?

        /// A link.
        public init(from: String, to: String, bandwidth: ByteRate? = nil, roundTrip: Double? = nil) {
            (self.from, self.to, self.bandwidth, self.roundTrip) = (from, to, bandwidth, roundTrip)
        }
    }

    /// The sites, in the order of the configuration.
    public var sites: [Site] = []
    /// The links, likewise.
    public var links: [Link] = []
    /// The names of the datasets, likewise.
    public var datasets: [String] = []

    /// Nothing.
    public init() {}
}
