/// How an object store is reached.
public struct ObjectStoreSettings: Sendable, Equatable {
    /// Where it listens; nil for Amazon's.
    public var endpoint: String?
    /// The region that signatures name.
    public var region: String?
    /// The profile in the usual files that has the keys.
    public var profile: String?
    /// Where the access key is kept.
    public var accessKey: SecretReference?
    /// Where the secret key is kept.
    public var secretKey: SecretReference?
    /// Where the session's token is kept.
    public var sessionToken: SecretReference?
}
