public import Catalog
public import Model
internal import Trust

/// A token that is to be added, with its secret, which nobody keeps.
public struct NewToken: Sendable {
    /// The token.
    public let token: AccessToken
    /// What its owner shows; nil for a site, which proves who it is by its key.
    public let secret: String?

    /// A token by words that people write.
    ///
    /// - Parameters:
    ///   - scope: `read`, `operate` or `admin`.
    ///   - expires: for how long it is good, as `90d`; nil for until it is taken back.
    ///   - site: the identity of the site that it is for.
    /// - Throws: `usage` for words that mean nothing.
    public init(name: String, scope: String, expires: String?, site: String?, at now: Timestamp) throws {
        guard TrustEntry.isName(name) else {
            throw PerigeeError(
                .usage, "\"\(name.prefix(80))\" is no name for a token",
                remedy: "use letters, digits, dots, dashes and underscores, \(TrustEntry.nameMax) at most")
        }
        guard let known = AccessToken.Scope(rawValue: scope) else {
            throw PerigeeError(
                .usage, "\(scope.prefix(80)) is no scope", at: "scope", remedy: "write read, operate or admin")
        }
        let identity = try site.map { try SiteIdentity(parsing: $0) }
        let secret = identity == nil ? TokenSecret.make() : nil
        guard let digest = identity.map(TokenSecret.digest) ?? secret.flatMap(TokenSecret.digest) else {
            throw PerigeeError(.io, "no secret could be made", remedy: "try again")
        }
        token = AccessToken(
            id: name, digest: digest, scopes: [known], created: now, expires: try Self.end(expires, now))
        self.secret = secret
    }

    /// A hundred years, in seconds.
    private static let longest: Int64 = 100 * 31_536_000

    private static func end(_ expires: String?, _ now: Timestamp) throws -> Timestamp? {
        guard let expires else { return nil }
        guard let period = Period(parsing: expires), (1...longest).contains(period.seconds) else {
            throw PerigeeError(
                .usage, "\(expires.prefix(80)) is no period, or more than a hundred years", at: "expires",
                remedy: "write 12h, 90d or the like")
        }
        return now.adding(Double(period.seconds))
    }
}
