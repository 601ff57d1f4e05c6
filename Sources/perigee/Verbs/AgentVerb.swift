internal import ArgumentParser

/// Serves this host to another.
struct AgentVerb: Verb {
    static let configuration = CommandConfiguration(
        commandName: "agent",
        abstract: "Serve this host's trees and vaults to other hosts.",
        discussion: """
            With --listen it serves what --export names to the sites that this one trusts (perigee trust add), over TLS \
            1.3 with a key on both sides, until it gets SIGTERM. Others name an export as perigee://host:port/NAME, and \
            datasets in a vault as vault:perigee://host:port/NAME#DATASET. It needs no keys of the vaults that it serves.

            With --stdio it speaks Perigee's protocol on standard input and output, for whoever is at the other end of \
            them: this is what perigee starts on another host through ssh. It may do there what its user may.

            EXAMPLES
              perigee agent --listen 7374 --export data=/srv/data --export doc=/doc:ro
              perigee agent --listen 0.0.0.0:7374 --export backup=vault:/srv/backup
              ssh host perigee agent --stdio        (perigee does this by itself)
            """)

    @Flag(help: "Speak on standard input and output.") var stdio = false
    @Option(
        help: ArgumentHelp(
            "Pass standard input and output on to the agent of this host with this door.", valueName: "door",
            visibility: .private))
    var join: String?
    @Option(
        help: ArgumentHelp(
            "Listen there; a port alone is on the loopback interface, port 0 is any that is free.",
            valueName: "host:port"))
    var listen: String?
    @Option(
        help: ArgumentHelp(
            "Let others reach a folder or a vault in one under a name; :ro behind it lets nobody write; may be repeated.",
            valueName: "name=endpoint"))
    var export: [String] = []
    @Option(
        name: .customLong("relay-to"),
        help: ArgumentHelp(
            "Pass bytes on to an agent there, for sites that may relay; or to the trusted site with this identity; may be "
                + "repeated.", valueName: "host:port|identity"))
    var relayTo: [String] = []
    @Option(
        name: .customLong("relay-bytes"),
        help: ArgumentHelp("Pass on so many bytes for one connection at most.", valueName: "size"))
    var relayBytes = "1TiB"
    @OptionGroup(title: "Everywhere") var global: GlobalOptions

    func validate() throws {
        if stdio == (listen != nil) { throw ValidationError("say where to serve: --listen HOST:PORT, or --stdio") }
        if listen != nil, export.isEmpty, relayTo.isEmpty {
            throw ValidationError("say what others may reach: --export NAME=ENDPOINT, or --relay-to HOST:PORT")
        }
        if stdio, !export.isEmpty || !relayTo.isEmpty {
            throw ValidationError("--export and --relay-to go with --listen")
        }
        if join != nil, !stdio { throw ValidationError("--join goes with --stdio") }
    }

    func perform(_ context: Context) throws -> ExitStatus {
        if let listen {
            return try ListeningAgent(
                listen, exporting: export, relayingTo: relayTo, bytesMax: relayBytes
            ).run(context)
        }
        return try ShellAgent(stateFolder: context.options.stateFolder, stop: context.stop).serve(join: join)
    }
}
