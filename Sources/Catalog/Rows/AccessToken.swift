public import Model

/// A token by which programs may ask the daemon: its secret is not here, only what it is told by.
public struct AccessToken: Hashable, Sendable {
    /// What a token is good for.
    public enum Scope: String, Codable, Sendable, CaseIterable, Hashable {
        /// Look.
        case read
        /// Start, stop, pause and resume.
        case operate
        /// All else: tokens, reload.
        case admin
    }

    /// Its name for people and in the audit log; no two that are not revoked share one.
    public var id: String
    /// The digest of its secret.
    public var digest: [UInt8]
    /// What it is good for.
    public var scopes: Set<Scope>
    /// When it was made.
    public var created: Timestamp
    /// When it ends; nil for never.
    public var expires: Timestamp?
    /// When it was last used, to the minute.
    public var lastUsed: Timestamp?
    /// When it was taken back.
    public var revoked: Timestamp?

    /// A token.
    public init(id: String, digest: [UInt8], scopes: Set<Scope>, created: Timestamp, expires: Timestamp? = nil) {
        self.id = id
        self.digest = digest
        self.scopes = scopes
        self.created = created
        self.expires = expires
    }

    /// Whether it opens anything at `now`.
    public func isValid(at now: Timestamp) -> Bool { revoked == nil && expires.map { now < $0 } ?? true }
}
