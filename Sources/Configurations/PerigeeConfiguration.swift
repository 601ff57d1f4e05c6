/// A configuration: what a user wants, read from one file and checked as a whole.
///
/// What is here fits together: each site, link and dataset that is named is described, and no secret stands in it.
public struct PerigeeConfiguration: Sendable, Equatable {
    /// The version of the file's form.
    public static let version = 1
    /// Sections that are kept as they are written: those read them who decide by them.
    public static let sectionNames = [
        "classes", "policies", "schedules", "workloads", "tariffs", "serve", "hooks", "budgets",
    ]

    /// The site that this host is; nil where the file does not say.
    public var here: String?
    /// The sites, in the order of the file.
    public var sites: [SiteSettings] = []
    /// The links, in the order of the file.
    public var links: [LinkSettings] = []
    /// The datasets, in the order of the file.
    public var datasets: [DatasetSettings] = []
    /// How many copies there are to be, in the order of the file.
    public var rules: [ReplicationRule] = []
    /// Who is told of what, in the order of the file.
    public var notices: [NoticeSettings] = []
    /// What may be used of this host.
    public var limits = HostLimits()
    /// The file of prices; nil where none is named.
    public var priceBook: String?
    /// What others read, by the name of the section.
    public var sections: [String: ConfigurationNode] = [:]

    /// A configuration that says nothing.
    public init() {}

    /// The site of a name; nil where none is described.
    public func site(_ name: String) -> SiteSettings? { sites.first { $0.name == name } }

    /// The dataset of a name; nil where none is described.
    public func dataset(_ name: String) -> DatasetSettings? { datasets.first { $0.name == name } }

    /// The link from one site to another; nil where none is described.
    public func link(from: String, to: String) -> LinkSettings? { links.first { $0.from == from && $0.to == to } }

    /// Where a dataset is, or would be, at a site: as it is described, else under its name in the site's vault.
    public func replica(of dataset: DatasetSettings, at site: SiteSettings) -> ReplicaSettings? {
        if let replica = dataset.replica(at: site.name) { return replica }
        guard let vault = site.vault else { return nil }
        return ReplicaSettings(
            site: site.name, position: site.position, place: .vault(vault, dataset: dataset.name))
    }

    /// The name among `names` that somebody may have meant by `name`.
    public static func suggestion(for name: String, among names: [String]) -> String? {
        Suggestion.nearest(to: name, among: names)
    }
}
