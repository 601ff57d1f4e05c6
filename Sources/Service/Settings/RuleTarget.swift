internal import Configurations
internal import Model

/// A site at which a replication rule wants a copy.
public struct RuleTarget: Hashable, Sendable {
    /// The name of the rule.
    public var rule: String
    /// The dataset.
    public var dataset: String
    /// The site.
    public var site: String
    /// How old the copy may be, in seconds; nil for any age.
    public var rpo: Int64?
    /// Whether people write there: it is always what it should be.
    public var isSource: Bool
    /// Why there can be no copy; nil where there can.
    public var refusal: String?

    /// The schedule that makes the copy: a name that none in a configuration can have.
    public var schedule: String { "\(rule):\(site)" }
}

extension RuleTarget {
    /// The sites at which the rules of `configuration` want copies, by rules in the order of their priority.
    ///
    /// Of the sites that a rule means and that have a place for the dataset, those come first where it is described to be,
    /// the source before all, and as many are taken as there are to be copies. A site where a policy forbids a copy is not
    /// counted, and is told of.
    static func all(
        _ configuration: PerigeeConfiguration, _ residency: Residency, file: String
    ) throws -> [RuleTarget] {
        let rules = configuration.rules.enumerated().sorted {
            ($1.element.priority, $0.offset) < ($0.element.priority, $1.offset)
        }
        return try rules.flatMap { try targets($0.element, configuration, residency, file) }
    }

    private static func targets(
        _ rule: ReplicationRule, _ configuration: PerigeeConfiguration, _ residency: Residency, _ file: String
    ) throws -> [RuleTarget] {
        guard let dataset = configuration.dataset(rule.dataset) else { return [] }
        guard let origin = dataset.origin else {
            throw PerigeeError(
                .usage, "the rule \(rule.name) cannot tell from which site \(dataset.name) is copied",
                at: "\(file):\(dataset.position)",
                remedy: "write source: SITE below datasets.\(dataset.name): where people write")
        }
        let described = dataset.replicas.map(\.site)
        let rank = { (site: SiteSettings) in
            site.name == origin ? -1 : described.firstIndex(of: site.name) ?? described.count
        }
        let sites = configuration.sites.enumerated().sorted {
            (rank($0.element), $0.offset) < (rank($1.element), $1.offset)
        }.map(\.element)
        var targets: [RuleTarget] = []
        for site in sites where targets.count(where: { $0.refusal == nil }) < rule.copies {
            guard configuration.replica(of: dataset, at: site) != nil, try residency.means(rule, site, file: file)
            else { continue }
            targets.append(
                RuleTarget(
                    rule: rule.name, dataset: dataset.name, site: site.name, rpo: rule.rpo?.seconds,
                    isSource: site.name == origin,
                    refusal: residency.denial(ofKeeping: dataset.name, at: site.name)))
        }
        return targets
    }
}
