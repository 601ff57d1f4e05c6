/// What the runs of a schedule do.
public struct JobSpecification: Codable, Hashable, Sendable {
    /// The kinds of work.
    public enum Verb: String, Codable, Sendable, CaseIterable {
        /// Bring a dataset to a site.
        case replicate
        /// Make a snapshot of a dataset in the vault of a site.
        case snapshot
        /// Check what a site holds of a dataset.
        case verify
    }

    /// The kind of work.
    public var verb: Verb
    /// The dataset.
    public var dataset: String
    /// The site where it is done, or that is to have the dataset.
    public var site: String
    /// The site to bring it from; nil for the best one.
    public var from: String?
    /// The site that relays; nil for none.
    public var via: String?
    /// Whether a tree loses what the source does not have.
    public var delete = false
    /// Whether `verify` reads all data.
    public var data = false

    /// Work on a dataset at a site.
    public init(_ verb: Verb, dataset: String, site: String, from: String? = nil, via: String? = nil) {
        self.verb = verb
        self.dataset = dataset
        self.site = site
        self.from = from
        self.via = via
    }
}

extension JobSpecification: CustomStringConvertible {
    /// The work in words: `replicate weights to virginia`.
    public var description: String {
        switch verb {
        case .replicate:
            "replicate \(dataset)\(from.map { " from \($0)" } ?? "") to \(site)\(via.map { " via \($0)" } ?? "")"
        case .snapshot: "snapshot \(dataset) at \(site)"
        case .verify: "verify \(dataset) at \(site)"
        }
    }
}
