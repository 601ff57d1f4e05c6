public import Catalog
public import Configurations
internal import Model
internal import Placement

/// Judges by the policies of a configuration where data may be kept, and which way it may take.
public struct Residency: Sendable {
    private let book: PolicyBook
    private let configuration: PerigeeConfiguration

    /// The policies of `configuration`, which was read from `file`.
    ///
    /// - Throws: `usage` with all that is wrong with them.
    public init(_ configuration: PerigeeConfiguration, file: String) throws {
        self.configuration = configuration
        book = try PolicyBook(
            classes: configuration.sections["classes"].map { PlacedNode(node: $0, file: file).settings },
            policies: configuration.sections["policies"].map { PlacedNode(node: $0, file: file).settings },
            file: file)
    }

    /// Why a dataset may not be kept at a site, in a sentence; nil where it may.
    public func denial(ofKeeping dataset: String, at site: String) -> String? { denial(.store, dataset, site) }

    /// Why a job may not be done, in a sentence; nil where it may: where the data goes, and each site on its way.
    ///
    /// - Parameter here: the site of this host, which moves the bytes of ends that have no agents.
    public func denial(of job: JobSpecification, from: String?, here: String?) -> String? {
        guard job.verb.moves else { return nil }
        if let found = denial(.store, job.dataset, job.site) { return found }
        if let via = job.via, let found = denial(.transitCiphertext, job.dataset, via) { return found }
        let isBetweenAgents = [from, job.site].allSatisfy { name in
            name.flatMap { configuration.site($0)?.agent } != nil
        }
        guard let here, here != from, here != job.site, here != job.via, !isBetweenAgents else { return nil }
        return denial(.transitPlaintext, job.dataset, here)
    }

    /// Whether the expression of a rule means a site; without one it means all.
    ///
    /// - Throws: `usage` where it is none.
    func means(_ rule: ReplicationRule, _ site: SiteSettings, file: String) throws -> Bool {
        guard let text = rule.siteExpression else { return true }
        do {
            return try SiteExpression(parsing: text).judge(attributes(site), sets: book.sets).truth == .yes
        } catch let error as PerigeeError {
            throw PerigeeError(
                .usage, "the site_expression of \(rule.name) is none: \(error.message)", at: "\(file):\(rule.position)",
                remedy: error.remedy ?? "write comparisons of attributes, as country=DE & owner=us")
        }
    }

    private func denial(_ verb: PolicyVerb, _ dataset: String, _ site: String) -> String? {
        let labels = configuration.dataset(dataset)?.dataClass.map { [$0] } ?? []
        return book.denial(verb, of: labels, at: site, configuration.site(site).map(attributes) ?? [:])?.sentence
    }

    private func attributes(_ site: SiteSettings) -> [String: String] {
        Dictionary(site.attributes.map { ($0.name, $0.text) }) { first, _ in first }
    }
}
