internal import ArgumentParser

/// Whom this site trusts.
struct TrustVerb: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "trust",
        abstract: "Add, list and remove the sites that this one trusts.",
        discussion: """
            EXAMPLES
              perigee trust add laptop ABCDEFG-... --allow read,write --export data
              perigee trust add server HIJKLMN-... --at server.example.org:7374
              perigee trust list
            """,
        subcommands: [TrustAdd.self, TrustList.self, TrustRemove.self])
}
