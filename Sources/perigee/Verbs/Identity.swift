internal import ArgumentParser

/// Who this site is.
struct Identity: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "identity",
        abstract: "Show who this site is to others, or make its key.",
        discussion: """
            A site is known by the digest of its public key. Others trust it by that (perigee trust add), and it proves \
            with the private key, which never leaves this host, that it is the one they trust.

            EXAMPLES
              perigee identity new
              perigee identity
            """,
        subcommands: [IdentityShow.self, IdentityNew.self], defaultSubcommand: IdentityShow.self)
}
