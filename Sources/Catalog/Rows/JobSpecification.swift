/// What a run does.
public struct JobSpecification: Codable, Hashable, Sendable {
    /// The kinds of work.
    public enum Verb: String, Codable, Sendable, CaseIterable {
        /// Bring a dataset to a site.
        case replicate
        /// Make a snapshot of a dataset in the vault of a site.
        case snapshot
        /// Check what a site holds of a dataset.
        case verify
        /// Put a snapshot into a tree.
        case restore
        /// Drop snapshots of a dataset.
        case forget
        /// Make an older snapshot, or one that was forgotten, the newest again.
        case recall
        /// Give back the room of what no snapshot in a vault needs.
        case gc
        /// Heal a vault.
        case repair
        /// Seal what is written into a vault from now on under a new key.
        case rotate
        /// Measure the link to a site.
        case probe

        /// The kinds that schedules can have done; the others are asked for, each time.
        public static let scheduled: [Verb] = [.replicate, .snapshot, .verify]

        /// Whether data is brought from one site to another.
        public var moves: Bool { [.replicate, .snapshot, .restore].contains(self) }
    }

    /// The kind of work.
    public var verb: Verb
    /// The dataset; empty where the work is on the site as a whole.
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
    /// Which snapshot is restored or forgotten; nil for the newest, or for those that rules name.
    public var snapshot: String?
    /// The dataset whose tree at ``site`` a snapshot is put into; nil for the same.
    public var into: String?
    /// What the verb is told besides, in the words of the command line.
    public var options: [String]?

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
        let source = from.map { " from \($0)" } ?? ""
        let named = snapshot.map { "@\($0)" } ?? ""
        return switch verb {
        case .replicate: "replicate \(dataset)\(source) to \(site)\(via.map { " via \($0)" } ?? "")"
        case .snapshot: "snapshot \(dataset) at \(site)"
        case .verify: "verify \(dataset.isEmpty ? "the vault" : dataset) at \(site)"
        case .restore: "restore \(dataset)\(named)\(source) to \(site)\(into.map { " into \($0)" } ?? "")"
        case .forget: "forget \(dataset)\(named) at \(site)"
        case .recall: "recall \(dataset)\(named) at \(site)"
        case .gc: "gc at \(site)"
        case .repair: "repair the vault at \(site)"
        case .rotate: "rotate the key of the vault at \(site)"
        case .probe: "probe \(site)"
        }
    }
}
