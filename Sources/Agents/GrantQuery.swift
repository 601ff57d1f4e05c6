internal import Trust
public import Wire

/// Tells an agent of a grant.
public struct GrantQuery: Sendable {
    private let connection: Connection

    /// Tells the agent at the other end of `connection`.
    public init(_ connection: Connection) { self.connection = connection }

    /// Announces a grant that this site has signed.
    ///
    /// - Throws: why the agent does not take it.
    public func announce(_ grant: [UInt8]) throws { try tell(GrantService.announcing, grant) }

    /// Uses a grant that names this site; it holds for this connection.
    ///
    /// - Throws: why the agent does not take it.
    public func use(_ grant: [UInt8]) throws { try tell(GrantService.using, grant) }

    private func tell(_ what: UInt8, _ grant: [UInt8]) throws {
        let channel = try connection.open(GrantService.service, [what] + grant)
        channel.finish()
        while try channel.receive() != nil {}
    }
}
