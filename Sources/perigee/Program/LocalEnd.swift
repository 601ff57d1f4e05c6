internal import Model

/// An endpoint that this host reaches by itself: a tree on it or on another host, or a vault.
enum LocalEnd {
    /// A tree at a path.
    case tree(path: String)
    /// A tree on another host.
    case remoteTree(RemoteEnd)
    /// A vault, and a dataset of it where one is named.
    case vault(Endpoint.VaultPlace, Endpoint.DatasetName?)

    /// Reads an endpoint.
    ///
    /// An agent is asked what it exports under the name, which takes a round trip.
    ///
    /// - Parameter assumesTree: whether it is not asked, and the name is taken for that of a tree where it can be.
    /// - Throws: `usage` where it is none.
    init(parsing text: String, assumesTree: Bool = false) throws {
        try RawText.checkPlain(text)
        switch try NamedSites.current.resolved(Endpoint(parsing: text), as: text) {
        case .tree(let path): self = .tree(path: path)
        case .vault(let place, let name): self = .vault(place, name)
        case .remoteTree(let user, let host, let port, let path):
            self = .remoteTree(RemoteEnd(host: RemoteHost(way: .shell(user: user), host: host, port: port), path: path))
        case .agent(let host, let port, let name) where assumesTree && name.snapshot == nil:
            self = .remoteTree(RemoteEnd(host: RemoteHost(way: .agent, host: host, port: port), path: name.dataset))
        case .agent(let host, let port, let name):
            self = try RemoteSites.current.end(RemoteHost(way: .agent, host: host, port: port), name, text)
        case .site: preconditionFailure("names are replaced above")
        }
    }

    /// Whether `text` names what an agent exports.
    static func isAgent(_ text: String) throws -> Bool {
        try RawText.checkPlain(text)
        if case .agent = try NamedSites.current.resolved(Endpoint(parsing: text), as: text) { return true }
        return false
    }

    /// The tree's path.
    ///
    /// - Throws: `usage` where this is a vault.
    func tree(_ text: String) throws -> String {
        guard case .tree(let path) = self else {
            throw PerigeeError(
                .usage, "a tree of this host is needed here", at: text,
                remedy: "name a folder of this host; perigee sync brings trees from and to others")
        }
        return path
    }

    /// Where the vault is, and the dataset in it.
    ///
    /// - Throws: `usage` where this is a tree.
    func vault(_ text: String) throws -> (place: Endpoint.VaultPlace, name: Endpoint.DatasetName?) {
        guard case .vault(let place, let name) = self else {
            throw PerigeeError(.usage, "a vault is needed here", at: text, remedy: "write vault:\(text)")
        }
        return (place, name)
    }

    /// Where the vault is, and the dataset, which must be named.
    func dataset(_ text: String) throws -> (place: Endpoint.VaultPlace, name: Endpoint.DatasetName) {
        let (place, name) = try vault(text)
        guard let name else {
            throw PerigeeError(
                .usage, "a dataset is needed here", at: text,
                remedy: "write \(text)#DATASET; perigee log \(text) lists what there is")
        }
        return (place, name)
    }
}
