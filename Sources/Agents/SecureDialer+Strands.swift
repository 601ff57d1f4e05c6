internal import Model
internal import Transport
internal import Trust
internal import Wire

extension SecureDialer {
    /// Has `connection`, which leads to the agent `identity` at `address`, be carried by further ones once that is worth it.
    ///
    /// - Parameter connect: makes one to that address, where what it is given does not throw at who answers.
    static func watch(
        _ connection: Connection, with identity: SiteIdentity, at address: HostAddress,
        by connect: @escaping @Sendable (@escaping @Sendable (SiteIdentity) throws -> Void) throws -> SecureStream
    ) {
        StrandOpener.watch(connection) { entrance in
            let stream = try connect { answering in
                guard answering != identity else { return }
                throw PerigeeError(.refused, "another key answers than before: \(answering)", at: "\(address)")
            }
            try StrandDesk.ask(entrance, by: stream)
            return stream
        }
    }
}
