internal import Model
internal import Transport

/// Another host, and how it is reached.
struct RemoteHost: Hashable, Sendable {
    /// How it is reached.
    enum Way: Hashable, Sendable {
        /// Through `ssh`, as a user there; nil for what `ssh` takes by itself.
        case shell(user: String?)
        /// By the agent that listens there.
        case agent
    }

    /// How it is reached.
    let way: Way
    /// The host, or its alias in the configuration of `ssh`.
    let host: String
    /// The port; nil for what `ssh` takes by itself, and for the usual one of agents.
    let port: UInt16?

    /// A host.
    init(way: Way, host: String, port: UInt16?) { (self.way, self.host, self.port) = (way, host, port) }

    /// The host of an endpoint; nil where that is on this host, or reached otherwise.
    init?(_ endpoint: Endpoint) {
        switch endpoint {
        case .remoteTree(let user, let host, let port, _), .vault(.remoteFolder(let user, let host, let port, _), _):
            (way, self.host, self.port) = (.shell(user: user), host, port)
        case .agent(let host, let port, _), .vault(.agent(let host, let port, _), _):
            (way, self.host, self.port) = (.agent, host, port)
        default: return nil
        }
    }

    /// Reads an endpoint, or a host alone: `user@host:`, `host:`, `perigee://host:port`.
    ///
    /// - Throws: `usage` where it names no other host.
    init(parsing text: String) throws {
        try RawText.checkPlain(text)
        var whole = text
        if text.hasPrefix("perigee://") {
            let rest = text.dropFirst("perigee://".count)
            if !rest.contains("/") {
                whole += "/-"
            } else if rest.firstIndex(of: "/") == rest.indices.last {
                whole += "-"
            }
        } else if text.hasSuffix(":"), !text.contains("/") {
            whole += "/"
        }
        guard let host = RemoteHost(try NamedSites.current.resolved(Endpoint(parsing: whole), as: text)) else {
            throw PerigeeError(
                .usage, "this is not on another host", at: text,
                remedy: "write user@host:, perigee://host:port or vault:user@host:/path")
        }
        self = host
    }

    /// The name under which the link to it is remembered.
    var name: String {
        switch way {
        case .shell(let user): (user.map { $0 + "@" } ?? "") + host + (port.map { ":\($0)" } ?? "")
        case .agent: "perigee://\(address)"
        }
    }

    /// Where its agent listens.
    var address: HostAddress { HostAddress(host: host, port: port ?? TransportLimits.port) }
}

extension Endpoint.VaultPlace {
    /// Whether it is reached by a connection of Perigee's own protocol, which keeps to the rate that was asked for.
    var isOverWire: Bool {
        switch self {
        case .remoteFolder, .agent: true
        case .folder, .bucket: false
        }
    }
}
