internal import Model
internal import Transport
internal import Trust
internal import Wire

extension SecureDialer {
    /// Has `connection`, which leads to the agent `identity` at `address`, be carried by further ones once that is worth it.
    func watch(_ connection: Connection, with identity: SiteIdentity, at address: HostAddress) {
        StrandOpener.watch(connection) { entrance in
            let stream = try connect(to: address) { answering in
                guard answering != identity else { return }
                throw PerigeeError(.refused, "another key answers than before: \(answering)", at: "\(address)")
            }
            try StrandDesk.ask(entrance, by: stream)
            return stream
        }
    }
}
