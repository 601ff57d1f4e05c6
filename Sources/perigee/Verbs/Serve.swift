internal import Agents
internal import ArgumentParser
internal import Catalog
internal import Configurations
internal import Logging
internal import Model
internal import Replication
internal import Service
internal import Web
internal import Workers

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

/// Runs the daemon.
struct Serve: Verb {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Run the daemon: schedules, replication rules, and the agent where one is configured.",
        discussion: """
            Works in the foreground, by the configuration, until it gets SIGTERM: what works is then stopped where it can be \
            gone on with. SIGHUP has the configuration read again; where that is wrong, the one before stays in use. What \
            was decided is written before it is begun: after a crash or a kill all goes on where it was, and no run is \
            done twice.

            What it remembers is in the state: catalog.sqlite. The verbs runs, schedule, status and audit ask it there.

            EXAMPLES
              perigee serve
              perigee serve --config /etc/perigee/perigee.yaml --state /var/lib/perigee
            """)

    @OptionGroup(title: "Everywhere") var global: GlobalOptions

    /// How long a daemon that was killed may take to be gone, in seconds: its lock is held until the last of its threads is.
    private static let lockWait = 5.0

    func perform(_ context: Context) throws -> ExitStatus {
        umask(0o077)
        let state = Moves.absolute(global.stateFolder)
        FolderMaker.make(state)
        guard let lock = try ServiceLock(DaemonState.lock(global), within: Self.lockWait, unless: context.stop) else {
            try context.stop.check()
            throw PerigeeError(
                .busy, "another daemon works with this state", at: state,
                remedy: "stop it, or name another state with --state")
        }
        defer { withExtendedLifetime(lock) {} }
        Signals.keepHangups()
        let loaded = try NamedSites.current.loaded()
        let path = Moves.absolute(loaded.path)
        let load: @Sendable () throws -> ServiceSettings = {
            let read = try PerigeeConfiguration.read(ConfigurationFile.bytes(path), at: path)
            _ = try LoadedConfiguration(read, path: path)
            _ = try WebPart.settings(read, path: path)
            return try ServiceSettings(read, file: path, zones: SystemZones.table)
        }
        let settings = try load()
        let own = OwnSettingsInUse(settings.own)
        let log = LineLog.logger(own)
        let catalog = try Catalog.open(DaemonState.catalog(global))
        defer { catalog.close() }
        let notices = NoticeDesk(log: log) { try ReferredSecret.text($0) }
        let prices = WorkPrices(path, context.ledger)
        let service = try Service(
            ServiceSetup(
                catalog: catalog, load: load, configuration: path, here: loaded.here,
                workshop: workshop(path, state, own), notices: notices, system: .environment, log: log,
                version: Perigee.version, state: state, price: { prices.price($0, $1, $2) }))
        let control = try ControlServer(service, state: state)
        defer { control.stop() }
        let keeper = JobKeeper(JobStores.at(state), options: options(path, state), log: log)
        defer { keeper.end() }
        let web = try WebPart.start(service, options: options(path, state), folder: state, keeper: keeper, log: log)
        defer { web?.stop() }
        let reload = OwnReload(own: own, web: web, log: log)
        service.follow { reload.use($0, path: path) }
        return try withAgent(settings.own.agent, log, context) {
            try service.run(until: context.stop) { Signals.hangups }
            return .done
        }
    }

    private func workshop(_ path: String, _ state: String, _ own: OwnSettingsInUse) -> ChildWorkshop {
        ChildWorkshop(program: OwnProgram.path, state: state, options: options(path, state), own: own)
    }

    /// What verbs get that the daemon runs.
    private func options(_ path: String, _ state: String) -> [String] {
        var options = ["--config", path, "--state", state]
        if let endpoint = global.s3Endpoint { options += ["--s3-endpoint", endpoint] }
        if let ssh = global.ssh { options += ["--ssh", ssh] }
        if let remote = global.remotePerigee { options += ["--remote-perigee", remote] }
        return options
    }

    /// Runs `body` while the agent serves, where one is configured.
    private func withAgent(
        _ part: OwnSettings.AgentPart?, _ log: Logger, _ context: Context, _ body: () throws -> ExitStatus
    ) throws -> ExitStatus {
        guard let part else { return try body() }
        let agent = try ListeningAgent(
            part.listen, exporting: part.exports, relayingTo: part.relayTo, bytesMax: part.relayBytes
        ).started(context) { place, message in log.info("\(place): \(message)") }
        log.info("the agent listens at port \(agent.port)")
        let stop = StopFlag()
        let thread = Companion { agent.run(until: stop) }
        defer {
            stop.raise()
            thread.join()
        }
        return try body()
    }
}
