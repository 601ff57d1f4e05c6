internal import Catalog
internal import Model
internal import Replication

/// What is shown of tokens; of a secret only when it was just made.
struct TokenDocument: Encodable {
    let schema = "perigee.tokens/1"
    let tokens: [Row]

    /// A token.
    struct Row: Encodable {
        let name: String
        let scope: String
        let state: String
        let created: String
        let expires: String?
        let lastUsed: String?
        let revoked: String?
        let secret: String?
    }

    /// Tokens; `secret` is that of the only one.
    init(_ tokens: [AccessToken], secret: String? = nil) {
        let now = SystemClock.now()
        self.tokens = tokens.map { token in
            Row(
                name: token.id, scope: Self.scope(token),
                state: token.revoked != nil ? "revoked" : token.isValid(at: now) ? "valid" : "expired",
                created: token.created.rfc3339, expires: token.expires?.rfc3339, lastUsed: token.lastUsed?.rfc3339,
                revoked: token.revoked?.rfc3339, secret: secret)
        }
    }

    private static func scope(_ token: AccessToken) -> String {
        for scope in [AccessToken.Scope.admin, .operate, .read] where token.scopes.contains(scope) {
            return scope.rawValue
        }
        return "none"
    }

    /// For people: the secret on a line of its own, so that it is easily copied.
    func text(_ title: String, _ style: Style) -> String {
        var block = TextBlock(title)
        if tokens.isEmpty { block.row("none", "perigee token add NAME --scope read") }
        for row in tokens {
            block.row(
                row.name, row.scope, row.state, row.expires.map { "until \($0)" },
                row.lastUsed.map { "last used \($0)" })
            if let secret = row.secret { block.row("secret", secret) }
        }
        return block.rendered(style)
    }
}
