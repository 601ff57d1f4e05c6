internal import Model
internal import Sites
internal import Wire

/// A tree on another host.
struct RemoteEnd {
    /// Its host.
    let host: RemoteHost
    /// Its path there, or the name under which the agent there exports it.
    let path: String

    /// The tree by the name under which it is remembered: as it is written, without what can be written in several ways.
    var name: String {
        switch host.way {
        case .shell(let user): "\(Endpoint.remoteTree(user: user, host: host.host, port: host.port, path: path))"
        case .agent: "\(Endpoint.agent(host: host.host, port: host.address.port, .init(dataset: path)))"
        }
    }

    /// The tree, by way of a connection to its host.
    func tree(_ context: Context) throws -> RemoteTree {
        let connection = try context.sites.dialer(host).connection()
        return RemoteTree(connection, path: path, name: name)
    }
}
