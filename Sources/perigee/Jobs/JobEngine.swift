internal import ArgumentParser
internal import Configurations
internal import Dispatching
internal import Model
internal import Placement
internal import Replication
internal import Wire
internal import Workers

/// What jobs need of this program: a clock, hosts, and the engine that brings data.
struct JobEngine {
    let context: Context

    /// What carries jobs of `store` on.
    func coordinator(_ store: any JobStore) -> JobCoordinator {
        JobCoordinator(
            store: store, clock: JobTime(stop: context.stop), mover: self, executor: { try executor($0) })
    }

    /// What runs a job.
    func executor(_ job: JobRecord) throws -> any JobExecutor {
        let settings = job.order.executor
        let shell = try shell(settings, site: job.site)
        switch settings.kind {
        case .shell, .ssh: return ShellExecutor(shell)
        case .slurm: return SlurmExecutor(shell)
        case .kubernetes: return KubernetesExecutor(shell)
        }
    }

    private func shell(_ settings: Scenario.Executor, site: String) throws -> StreamShell {
        guard let text = settings.host else { return .here }
        let (user, host) = Self.split(text)
        let remote = RemoteHost(way: .shell(user: user), host: host, port: settings.port)
        if let loaded = try loaded(), let named = loaded.configuration.site(site), loaded.remoteHost(named) == remote {
            // Its command and its port, as the configuration has them.
            _ = try NamedSites.current.host(named: site)
        }
        let secure = try context.sites.shell(user: user, remote)
        let words = try secure.words(running: "sh -s")
        return StreamShell(name: secure.name) { onLine in
            try ChildStream(words, peer: secure.name, onLine: onLine) { status, lines in
                PerigeeError(
                    .io, "\(words[0]) ended with status \(status)" + (lines.isEmpty ? "" : ": \(lines)"),
                    at: secure.name, remedy: "check that this works: \(words[0]) \(text) true", canRetry: true)
            }
        }
    }

    /// The configuration; nil where there is none.
    func loaded() throws -> LoadedConfiguration? {
        guard ConfigurationFile.find(named: context.options.config) != nil else { return nil }
        return try NamedSites.current.loaded()
    }

    /// `user@host` in its parts.
    static func split(_ text: String) -> (user: String?, host: String) {
        guard let at = text.lastIndex(of: "@") else { return (nil, text) }
        return (String(text[..<at]), String(text[text.index(after: at)...]))
    }
}

extension JobEngine: JobMover {
    /// Brings a tree as `replicate` does by names, and as `sync` does otherwise.
    func move(_ move: JobMove) throws -> JobMove.Outcome {
        try context.stop.check()
        NamedSites.current.forgetDatasets()
        var report: RunReport?
        context.onReport = { report = $0 }
        defer { context.onReport = nil }
        let isNamed = move.from == "\(move.fromSite):\(move.name)" && move.to == "\(move.toSite):\(move.name)"
        let status: ExitStatus
        if move.isDataset, isNamed {
            var verb = try ReplicateVerb.parse(["--from=\(move.fromSite)", "--to=\(move.toSite)", "--", move.name])
            verb.global = context.options
            status = try verb.perform(context)
        } else {
            var verb = try Sync.parse(["--", move.from, move.to])
            verb.global = context.options
            status = try verb.perform(context)
        }
        guard status == .done, let report else {
            let first = report?.failures.first.map { ": \($0.path): \($0.message)" } ?? ""
            throw PerigeeError(
                .io, "not all files of \(move.name) could be brought\(first)", at: move.to,
                remedy: "perigee sync \(move.from) \(move.to) names each")
        }
        return JobMove.Outcome(
            bytes: max(report.bytes.wireSent, report.bytes.wireReceived), seconds: report.seconds.total)
    }
}

/// The machine's time, whose sleeps end when the program is to stop.
struct JobTime: JobClock {
    let stop: StopFlag

    func now() -> Double {
        let now = SystemClock.now()
        return Double(now.seconds) + Double(now.nanoseconds) / 1e9
    }

    func sleep(_ seconds: Double) throws {
        StoppableClock(stop).sleep(.milliseconds(Int64(min(max(seconds, 0), 86_400) * 1000)))
        guard !stop.isRaised else {
            throw PerigeeError(
                .interrupted, "interrupted; jobs that were begun go on",
                remedy: "perigee jobs wait follows them again, perigee jobs cancel ends them")
        }
    }
}
