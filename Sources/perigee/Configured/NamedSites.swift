internal import Configurations
internal import Model
internal import Replication
internal import Synchronization
internal import Transport
internal import Trust

/// The configuration of this run of the program, and the ends that its command line names by it.
///
/// Read when the first name is met, so that verbs whose ends are written out need no configuration. What an end needs
/// besides its place - how its host is reached, what opens its vault, which files belong to it - is kept here for whoever
/// opens it.
final class NamedSites: Sendable {
    /// Those of this process.
    static let current = NamedSites()

    private struct State {
        var named: String?
        var loaded: LoadedConfiguration?
        var used = UsedNames()
    }

    private let state = Mutex(State())

    /// Takes note of what `--config` names.
    func use(_ options: GlobalOptions) { state.withLock { $0.named = options.config } }

    /// The configuration, which `text` needs.
    ///
    /// - Throws: `usage` where there is none, or anything in it is wrong.
    func loaded(for text: String? = nil) throws -> LoadedConfiguration {
        try state.withLock { state in
            if let loaded = state.loaded { return loaded }
            guard let path = ConfigurationFile.find(named: state.named) else {
                throw PerigeeError(
                    .usage, "names of sites and datasets need a configuration, and there is none", at: text,
                    remedy:
                        "write \(ConfigurationFile.usual.joined(separator: " or ")), or name a file with --config or "
                        + "PERIGEE_CONFIG; a path with a colon is written ./a:b")
            }
            let configuration = try PerigeeConfiguration.read(ConfigurationFile.bytes(path), at: path)
            let loaded = try LoadedConfiguration(configuration, path: path)
            state.loaded = loaded
            return loaded
        }
    }

    /// The configuration, where a name has had it read; nil where none has.
    var known: LoadedConfiguration? { state.withLock { $0.loaded } }

    /// The configuration where there is one; nil where none is found.
    ///
    /// - Throws: `usage` where anything in it is wrong.
    func loadedIfThere() throws -> LoadedConfiguration? {
        if let known { return known }
        let named = state.withLock { $0.named }
        guard ConfigurationFile.find(named: named) != nil else { return nil }
        return try loaded()
    }

    /// `endpoint` with its names replaced by what they stand for; `text` is how it was written.
    ///
    /// - Throws: `usage` where a name is not described.
    func resolved(_ endpoint: Endpoint, as text: String) throws -> Endpoint {
        guard case .site(let site, let name) = endpoint else { return endpoint }
        let loaded = try loaded(for: text)
        guard let name else {
            let site = try loaded.site(site, in: text)
            let vault = try loaded.vault(of: site, in: text)
            state.withLock { $0.used.add(site, vault) }
            return vault
        }
        let end = try loaded.end(site: site, name: name, text: text)
        state.withLock { state in
            state.used.add(end.dataset)
            state.used.add(end.site, end.endpoint)
        }
        return end.endpoint
    }

    /// The end that `text` names; nil where it names none.
    func end(_ text: String) throws -> NamedEnd? {
        guard case .site(let site, let name?) = try Endpoint(parsing: text) else { return nil }
        return try loaded(for: text).end(site: site, name: name, text: text)
    }

    /// The host of the site that `text` is the bare name of; nil where it is no bare name.
    ///
    /// - Throws: `usage` where there is no such site, or it has no host of its own.
    func host(named text: String) throws -> RemoteHost? {
        guard !text.contains(":"), !text.contains("/"), !text.contains("@"), !text.isEmpty else { return nil }
        let loaded = try loaded(for: text)
        let site = try loaded.site(text, in: text)
        guard let host = loaded.remoteHost(site) else {
            throw PerigeeError(
                .usage, "the site is not on another host", at: text,
                remedy: "name one that has ssh: in \(loaded.path), or user@host:")
        }
        if let shell = site.shell { state.withLock { $0.used.add(shell, for: host) } }
        return host
    }

    /// The link between two ends that are named, as the configuration describes it; nil where it says nothing of it.
    func link(_ source: String, _ destination: String) throws -> LinkSpeed? {
        guard let from = try end(source), let to = try end(destination),
            let link = try loaded().configuration.link(from: from.site.name, to: to.site.name),
            let bandwidth = link.bandwidth
        else { return nil }
        return LinkSpeed(bandwidth: bandwidth, roundTrip: link.roundTrip ?? 0)
    }

    /// The host of the site called `name`, which is to relay; nil where there is no such site.
    ///
    /// - Throws: `unsupported` where it is on no other host.
    func relay(named name: String) throws -> RemoteHost? {
        guard !name.contains(":"), let loaded = try loadedIfThere(), let site = loaded.configuration.site(name) else {
            return nil
        }
        guard let host = loaded.remoteHost(site) else {
            throw PerigeeError(
                .unsupported, "only a site on another host can relay", at: "--via \(name)",
                remedy: "name one that has agent: or ssh: in the configuration, or leave --via away")
        }
        return host
    }

    /// Who must answer at an agent's address, as the configuration says; nil where it does not, or was not read.
    func identity(at address: HostAddress) -> SiteIdentity? {
        let sites = state.withLock { $0.loaded }?.configuration.sites ?? []
        let agent = sites.lazy.compactMap(\.agent).first {
            HostAddress(host: $0.host, port: $0.port ?? TransportLimits.port) == address
        }
        return agent?.identity.flatMap { try? SiteIdentity(parsing: $0) }
    }

    /// How a host that was named is reached by `ssh`; nil for what is usual.
    func shell(for host: RemoteHost) -> ShellSettings? { state.withLock { $0.used.shells[host] } }

    /// How the object store of a place that was named is reached; nil for what is usual.
    func objectStore(_ place: Endpoint.VaultPlace) -> ObjectStoreSettings? {
        state.withLock { $0.used.sites["\(place)"]?.objectStore }
    }

    /// The site of a vault that was named.
    func site(of place: String) -> SiteSettings? { state.withLock { $0.used.sites[place] } }

    /// Forgets which datasets were named: what is named next is another run.
    func forgetDatasets() { state.withLock { $0.used.forgetDatasets() } }

    /// Which files belong to the datasets that were named.
    var rules: (filter: [PathFilter.Rule], isOneFileSystem: Bool) {
        let datasets = state.withLock { $0.used.datasets }
        let filter = datasets.flatMap { dataset in
            dataset.exclude.map { PathFilter.Rule.exclude($0) } + dataset.include.map { .include($0) }
        }
        return (filter, datasets.contains { $0.isOneFileSystem })
    }
}

/// What ends that were named need besides their places.
private struct UsedNames {
    private(set) var shells: [RemoteHost: ShellSettings] = [:]
    /// The sites of vaults, by the vaults' places.
    private(set) var sites: [String: SiteSettings] = [:]
    private(set) var datasets: [DatasetSettings] = []

    mutating func add(_ dataset: DatasetSettings) {
        if !datasets.contains(where: { $0.name == dataset.name }) { datasets.append(dataset) }
    }

    mutating func forgetDatasets() { datasets = [] }

    mutating func add(_ site: SiteSettings, _ endpoint: Endpoint) {
        if case .vault(let place, _) = endpoint { sites["\(place)"] = site }
        if let shell = site.shell, let host = RemoteHost(endpoint) { add(shell, for: host) }
    }

    mutating func add(_ shell: ShellSettings, for host: RemoteHost) { shells[host] = shell }
}
