internal import Model
internal import Synchronization
internal import Transport
internal import Trust
internal import Wire

/// Connects an agent to those to whom it passes bytes on, as its table allows.
final class RelayDesk: Sendable {
    let table: RelayTable
    private let book: TrustBook
    private let count = Mutex(0)

    private static let connectWait = Duration.seconds(10)

    init(_ table: RelayTable, trusting book: TrustBook) { (self.table, self.book) = (table, book) }

    /// Runs `body` with a stream to what `text` names, for `site`.
    ///
    /// - Throws: `denied` where the site may not have that, or nothing is passed on to there.
    func withStream(to text: String, for site: SiteIdentity, _ body: (any ByteStream) throws -> Void) throws {
        guard let address = HostAddress(parsing: text, usualPort: TransportLimits.port),
            try book.entry(of: site)?.rights.contains(.relay) ?? false, try table.allows("\(address)", book)
        else {
            throw PerigeeError(
                .denied, "nothing is passed on to there for this site", at: String(text.prefix(80)),
                remedy:
                    "ask the agent's owner for it: perigee agent --relay-to HOST:PORT, perigee trust add ... --allow relay"
            )
        }
        let hasRoom = count.withLock { count in
            guard count < RelayTable.connectionsMax else { return false }
            count += 1
            return true
        }
        guard hasRoom else {
            throw PerigeeError(
                .limit, "\(RelayTable.connectionsMax) connections are relayed already", at: "\(address)",
                remedy: "wait until some have ended", canRetry: true)
        }
        defer { count.withLock { $0 -= 1 } }
        let socket = try PlainSocket.connect(to: address, within: Self.connectWait)
        try body(DescriptorStream(reading: socket, writing: socket, peer: "\(address)"))
    }
}
