public import Model
public import Transport
public import Trust
public import Wire

/// Connects to agents, and lets nobody answer but who was named for the address.
public struct AgentDialer: Sendable {
    private let dialer: SecureDialer
    private let book: TrustBook
    private let pinned: @Sendable (HostAddress) -> SiteIdentity?

    /// A dialer that proves who this site is as `settings` say, and believes `book`; at an address for which `pinned` gives
    /// an identity, that one alone.
    public init(
        _ settings: SecureSettings, trusting book: TrustBook,
        pinned: @escaping @Sendable (HostAddress) -> SiteIdentity? = { _ in nil }
    ) {
        dialer = SecureDialer(settings)
        self.book = book
        self.pinned = pinned
    }

    /// Connects to the agent at `address`, through the agent at `relay` where one is named.
    ///
    /// - Throws: `refused` where somebody answers who is not trusted at this address, with the command that would trust them.
    public func connect(to address: HostAddress, via relay: HostAddress? = nil, options: WireOptions) throws
        -> Connection
    {
        let (book, pinned) = (book, pinned(address))
        let admits: @Sendable (SiteIdentity) throws -> Void = { identity in
            if let pinned {
                guard pinned != identity else { return }
                throw PerigeeError(
                    .refused, "another key answers than the one that is pinned for this address: \(identity)",
                    at: "\(address)",
                    remedy:
                        "somebody may be in between, or it has a new identity: compare it with what perigee identity "
                        + "prints there before you write it into the configuration")
            }
            guard let refusal = try Self.refusal(of: identity, at: address, book) else { return }
            throw refusal
        }
        let dialer = dialer
        guard let relay else {
            return try carried(to: address, admits, options) { try dialer.connect(to: address, admits: $0) }
        }
        var plain = WireOptions()
        plain.program = options.program
        let carrier = RelayCarrier(try connect(to: relay, options: plain))
        return try carried(to: address, admits, options) { try carrier.connect(to: address, by: dialer, admits: $0) }
    }

    /// A connection by a stream that `connect` makes, and by more of them once that is worth it.
    private func carried(
        to address: HostAddress, _ admits: @escaping @Sendable (SiteIdentity) throws -> Void, _ options: WireOptions,
        by connect: @escaping @Sendable (@escaping @Sendable (SiteIdentity) throws -> Void) throws -> SecureStream
    ) throws -> Connection {
        let stream = try connect(admits)
        let connection = try Connection(stream, role: .initiator, options: options)
        SecureDialer.watch(connection, with: stream.identity, at: address, by: connect)
        return connection
    }

    /// Why `identity` may not answer at `address`; nil where it may.
    private static func refusal(
        of identity: SiteIdentity, at address: HostAddress, _ book: TrustBook
    ) throws -> PerigeeError? {
        if let meant = try book.entry(at: "\(address)") {
            guard meant.identity != identity else { return nil }
            return PerigeeError(
                .refused, "another key answers than that of \(meant.name): \(identity)", at: "\(address)",
                remedy: "somebody may be in between, or \(meant.name) has a new identity: compare it with what perigee "
                    + "identity prints there before you trust it with perigee trust add --replace")
        }
        if let known = try book.entry(of: identity) {
            return PerigeeError(
                .refused, "\(known.name) answers here, but was not named for this address", at: "\(address)",
                remedy: "if it is to be reached here: \(command(known, at: address))")
        }
        return PerigeeError(
            .refused, "the agent here is not trusted; its identity is \(identity)", at: "\(address)",
            remedy: "compare it with what perigee identity prints there, then: perigee trust add NAME \(identity) "
                + "--at \(address)")
    }

    /// The command that names one more address for a site.
    private static func command(_ entry: TrustEntry, at address: HostAddress) -> String {
        var words = ["perigee trust add --replace \(entry.name) \(entry.identity)"]
        words += (entry.addresses + ["\(address)"]).map { "--at \($0)" }
        let rights = entry.rights.sorted().map(\.rawValue).joined(separator: ",")
        if !rights.isEmpty { words.append("--allow \(rights)") }
        words += (entry.exports ?? []).sorted().map { "--export \($0)" }
        return words.joined(separator: " ")
    }
}
