internal import Configurations
internal import Model
internal import Replication

/// A configuration that was read from a file, as seen from this host.
struct LoadedConfiguration: Sendable {
    /// What it says.
    let configuration: PerigeeConfiguration
    /// The file.
    let path: String
    /// The site that this host is; nil where nobody says.
    let here: String?

    /// `configuration` as seen from the site that `$PERIGEE_SITE` names, else from the one that it calls `here`.
    ///
    /// - Throws: `usage` where that is not described.
    init(_ configuration: PerigeeConfiguration, path: String) throws {
        self.configuration = configuration
        self.path = path
        here = Environment["PERIGEE_SITE"] ?? configuration.here
        if let here { _ = try site(here, in: "PERIGEE_SITE") }
    }

    /// The site of a name that stands in `text`.
    ///
    /// - Throws: `usage` where it is not described.
    func site(_ name: String, in text: String) throws -> SiteSettings {
        if let site = configuration.site(name) { return site }
        throw unknown("site", name, configuration.sites.map(\.name), text)
    }

    /// The dataset of a name that stands in `text`.
    func dataset(_ name: String, in text: String) throws -> DatasetSettings {
        if let dataset = configuration.dataset(name) { return dataset }
        throw unknown("dataset", name, configuration.datasets.map(\.name), text)
    }

    private func unknown(_ kind: String, _ name: String, _ names: [String], _ text: String) -> PerigeeError {
        let guess = PerigeeConfiguration.suggestion(for: name, among: names)
        return PerigeeError(
            .usage, "\(path) describes no \(kind) called \(name)", at: text,
            remedy: guess.map { "did you mean \($0)?" }
                ?? (names.isEmpty ? "describe it below \(kind)s:" : "there are: \(names.joined(separator: ", "))"))
    }

    /// Whether a site's paths are those of this host.
    func isHere(_ site: SiteSettings) -> Bool { site.name == here || site.shell == nil && site.agent == nil }

    /// The host of a site: by its agent, where it has one, else by `ssh`; nil for others, and for this host.
    func remoteHost(_ site: SiteSettings) -> RemoteHost? {
        guard !isHere(site) else { return nil }
        if let agent = site.agent { return RemoteHost(way: .agent, host: agent.host, port: agent.port) }
        guard let shell = site.shell else { return nil }
        return RemoteHost(.remoteTree(user: shell.user, host: shell.host, port: shell.port, path: "/"))
    }

    /// What is remembered of a link that begins or ends at this host, and whether bytes go from here; nil for others.
    func memory(of link: LinkSettings, _ state: StateFolder) -> (memory: LinkMemory, isUp: Bool)? {
        let isUp = link.from == here
        let other = isUp ? link.to : link.from
        guard isUp || link.to == here, let site = configuration.site(other) else { return nil }
        if let host = remoteHost(site) { return (LinkMemory(state: state, host: host.name), isUp) }
        guard case .bucket(let name, _)? = site.vault else { return nil }
        return (LinkMemory(state: state, host: "s3://\(name)"), isUp)
    }

    /// What `site:` stands for: the vault of the site.
    ///
    /// - Throws: `usage` where it has none.
    func vault(of site: SiteSettings, in text: String) throws -> Endpoint {
        guard let vault = site.vault else {
            throw PerigeeError(
                .usage, "\(path) names no vault of \(site.name)", at: text,
                remedy: "write vault: below sites.\(site.name), or a dataset behind the colon")
        }
        guard isHere(site) || site.agent == nil else {
            throw PerigeeError(
                .unsupported, "the vault of a site with an agent is reached by its datasets", at: text,
                remedy: "write \(text)DATASET")
        }
        switch (vault, isHere(site) ? nil : site.shell) {
        case (.bucket(let bucket, let prefix), _): return .vault(.bucket(name: bucket, prefix: prefix), nil)
        case (.folder(let path), nil): return .vault(.folder(path: path), nil)
        case (.folder(let path), let shell?):
            return .vault(.remoteFolder(user: shell.user, host: shell.host, port: shell.port, path: path), nil)
        }
    }

    /// What `site:name` stands for.
    ///
    /// - Throws: `usage` where site or dataset are not described, or the dataset has no place there.
    func end(site name: String, name dataset: Endpoint.DatasetName, text: String) throws -> NamedEnd {
        let site = try site(name, in: text)
        let settings = try self.dataset(dataset.dataset, in: text)
        guard let replica = configuration.replica(of: settings, at: site) else {
            throw PerigeeError(
                .usage, "\(path) says nowhere where \(settings.name) is at \(name)", at: text,
                remedy: "write its place below datasets.\(settings.name).replicas.\(name), or a vault: for the site")
        }
        if case .tree = replica.place, let snapshot = dataset.snapshot, isHere(site) || site.shell != nil {
            throw PerigeeError(
                .usage, "a tree is as it is now and has no snapshots: @\(snapshot)", at: text,
                remedy: "leave the @ away, or name a site that keeps it in a vault")
        }
        return NamedEnd(
            site: site, dataset: settings, replica: replica,
            endpoint: endpoint(site, replica.place, dataset))
    }

    private func endpoint(
        _ site: SiteSettings, _ place: ReplicaSettings.Place, _ name: Endpoint.DatasetName
    ) -> Endpoint {
        if case .vault(.bucket(let bucket, let prefix), let dataset) = place {
            return .vault(
                .bucket(name: bucket, prefix: prefix), .init(dataset: dataset, snapshot: name.snapshot))
        }
        let shell = isHere(site) ? nil : site.shell
        if !isHere(site), let agent = site.agent { return .agent(host: agent.host, port: agent.port, name) }
        switch place {
        case .tree(let path):
            guard let shell else { return .tree(path: path) }
            return .remoteTree(user: shell.user, host: shell.host, port: shell.port, path: path)
        case .vault(let vault, let dataset):
            guard case .folder(let path) = vault else { preconditionFailure("buckets are dealt with above") }
            let name = Endpoint.DatasetName(dataset: dataset, snapshot: name.snapshot)
            guard let shell else { return .vault(.folder(path: path), name) }
            return .vault(
                .remoteFolder(user: shell.user, host: shell.host, port: shell.port, path: path), name)
        }
    }
}
