/// Who asks: what an object store knows its clients by.
///
/// The secret and the token are never printed: a description shows the access key alone.
public struct S3Credentials: Hashable, Sendable {
    /// The public part.
    public var accessKey: String
    /// What requests are signed with.
    public var secretKey: String
    /// The token of a session that was given for a while; nil for keys that stay.
    public var sessionToken: String?

    /// Credentials.
    public init(accessKey: String, secretKey: String, sessionToken: String? = nil) {
        self.accessKey = accessKey
        self.secretKey = secretKey
        self.sessionToken = sessionToken
    }
}

extension S3Credentials: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The access key alone.
    public var description: String { "access key \(accessKey)" }

    /// The access key alone.
    public var debugDescription: String { description }

    /// Nothing, so that dumping shows no secret either.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
