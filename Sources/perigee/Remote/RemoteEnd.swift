internal import Model
internal import Sites
internal import Wire

/// A tree on another host that is reached through `ssh`.
struct RemoteEnd {
    let user: String?
    let host: String
    let port: UInt16?
    let path: String

    /// Its host.
    private var remoteHost: RemoteHost? {
        RemoteHost(Endpoint.remoteTree(user: user, host: host, port: port, path: path))
    }

    /// The tree by the name under which it is remembered: as it is written, without what can be written in several ways.
    var name: String { "\(Endpoint.remoteTree(user: user, host: host, port: port, path: path))" }

    /// The tree, by way of a connection to its host.
    func tree(_ context: Context) throws -> RemoteTree {
        guard let there = remoteHost else { preconditionFailure("a tree on another host has one") }
        let connection = try context.sites.dialer(there).connection()
        return RemoteTree(connection, path: path, name: name)
    }
}
