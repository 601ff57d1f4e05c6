internal import ArgumentParser
internal import Model
internal import Replication
internal import Transport
internal import Trust

/// Trusts a site.
struct TrustAdd: Verb {
    static let configuration = CommandConfiguration(
        commandName: "add",
        abstract: "Trust a site: let it in, reach it, or both.",
        discussion: """
            Compare the identity with what perigee identity prints at that site, by a way that nobody else can change. \
            --at says where the site is reached: whoever answers there must be it. --allow says what it may do here, \
            where perigee agent --listen runs: read, write, grant, which is to let others for a while and to have this \
            site send to others, or relay, which is to reach others through it.

            EXAMPLES
              perigee trust add laptop ABCDEFG-... --allow read,write --export data
              perigee trust add server HIJKLMN-... --at server.example.org:7374
            """)

    @Argument(help: ArgumentHelp("What to call it here.", valueName: "name")) var name: String
    @Argument(help: ArgumentHelp("Its identity.", valueName: "identity")) var identity: String
    @Option(help: ArgumentHelp("Where it is reached; may be repeated.", valueName: "host:port")) var at: [String] = []
    @Option(
        help: ArgumentHelp("What it may do here, with commas between: read, write, grant, relay.", valueName: "rights"))
    var allow: String?
    @Option(help: ArgumentHelp("The export that this is for; may be repeated; else all.", valueName: "name"))
    var export: [String] = []
    @Flag(help: "Put it in the place of the one that has the name.") var replace = false
    @OptionGroup(title: "Everywhere") var global: GlobalOptions

    func validate() throws {
        if at.isEmpty, allow == nil { throw ValidationError("say what it may do here, --allow, or where it is, --at") }
        if !export.isEmpty, allow == nil { throw ValidationError("--export goes with --allow") }
    }

    func perform(_ context: Context) throws -> ExitStatus {
        let entry = try TrustEntry(
            name: name, identity: SiteIdentity(parsing: identity), addresses: addresses(), rights: rights(),
            exports: exports(), added: SystemClock.now())
        try TrustBook(TrustFolder(state: context.options.stateFolder)).add(entry, replacing: replace)
        let document = TrustDocument([entry])
        try context.finish(document) { document.text("trust add", $0) }
        return .done
    }

    private func addresses() throws -> [String] {
        try at.map { text in
            let rest = text.hasPrefix("perigee://") ? String(text.dropFirst("perigee://".count)) : text
            guard let address = HostAddress(parsing: rest, usualPort: TransportLimits.port), address.port > 0 else {
                throw PerigeeError(.usage, "it is no address", at: text, remedy: "write host or host:port")
            }
            return "\(address)"
        }
    }

    private func rights() throws -> Set<TrustEntry.Right> {
        Set(
            try (allow ?? "").split(separator: ",").map { word in
                guard let right = TrustEntry.Right(rawValue: String(word)) else {
                    throw PerigeeError(
                        .usage, "\(word) is no right", at: "--allow",
                        remedy: "write read, write, grant, relay, or several of them")
                }
                return right
            })
    }

    private func exports() throws -> Set<String>? {
        for name in export where !TrustEntry.isName(name) {
            throw PerigeeError(
                .usage, "\(name) is no name of an export", at: "--export", remedy: "name it as the agent does")
        }
        return export.isEmpty ? nil : Set(export)
    }
}
