internal import Agents
internal import Model
internal import Replication
internal import Transport
internal import Trust
internal import Workers

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

/// What `agent --listen` does.
struct ListeningAgent {
    private let address: HostAddress
    private let table: ExportTable
    private let relays: RelayTable

    /// Listens at what `text` names, exports what `exports` name, and passes on to `relays`, so many bytes for one connection.
    ///
    /// - Throws: `usage` where one of them names nothing.
    init(_ text: String, exporting exports: [String], relayingTo relays: [String], bytesMax: String) throws {
        guard let bytes = ByteCount(parsing: bytesMax)?.bytes else {
            throw PerigeeError(.usage, "it is no size", at: "--relay-bytes", remedy: "write it as 10GiB")
        }
        self.relays = try RelayTable(relays, usualPort: TransportLimits.port, bytesMax: bytes)
        guard let address = HostAddress(parsing: text, usualHost: "127.0.0.1", usualPort: TransportLimits.port) else {
            throw PerigeeError(.usage, "it is no address to listen at", at: text, remedy: "write PORT or HOST:PORT")
        }
        self.address = address
        table = try ExportTable(
            try exports.map { text in
                try RawText.checkPlain(text)
                let export = try Export(parsing: text)
                try Self.check(export)
                return try Export(
                    name: export.name, kind: export.kind, path: Moves.absolute(export.path),
                    isReadOnly: export.isReadOnly)
            })
    }

    /// Refuses a tree that is not there: where a file system is not mounted, nobody is to fill the folder below it.
    private static func check(_ export: Export) throws {
        guard case .tree = export.kind else { return }
        do {
            try Moves.checkIsFolder(export.path)
        } catch let error as PerigeeError where error.code == .notFound {
            throw PerigeeError(
                .notFound, "the folder that is to be exported as \(export.name) is not there", at: export.path,
                remedy: "make it, or mount what belongs there, and start the agent again")
        }
    }

    /// Serves until the process is asked to stop, which is how it is meant to end.
    func run(_ context: Context) throws -> ExitStatus {
        let quiet = context.options.quiet
        let agent = try started(context) { place, message in
            if !quiet { Diagnostics.note(place, message) }
        }
        let key = try IdentityFile(TrustFolder(state: context.options.stateFolder)).key()
        let document = Document(HostAddress(host: address.host, port: agent.port), key.identity, table)
        try context.finish(document) { document.text($0) }
        try context.output.flush()
        agent.run(until: context.stop)
        return .done
    }

    /// Begins to listen; what comes is served once the agent runs.
    func started(
        _ context: Context, onNotice: @escaping @Sendable (_ place: String, _ message: String) -> Void
    ) throws -> Agent {
        let folder = TrustFolder(state: context.options.stateFolder)
        let (state, stop) = (StateFolder(path: context.options.stateFolder), context.stop)
        return try Agent(
            at: address, as: IdentityFile(folder).key(), exports: table, relaying: relays, trusting: TrustBook(folder),
            program: Perigee.version,
            now: { SystemClock.now() }
        ) {
            RunContext(state: state, stop: stop)
        } onNotice: { place, message in
            onNotice(place, message)
        }
    }

    /// What an agent prints when it is ready.
    private struct Document: Encodable {
        let schema = "perigee.agent/1"
        let listen: String
        let identity: String
        let exports: [Row]

        struct Row: Encodable {
            let name: String
            let kind: String
            let endpoint: String
            let writes: Bool
        }

        init(_ address: HostAddress, _ identity: SiteIdentity, _ table: ExportTable) {
            listen = "\(address)"
            self.identity = "\(identity)"
            exports = table.exports.map { export in
                let kind = if case .tree = export.kind { "tree" } else { "vault" }
                return Row(name: export.name, kind: kind, endpoint: export.endpoint, writes: !export.isReadOnly)
            }
        }

        /// For people.
        func text(_ style: Style) -> String {
            var block = TextBlock("agent  perigee://\(listen)")
            block.row("identity", identity)
            for row in exports { block.row(row.name, row.endpoint, row.writes ? nil : "read only") }
            return block.rendered(style)
        }
    }
}
