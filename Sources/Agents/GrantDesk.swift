public import Model
internal import Synchronization
public import Trust

/// Where an agent keeps the grants that were announced to it, until each has been used or is over.
///
/// A grant is announced by whoever signed it and used once by whom it names. What was never announced here is unknown, so
/// after a restart no old grant is good for anything.
public final class GrantDesk: Sendable {
    private let own: SiteIdentity
    private let book: TrustBook
    private let now: @Sendable () -> Timestamp
    private let waiting = Mutex<[[UInt8]: Grant]>([:])

    /// Grants that wait at most.
    public static let waitingMax = 256

    /// The desk of the site `own`, which trusts `book`, by the clock `now`.
    public init(of own: SiteIdentity, trusting book: TrustBook, now: @escaping @Sendable () -> Timestamp) {
        (self.own, self.book, self.now) = (own, book, now)
    }

    /// Whether a grant for `identity` waits, so that it may come in.
    func expects(_ identity: SiteIdentity) -> Bool {
        waiting.withLock { waiting in
            sweep(&waiting)
            return waiting.values.contains { $0.subject == identity }
        }
    }

    /// Takes a grant that `issuer` announces.
    ///
    /// - Throws: `refused` or `denied` where it is not valid, not for this site, not of this issuer, or more than that may give.
    func announce(_ bytes: [UInt8], by issuer: SiteIdentity) throws {
        let grant = try Grant(bytes)
        guard grant.issuerIdentity == issuer, grant.audience == own else {
            throw PerigeeError(
                .refused, "the grant is of another site, or for another", remedy: "run the same command again")
        }
        try grant.check(at: now())
        guard try isBacked(grant) else {
            throw PerigeeError(
                .denied, "this site may not let others in", at: grant.export,
                remedy: "ask the agent's owner for it: perigee trust add ... --allow read,write,grant")
        }
        try waiting.withLock { waiting in
            sweep(&waiting)
            guard waiting.count < Self.waitingMax else {
                throw PerigeeError(
                    .limit, "too many grants wait here", remedy: "run the same command again in a while", canRetry: true
                )
            }
            waiting[grant.nonce] = grant
        }
    }

    /// Gives out a grant to `subject`, who shows it; nobody gets it a second time.
    ///
    /// - Throws: `refused` where none such waits for that site.
    func use(_ bytes: [UInt8], by subject: SiteIdentity) throws -> Grant {
        let grant = try Grant(bytes)
        let isGiven = waiting.withLock { waiting in
            sweep(&waiting)
            guard let announced = waiting[grant.nonce], announced == grant, grant.subject == subject else {
                return false
            }
            waiting[grant.nonce] = nil
            return true
        }
        guard isGiven else {
            throw PerigeeError(
                .refused, "the grant was used already, has expired, or was never announced", at: grant.export,
                remedy: "run the same command again")
        }
        return grant
    }

    /// Whether `grant` is worth something now: it is valid, and whoever gave it may still give as much.
    func isGood(_ grant: Grant) throws -> Bool {
        guard (try? grant.check(at: now())) != nil else { return false }
        return try isBacked(grant)
    }

    /// Whether the issuer may do itself what it lets others do, and let them.
    func isBacked(_ grant: Grant) throws -> Bool {
        guard let entry = try book.entry(of: grant.issuerIdentity) else { return false }
        return grant.rights.union([.grant]).allSatisfy { entry.allows($0, to: grant.export) }
    }

    private func sweep(_ waiting: inout [[UInt8]: Grant]) {
        let now = now()
        waiting = waiting.filter { (try? $0.value.check(at: now)) != nil }
    }
}
