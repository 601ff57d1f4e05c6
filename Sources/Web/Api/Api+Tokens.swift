internal import Catalog
internal import HTTPTypes
internal import Model
internal import Trust

extension Api {
    /// Tokens: list, add, take back.
    ///
    /// None of it heeds a key of idempotency: the answer to adding one holds a secret, and no answer with one is kept.
    var tokens: [Operation] {
        [
            Operation(
                method: .get, path: "/v1/tokens", id: "listTokens",
                summary: "All tokens, those that were taken back too.", tag: "tokens", scope: .admin,
                answer: .init(help: "The tokens.", schema: "Tokens")
            ) { [desk] request in
                WebAnswer(document: try TokenDocument(desk.tokens(), at: request.now).bytes())
            },
            Operation(
                method: .post, path: "/v1/tokens", id: "addToken",
                summary: "Make a token; its secret is in the answer, and nowhere else.", tag: "tokens", scope: .admin,
                body: .object(
                    "What is to be made.",
                    [
                        "name": .text(
                            "What to call it.", pattern: "^[A-Za-z0-9._-]+$", max: TrustEntry.nameMax, min: 1),
                        "scope": .words(["read", "operate", "admin"], "What it may."),
                        "expires": .text(
                            "For how long it is good: `12h`, `90d`.", pattern: "^([0-9]+[smhdwy])+$", max: 40, min: 1),
                        "site": .text(
                            "The identity of the site that it is for; it has no secret then.", max: 200, min: 1),
                    ], optional: ["expires", "site"]),
                answer: .init(status: 201, help: "It was made.", schema: "Tokens"), problems: [409, 422]
            ) { [desk] request in
                let made = try Self.newToken(request)
                let detail = "scope \(made.token.scopes.map(\.rawValue).joined())"
                try desk.noted("token.add", made.token.id, detail, by: request.caller) { try desk.add(made.token) }
                let document = TokenDocument([made.token], secret: made.secret, at: request.now)
                return WebAnswer(document: try document.bytes(), status: 201)
            },
            Operation(
                method: .delete, path: "/v1/tokens/{token}", id: "removeToken",
                summary: "Take a token back; it opens nothing from then on.", tag: "tokens", scope: .admin,
                parameters: [
                    .init(name: "token", place: .path, help: "The name of the token.", schema: .text("A token."))
                ], answer: .init(help: "It was taken back.", schema: "Tokens"), problems: [404]
            ) { [desk] request in
                let name = request.parameter("token")
                try desk.noted("token.remove", name, by: request.caller) { try desk.revoke(token: name) }
                let gone = try desk.tokens().last { $0.id == name }
                let document = TokenDocument(gone.map { [$0] } ?? [], at: desk.now)
                return WebAnswer(document: try document.bytes())
            },
        ]
    }

    private static func newToken(_ request: WebRequest) throws -> NewToken {
        var body = try BodyReader(request.body)
        let (name, scope) = (
            try body.neededText("name", max: TrustEntry.nameMax), try body.neededText("scope", max: 40)
        )
        let (expires, site) = (try body.text("expires", max: 40), try body.text("site", max: 200))
        try body.finish()
        do {
            return try NewToken(name: name, scope: scope, expires: expires, site: site, at: request.now)
        } catch let fault as PerigeeError where fault.code == .usage {
            throw Problem(422, fault)
        }
    }
}
