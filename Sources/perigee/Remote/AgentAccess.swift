internal import Agents
internal import Model
internal import Synchronization
internal import Transport
internal import Trust

/// What this site needs to reach agents: its key, and whom it trusts.
///
/// Both are read when they are first needed.
final class AgentAccess: Sendable {
    private let folder: TrustFolder
    private let known = Mutex<(key: SiteKey, dialer: AgentDialer)?>(nil)

    /// The access of the site whose state is in the folder `state`.
    init(state: String) { folder = TrustFolder(state: state) }

    /// What connects to agents.
    ///
    /// - Throws: `key` where this site has no identity yet.
    func agents() throws -> AgentDialer { try read().dialer }

    /// This site's key.
    func key() throws -> SiteKey { try read().key }

    /// Who must answer at `address`.
    func identity(at address: HostAddress) throws -> SiteIdentity {
        if let pinned = NamedSites.current.identity(at: address) { return pinned }
        guard let entry = try TrustBook(folder).entry(at: "\(address)") else {
            throw PerigeeError(
                .refused, "nobody is trusted at this address any more", at: "\(address)",
                remedy: "see who is: perigee trust list")
        }
        return entry.identity
    }

    private func read() throws -> (key: SiteKey, dialer: AgentDialer) {
        try known.withLock { known in
            if let known { return known }
            let key = try IdentityFile(folder).key()
            let dialer = AgentDialer(try SecureSettings(key), trusting: TrustBook(folder)) {
                NamedSites.current.identity(at: $0)
            }
            let made = (key: key, dialer: dialer)
            known = made
            return made
        }
    }
}
