internal import Model

/// Another host, as an endpoint names it.
struct RemoteHost: Hashable, Sendable {
    /// The user there; nil for what `ssh` takes by itself.
    var user: String?
    /// The host, or its alias in the configuration of `ssh`.
    var host: String
    /// The port; nil for what `ssh` takes by itself.
    var port: UInt16?

    /// The host of an endpoint; nil where that is on this host, or reached otherwise.
    init?(_ endpoint: Endpoint) {
        switch endpoint {
        case .remoteTree(let user, let host, let port, _), .vault(.remoteFolder(let user, let host, let port, _), _):
            (self.user, self.host, self.port) = (user, host, port)
        default: return nil
        }
    }

    /// Reads an endpoint, or a host alone: `user@host:`, `host:`.
    ///
    /// - Throws: `usage` where it names no other host.
    init(parsing text: String) throws {
        try RawText.checkPlain(text)
        let isHostAlone = text.hasSuffix(":") && !text.contains("/")
        guard let host = RemoteHost(try Endpoint(parsing: isHostAlone ? text + "/" : text)) else {
            throw PerigeeError(
                .usage, "this is not on another host", at: text, remedy: "write user@host: or vault:user@host:/path")
        }
        self = host
    }

    /// The name under which the link to it is remembered.
    var name: String { (user.map { $0 + "@" } ?? "") + host + (port.map { ":\($0)" } ?? "") }
}

extension Endpoint.VaultPlace {
    /// Whether it is reached by a connection of Perigee's own protocol, which keeps to the rate that was asked for.
    var isOverWire: Bool {
        if case .remoteFolder = self { return true }
        return false
    }
}
