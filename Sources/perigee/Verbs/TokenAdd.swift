internal import ArgumentParser
internal import Catalog
internal import Replication
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
        let now = SystemClock.now()
        let made = try NewToken(name: name, scope: scope, expires: expires, site: site, at: now)
        try TokenBook.change(context, "token.add", name, detail: "scope \(scope)") { try $0.add(made.token) }
        let document = TokenDocument([made.token], secret: made.secret, at: now)
        try context.finish(document) { document.text("token add", $0) }
        return .done
    }
}
