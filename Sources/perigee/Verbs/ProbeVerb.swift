internal import ArgumentParser
internal import Configurations
internal import Model
internal import Replication
internal import Wire

/// Measures a link.
struct ProbeVerb: Verb {
    static let configuration = CommandConfiguration(
        commandName: "probe",
        abstract: "Measure the link to another host: round trip, and goodput both ways.",
        discussion: """
            Moves bytes that nothing can compress, for a few seconds in each direction, through the same connection that \
            a run would use. What is found is remembered, and estimate reckons with it where no --link is given.

            EXAMPLES
              perigee probe user@host:
              perigee probe vault:user@host:/backup --json
              perigee probe virginia
            """)

    @Argument(
        help: ArgumentHelp(
            "The host, or anything on it: user@host:/path, vault:user@host:/path, a site of the configuration.",
            valueName: "endpoint"))
    var endpoint: String
    @OptionGroup(title: "Everywhere") var global: GlobalOptions

    func perform(_ context: Context) throws -> ExitStatus {
        try checkIsNoStore()
        let host = try NamedSites.current.host(named: endpoint) ?? RemoteHost(parsing: endpoint)
        let start = SystemClock.monotonic()
        let dialer = try context.sites.dialer(host)
        let connection = try dialer.connection()
        let samples = try LinkProbe().measure(connection)
        let sample = LinkMemory.Sample(
            at: SystemClock.now(), roundTrips: samples.roundTrips, up: samples.up, down: samples.down)
        let memory = LinkMemory(state: StateFolder(path: context.options.stateFolder), host: host.name)
        var document = ProbeDocument(
            endpoint, connection, program: try connection.hello.program, sample,
            seconds: SystemClock.monotonic() - start)
        do {
            try memory.record(sample)
        } catch {
            document.warnings.append("what was measured could not be kept: \(error)")
        }
        try context.finish(document) { document.text($0) }
        return .done
    }

    /// - Throws: `unsupported` where nobody answers a probe but an object store.
    private func checkIsNoStore() throws {
        guard try namesStore() else { return }
        throw PerigeeError(
            .unsupported, "object stores are not probed", at: endpoint,
            remedy:
                "perigee doctor says whether it is reached; how fast it is, runs to and from it teach, and estimate --link "
                + "takes what is known otherwise")
    }

    private func namesStore() throws -> Bool {
        if !endpoint.contains(":"), !endpoint.contains("/"), let loaded = try NamedSites.current.loadedIfThere(),
            let site = loaded.configuration.site(endpoint)
        {
            guard loaded.remoteHost(site) == nil, case .bucket? = site.vault else { return false }
            return true
        }
        // What cannot be read is told where the host is.
        guard let parsed = try? Endpoint(parsing: endpoint),
            case .vault(.bucket, _)? = try? NamedSites.current.resolved(parsed, as: endpoint)
        else { return false }
        return true
    }
}

/// What a probe prints.
struct ProbeDocument: Encodable {
    let schema = "perigee.probe/1"
    let endpoint: String
    let program: String
    let roundTrip: Spread<Double>
    let up: Spread<Double>
    let down: Spread<Double>
    let wireSent: UInt64
    let wireReceived: UInt64
    let seconds: Double
    var warnings: [String] = []

    enum CodingKeys: String, CodingKey {
        case schema, endpoint, program, up, down, seconds, warnings
        case roundTrip = "round_trip"
        case wireSent = "wire_sent"
        case wireReceived = "wire_received"
    }

    init(
        _ endpoint: String, _ connection: Connection, program: String, _ sample: LinkMemory.Sample, seconds: Double
    ) {
        self.endpoint = endpoint
        self.program = program
        roundTrip = sample.roundTrip
        (up, down) = (sample.up, sample.down)
        (wireSent, wireReceived) = (connection.traffic.sent, connection.traffic.received)
        self.seconds = seconds
    }

    /// For people.
    func text(_ style: Style) -> String {
        var block = TextBlock("probe  \(endpoint)")
        func words(_ spread: Spread<Double>, _ one: (Double) -> String) -> String {
            "\(one(spread.p50))   p10 \(one(spread.p10))   p90 \(one(spread.p90))"
        }
        func rate(_ value: Double) -> String { "\(ByteRate(bytesPerSecond: max(value, 1)))" }
        block.row("there", "perigee \(program)")
        block.row("trip", words(roundTrip) { Quantity.decimal($0 * 1e3, places: 2) + " ms" })
        block.row("up", words(up, rate))
        block.row("down", words(down, rate))
        block.row("moved", "\(ByteCount(wireSent)) sent", "\(ByteCount(wireReceived)) received")
        block.row("time", Format.duration(seconds))
        for warning in warnings { block.row("warning", warning) }
        return block.rendered(style)
    }
}
