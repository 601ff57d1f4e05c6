public import Catalog
internal import FoundationEssentials
public import Model

/// What is shown of tokens; of a secret only when it was just made: perigee.tokens/1.
public struct TokenDocument: Encodable, Sendable {
    let schema = "perigee.tokens/1"
    /// The tokens.
    public let tokens: [Row]

    /// A token.
    public struct Row: Encodable, Sendable {
        /// Whether it is good.
        public enum State: String, Encodable, Sendable, CaseIterable {
            /// It opens what its scope says.
            case valid
            /// Its time is over.
            case expired
            /// It was taken back.
            case revoked
        }

        /// Its name.
        public let name: String
        /// What it may.
        public let scope: String
        /// Whether it is good.
        public let state: State
        /// When it was made.
        public let created: String
        /// When it ends.
        public let expires: String?
        /// When it was last used.
        public let lastUsed: String?
        /// When it was taken back.
        public let revoked: String?
        /// Its secret.
        public let secret: String?

        init(_ token: AccessToken, secret: String?, at now: Timestamp) {
            name = token.id
            scope = token.scopes.max { $0.rank < $1.rank }?.rawValue ?? "none"
            state = token.revoked != nil ? .revoked : token.isValid(at: now) ? .valid : .expired
            (created, expires) = (token.created.rfc3339, token.expires?.rfc3339)
            (lastUsed, revoked) = (token.lastUsed?.rfc3339, token.revoked?.rfc3339)
            self.secret = secret
        }
    }

    /// Tokens as they are at `now`; `secret` is that of the only one.
    public init(_ tokens: [AccessToken], secret: String? = nil, at now: Timestamp) {
        self.tokens = tokens.map { Row($0, secret: secret, at: now) }
    }

    /// The document, as verbs print it.
    func bytes() throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        encoder.keyEncodingStrategy = .convertToSnakeCase
        return Array(try encoder.encode(self)) + [10]
    }
}
