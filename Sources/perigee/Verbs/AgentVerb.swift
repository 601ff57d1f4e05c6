internal import ArgumentParser
internal import Model
internal import Replication
internal import Sites
internal import Storage
internal import Wire
internal import Workers

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

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
        var options = WireOptions()
        options.program = Perigee.version
        let stream = try StandardStreams.taken()
        if let join {
            try StrandService.join(join, stream)
            return .done
        }
        let connection = try Connection(stream, role: .responder, options: options)
        let server = WireServer(Self.services(context))
        return try Served.untilStopped(context.stop, connection) { try server.serve(connection) }
    }

    /// What whoever came in by `ssh` may ask for: they have this user's rights anyway.
    private static func services(_ context: Context) -> [any WireService] {
        let (state, stop) = (StateFolder(path: context.options.stateFolder), context.stop)
        let makeContext: @Sendable () -> RunContext = { RunContext(state: state, stop: stop) }
        return [
            BlobService.vaults { path, create in try DirectoryStore(path: path, create: create) }, ProbeService(),
            StrandService(), TreeService(makeContext), LookService(makeContext),
            SendService(.sending, places: .host, makeContext) { try ShellSender.reach($0) },
            SendService(.taking, places: .host, makeContext) { try ShellSender.reach($0) },
        ]
    }
}

/// Standard input and output as a stream.
private enum StandardStreams {
    /// Takes them over: whatever else is printed goes to standard error from now on, where it breaks nothing.
    static func taken() throws -> DescriptorStream {
        guard isatty(STDIN_FILENO) == 0, isatty(STDOUT_FILENO) == 0 else {
            throw PerigeeError(
                .usage, "this is for programs: standard input and output are a terminal", at: "--stdio",
                remedy: "name another host as user@host:/path, and perigee starts its agent there by itself")
        }
        let reading = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3)
        let writing = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3)
        let nothing = open("/dev/null", O_RDONLY | O_CLOEXEC)
        guard reading >= 0, writing >= 0, nothing >= 0 else {
            throw PerigeeError(.io, "standard input and output cannot be taken over", at: "--stdio")
        }
        dup2(nothing, STDIN_FILENO)
        dup2(STDERR_FILENO, STDOUT_FILENO)
        close(nothing)
        return DescriptorStream(reading: reading, writing: writing, peer: "the client")
    }
}

/// Serving that ends when the user asks to.
private enum Served {
    static func untilStopped(
        _ stop: StopFlag, _ connection: Connection, _ body: () throws -> Void
    ) throws -> ExitStatus {
        let isOver = Monitor(false)
        let watch = Companion {
            // A signal can raise a flag and wake nobody: it is looked at ten times a second.
            while !stop.isRaised, isOver.wait(for: .milliseconds(100), until: { $0 ? true : nil }) == nil {}
            if stop.isRaised {
                connection.abort(PerigeeError(.interrupted, "the agent was asked to stop", canRetry: true))
            }
        }
        defer {
            isOver.change { $0 = true }
            watch.join()
            connection.close()
        }
        do {
            try body()
        } catch let error as PerigeeError where error.code == .interrupted {
            return .interrupted
        } catch let error as PerigeeError where error.code == .io {
            // Whoever was served has gone: that is their affair, and they know.
            return .done
        }
        return .done
    }
}
