/// One end of a move, as the command line, the configuration and the API name it.
///
/// | written | means |
/// |---|---|
/// | `/path`, `./path`, `name` | a tree on this host |
/// | `user@host:/path`, `host:/path`, `ssh://user@host:port/path` | a tree on another host |
/// | `vault:/path#dataset@snapshot` | a dataset in a vault in a folder of this host |
/// | `vault:user@host:/path#dataset`, `vault:ssh://user@host:port/path#dataset` | the same, in a folder of another host |
/// | `s3://bucket/prefix#dataset@snapshot` | a dataset in a vault in an object store |
/// | `perigee://host:port/name@snapshot` | what an agent exports: a tree, or a dataset in a vault |
/// | `vault:perigee://host:port/name#dataset` | a dataset in a vault that an agent exports |
/// | `site:dataset@snapshot` | a dataset at a site, both named in the configuration |
/// | `site:` | the vault of a site, named in the configuration |
public enum Endpoint: Hashable, Sendable {
    /// A tree on this host.
    case tree(path: String)
    /// A tree on another host, reached through `ssh`.
    case remoteTree(user: String?, host: String, port: UInt16?, path: String)
    /// A vault, or a dataset in it.
    case vault(VaultPlace, DatasetName?)
    /// A dataset at an agent.
    case agent(host: String, port: UInt16?, DatasetName)
    /// A dataset at a site of the configuration, or the vault of that site.
    case site(name: String, DatasetName?)

    /// Where a vault is kept.
    public enum VaultPlace: Hashable, Sendable {
        /// In a folder of this host.
        case folder(path: String)
        /// In a folder of another host, reached through `ssh`.
        case remoteFolder(user: String?, host: String, port: UInt16?, path: String)
        /// Exported by an agent under a name.
        case agent(host: String, port: UInt16?, export: String)
        /// In a bucket of an object store, below a prefix (possibly empty).
        case bucket(name: String, prefix: String)
    }

    /// A dataset and, where one is meant, a snapshot of it.
    public struct DatasetName: Hashable, Sendable {
        /// The dataset's name.
        public var dataset: String
        /// What follows the `@`: an ID's beginning, `latest`, `latest~1` or an instant; nil where none was given.
        public var snapshot: String?

        /// A dataset's name.
        public init(dataset: String, snapshot: String? = nil) {
            self.dataset = dataset
            self.snapshot = snapshot
        }
    }
}

extension Endpoint: CustomStringConvertible {
    /// The endpoint as it is written on the command line.
    public var description: String {
        switch self {
        case .tree(let path): path
        case .remoteTree(let user, let host, nil, let path): (user.map { $0 + "@" } ?? "") + "\(host):\(path)"
        case .remoteTree(let user, let host, .some(let port), let path):
            "ssh://" + (user.map { $0 + "@" } ?? "") + "\(host):\(port)\(path)"
        case .vault(let place, let name): "\(place)" + (name.map { "#\($0)" } ?? "")
        case .agent(let host, let port, let name): "perigee://\(host)" + (port.map { ":\($0)" } ?? "") + "/\(name)"
        case .site(let site, let name): "\(site):" + (name.map { "\($0)" } ?? "")
        }
    }
}

extension Endpoint.VaultPlace: CustomStringConvertible {
    /// The place as it is written on the command line.
    public var description: String {
        switch self {
        case .folder(let path): "vault:\(path)"
        case .remoteFolder(let user, let host, let port, let path):
            "vault:\(Endpoint.remoteTree(user: user, host: host, port: port, path: path))"
        case .agent(let host, let port, let export):
            "vault:\(Endpoint.agent(host: host, port: port, .init(dataset: export)))"
        case .bucket(let name, let prefix): "s3://\(name)" + (prefix.isEmpty ? "" : "/\(prefix)")
        }
    }
}

extension Endpoint.DatasetName: CustomStringConvertible {
    /// `dataset` or `dataset@snapshot`.
    public var description: String { dataset + (snapshot.map { "@\($0)" } ?? "") }
}
