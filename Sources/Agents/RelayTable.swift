internal import Model
internal import Trust

/// To whom an agent passes bytes on, and how many.
///
/// It passes them on as they are: what it relays is TLS between the two ends, whose keys it does not hold.
public struct RelayTable: Sendable {
    private enum Destination: Sendable, Hashable {
        case address(String)
        case site(SiteIdentity)
    }

    private let destinations: Set<Destination>
    /// Bytes that it passes on for one connection, both ways together.
    public let bytesMax: UInt64
    /// Connections that it relays at the same time.
    public static let connectionsMax = 256

    /// An agent that relays nothing.
    public static let none = RelayTable(destinations: [], bytesMax: 0)

    private init(destinations: Set<Destination>, bytesMax: UInt64) {
        (self.destinations, self.bytesMax) = (destinations, bytesMax)
    }

    /// An agent that relays to what `texts` name: each a `host:port`, or the identity of a trusted site, which stands for the
    /// addresses at which that is trusted.
    ///
    /// - Throws: `usage` where one is neither.
    public init(_ texts: [String], usualPort: UInt16, bytesMax: UInt64) throws {
        destinations = Set(
            try texts.map { text in
                if let identity = try? SiteIdentity(parsing: text) { return .site(identity) }
                guard let address = HostAddress(parsing: text, usualPort: usualPort), address.port > 0 else {
                    throw PerigeeError(
                        .usage, "it is no destination", at: text,
                        remedy: "write host:port, or the identity of a trusted site")
                }
                return .address("\(address)")
            })
        self.bytesMax = bytesMax
    }

    /// Whether bytes are passed on to `address`.
    func allows(_ address: String, _ book: TrustBook) throws -> Bool {
        if destinations.contains(.address(address)) { return true }
        guard let entry = try book.entry(at: address) else { return false }
        return destinations.contains(.site(entry.identity))
    }
}
