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

/// The agent that serves this host to whoever started it there, by `ssh` mostly, on standard input and output.
struct ShellAgent {
    /// The folder for what is learnt of trees.
    let stateFolder: String
    /// Raised when the user or the system asks to stop.
    let stop: StopFlag

    /// Serves until the other end is done, or goes.
    ///
    /// - Parameter door: Where another agent on this host takes what comes, as one of several strands; nil to serve it here.
    func serve(join door: String? = nil) throws -> ExitStatus {
        var options = WireOptions()
        options.program = Perigee.version
        let stream = try StandardStreams.taken()
        if let door {
            try StrandService.join(door, stream)
            return .done
        }
        let connection = try Connection(stream, role: .responder, options: options)
        let server = WireServer(services)
        return try Served.untilStopped(stop, connection) { try server.serve(connection) }
    }

    /// What whoever came in by `ssh` may ask for: they have this user's rights anyway.
    private var services: [any WireService] {
        let (state, stop) = (StateFolder(path: stateFolder), stop)
        let makeContext: @Sendable () -> RunContext = { RunContext(state: state, stop: stop) }
        return [
            BlobService.vaults { path, create in
                try create ? VaultAccess.newFolder(path, named: "", at: path) : DirectoryStore(path: path)
            }, ProbeService(),
            StrandService.byDoor, TreeService(makeContext), LookService(makeContext),
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
