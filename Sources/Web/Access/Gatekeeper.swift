internal import Catalog
internal import HTTPTypes
internal import Model
internal import Synchronization
internal import Trust

/// Finds out who makes a request.
final class Gatekeeper: Sendable {
    private struct Known {
        var token: AccessToken?
        var version: Int64
        /// When it was last looked up, or its use last noted.
        var at: Int64
    }

    /// The logins.
    let sessions = SessionTable()
    /// What addresses have left of requests without valid credentials.
    let strangers = RateKeeper(burst: WebLimits.strangerBurst.burst, perSecond: WebLimits.strangerBurst.perSecond)
    private let desk: any Desk
    private let known = Mutex<[[UInt8]: Known]>([:])

    /// A gatekeeper that knows the tokens of `desk`.
    init(_ desk: any Desk) { self.desk = desk }

    /// Who makes a request with these headers, over a connection on which `site` has proven who it is.
    ///
    /// - Throws: a problem with status 401 where what they show is not valid.
    func caller(_ headers: HTTPFields, site: SiteIdentity?) throws -> Caller {
        if let authorization = headers[.authorization] {
            guard let secret = Self.bearer(authorization), let digest = TokenSecret.digest(secret) else {
                throw Self.unknown("the credentials have not the form of a token")
            }
            return try caller(digest, .token)
        }
        if let secret = Self.cookie(headers) {
            guard let session = sessions.session(secret, at: desk.now.seconds) else {
                throw Self.unknown("the login has ended")
            }
            return try caller(session.token, .session(session))
        }
        if let site, let token = try token(TokenSecret.digest(site)) { return try caller(token.digest, .site) }
        return .stranger
    }

    /// The token of a secret that somebody logs in with; nil where it is not valid.
    func token(ofSecret secret: String) throws -> AccessToken? {
        guard let digest = TokenSecret.digest(secret), let token = try desk.token(digest: digest) else { return nil }
        return token.isValid(at: desk.now) ? token : nil
    }

    private func caller(_ digest: [UInt8], _ way: Caller.Way) throws -> Caller {
        guard let token = try token(digest) else { throw Self.unknown("nobody knows this token") }
        guard token.isValid(at: desk.now) else {
            throw Self.unknown(token.revoked == nil ? "the token has expired" : "the token was taken back", token.id)
        }
        let scope = token.scopes.max { $0.rank < $1.rank }
        return Caller(name: (way == .site ? "site:" : "token:") + token.id, token: token.id, scope: scope, way: way)
    }

    /// The token of a digest, looked up anew once the catalog was written, and now and then to note its use.
    private func token(_ digest: [UInt8]) throws -> AccessToken? {
        let (now, version) = (desk.now, try desk.version.catalog)
        if let known = known.withLock({ $0[digest] }), known.version == version,
            (0..<WebLimits.touchSeconds).contains(now.seconds - known.at)
        {
            return known.token
        }
        let token = try desk.token(digest: digest)
        var at = now.seconds
        if let token, token.isValid(at: now) {
            if Self.isUseNews(token, at: now) {
                try? desk.touch(token: token.id)
            } else {
                at = token.lastUsed?.seconds ?? at
            }
        }
        // What nobody knows is not remembered: those who guess would have the others forgotten.
        guard token != nil else { return nil }
        known.withLock { known in
            if known.count >= WebLimits.callersMax { known.removeAll() }
            known[digest] = Known(token: token, version: version, at: at)
        }
        return token
    }

    /// Whether it is worth a write that a token is used.
    private static func isUseNews(_ token: AccessToken, at now: Timestamp) -> Bool {
        guard let last = token.lastUsed else { return true }
        return !(0..<WebLimits.touchSeconds).contains(now.seconds - last.seconds)
    }

    private static func unknown(_ message: String, _ name: String? = nil) -> Problem {
        Problem(
            401,
            PerigeeError(
                .denied, message, at: name, remedy: "make a token with perigee token add, and send it as a bearer token"
            ))
    }

    private static func bearer(_ text: String) -> String? {
        let parts = text.split(separator: " ", maxSplits: 1)
        guard parts.count == 2, parts[0].lowercased() == "bearer" else { return nil }
        return String(parts[1])
    }

    /// The names of our cookie: the first only over TLS, where browsers hold it to this host.
    static let cookies = (secure: "__Host-perigee", plain: "perigee")

    private static func cookie(_ headers: HTTPFields) -> String? {
        for field in headers[values: .cookie] {
            for pair in field.split(separator: ";") {
                let parts = pair.drop { $0 == " " }.split(separator: "=", maxSplits: 1)
                guard parts.count == 2, parts[0] == cookies.secure || parts[0] == cookies.plain else { continue }
                return String(parts[1])
            }
        }
        return nil
    }
}
