internal import ArgumentParser
internal import Catalog
internal import Model
internal import Replication
internal import Trust
internal import Web

/// Makes a token.
struct TokenAdd: Verb {
    static let configuration = CommandConfiguration(
        commandName: "add",
        abstract: "Make a token, and print its secret: once, since nobody keeps it.",
        discussion: """
            A scope includes those before it: read looks, operate also starts, stops, pauses and resumes, admin does all \
            else. The secret is sent as Authorization: Bearer SECRET, or typed in at the login of the dashboard. With --site \
            there is no secret: the site proves who it is by its key, over TLS.

            EXAMPLES
              perigee token add ci --scope operate --expires 90d
              perigee token add virginia --scope read --site ABCDEFG-...
            """)

    @Argument(help: ArgumentHelp("What to call it, here and in the audit log.", valueName: "name")) var name: String
    @Option(help: ArgumentHelp("What it is good for: read, operate or admin.", valueName: "scope"))
    var scope: String
    @Option(help: ArgumentHelp("How long it is good: 12h, 90d; else until it is taken back.", valueName: "period"))
    var expires: String?
    @Option(help: ArgumentHelp("The identity of the site that it is for.", valueName: "identity")) var site: String?
    @OptionGroup(title: "Everywhere") var global: GlobalOptions

    func perform(_ context: Context) throws -> ExitStatus {
        guard TrustEntry.isName(name) else {
            throw PerigeeError(
                .usage, "\"\(name.prefix(80))\" is no name for a token",
                remedy: "use letters, digits, dots, dashes and underscores, \(TrustEntry.nameMax) at most")
        }
        guard let scope = AccessToken.Scope(rawValue: scope) else {
            throw PerigeeError(
                .usage, "\(self.scope) is no scope", at: "--scope", remedy: "write read, operate or admin")
        }
        let now = SystemClock.now()
        let identity = try site.map { try SiteIdentity(parsing: $0) }
        let secret = identity == nil ? TokenSecret.make() : nil
        guard let digest = identity.map(TokenSecret.digest) ?? secret.flatMap(TokenSecret.digest) else {
            throw PerigeeError(.io, "no secret could be made", remedy: "run the same command again")
        }
        let token = AccessToken(id: name, digest: digest, scopes: [scope], created: now, expires: try end(now))
        try TokenBook.change(context, "token.add", name, detail: "scope \(scope.rawValue)") { try $0.add(token) }
        let document = TokenDocument([token], secret: secret)
        try context.finish(document) { document.text("token add", $0) }
        return .done
    }

    private func end(_ now: Timestamp) throws -> Timestamp? {
        guard let expires else { return nil }
        guard let period = Period(parsing: expires), period.seconds > 0 else {
            throw PerigeeError(.usage, "\(expires) is no period", at: "--expires", remedy: "write 12h, 90d or the like")
        }
        return now.adding(Double(period.seconds))
    }
}
