internal import Configurations
internal import Model
internal import Replication

/// The two ends of a transfer, as far as prices, links and the ledger ask for them.
struct TransferEnds {
    /// One of them.
    struct End {
        /// What it stands for, without names of the configuration.
        let endpoint: Endpoint
        /// Its site, where the configuration knows it.
        let site: String?

        /// The host that it is on; nil for this one, and for object stores.
        var host: RemoteHost? { RemoteHost(endpoint) }

        /// The object store that it is in; nil where it is in none.
        var bucket: String? {
            guard case .vault(.bucket(let name, _), _) = endpoint else { return nil }
            return name
        }

        /// Whether it is on this host.
        var isHere: Bool { host == nil && bucket == nil }

        /// What it is called in the name of a link.
        var name: String { site ?? host?.name ?? bucket.map { "s3://\($0)" } ?? "here" }
    }

    let from: End
    let to: End

    /// The ends that are written so; nil where one of them is no endpoint, or names what is not described.
    init?(_ source: String, _ destination: String) {
        guard let from = try? Self.end(source), let to = try? Self.end(destination) else { return nil }
        (self.from, self.to) = (from, to)
    }

    private static func end(_ text: String) throws -> End {
        let sites = NamedSites.current
        let named = try Endpoint(parsing: text)
        let endpoint = try sites.resolved(named, as: text)
        if case .site(let site, _) = named { return End(endpoint: endpoint, site: site) }
        let end = End(endpoint: endpoint, site: nil)
        guard let known = sites.known else { return end }
        if end.isHere { return End(endpoint: endpoint, site: known.here) }
        // A host that is written out is a site all the same.
        let site = end.host.flatMap { host in known.configuration.sites.first { known.remoteHost($0) == host } }
        return End(endpoint: endpoint, site: site?.name)
    }

    /// The ends of a dataset at two sites that a configuration describes; nil where it does not.
    init?(_ dataset: String, from: String, to: String, by loaded: LoadedConfiguration) {
        func end(_ site: String) -> End? {
            let name = Endpoint.DatasetName(dataset: dataset, snapshot: nil)
            let found = try? loaded.end(site: site, name: name, text: "\(site):\(dataset)")
            return found.map { End(endpoint: $0.endpoint, site: site) }
        }
        guard let from = end(from), let to = end(to) else { return nil }
        (self.from, self.to) = (from, to)
    }

    /// The link between them, where the configuration that is in use describes it.
    var described: LinkSettings? { described(by: NamedSites.current.known) }

    /// The link between them, where a configuration describes it.
    func described(by loaded: LoadedConfiguration?) -> LinkSettings? {
        guard let from = from.site, let to = to.site else { return nil }
        return loaded?.configuration.link(from: from, to: to)
    }

    /// What the link between them is called; nil where both are on one host.
    var link: String? { link(by: NamedSites.current.known) }

    /// What the link between them is called by a configuration; nil where both are on one host.
    func link(by loaded: LoadedConfiguration?) -> String? {
        if from.isHere, to.isHere, described(by: loaded) == nil { return nil }
        if let host = from.host, host == to.host { return nil }
        return "\(from.name) -> \(to.name)"
    }

    /// The name under which the link to another place is remembered, and whether bytes go there; nil where none is crossed,
    /// or two are.
    var memory: (host: String, isUp: Bool)? {
        if from.isHere, let there = to.host?.name ?? to.bucket.map({ "s3://\($0)" }) { return (there, true) }
        if to.isHere, let there = from.host?.name ?? from.bucket.map({ "s3://\($0)" }) { return (there, false) }
        return nil
    }
}
