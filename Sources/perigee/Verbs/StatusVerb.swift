internal import ArgumentParser
internal import Catalog
internal import Model
internal import Service

/// Says at a glance how the daemon is.
struct StatusVerb: Verb {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Say at a glance what the daemon does and lacks; or how right estimates were (--ledger).",
        discussion: """
            Ends with 1 where no daemon works, its last configuration was wrong, or a copy is lacking, too old or damaged.

            Every sync, replicate, snapshot and restore is kept with what was expected of it. --ledger tells for bytes, \
            time, requests and money how many came to lie within the interval that nine of ten should lie in, how far \
            the middle was off on average and in the worst of ten, and to which side; by link, too, with how fast each \
            link of the configuration is by what probes and transfers have shown. It needs no daemon.

            EXAMPLES
              perigee status
              perigee status --ledger
              perigee status --json
            """)

    @Flag(help: "Say how right estimates were, in all and for each link.") var ledger = false
    @OptionGroup(title: "Everywhere") var global: GlobalOptions

    func perform(_ context: Context) throws -> ExitStatus {
        if ledger { return try LedgerStatus(context, NamedSites.current.loadedIfThere()).print(context) }
        let (status, document) = try DaemonStatus.document(global)
        try context.finish(document) { Self.text(status, $0) }
        return Self.isWell(status) ? .done : .failed
    }

    private static func isWell(_ status: StatusDocument) -> Bool {
        status.configurationFault == nil && status.replicas.allSatisfy { $0.verdict == "held" && $0.reason == nil }
    }

    private static func text(_ status: StatusDocument, _ style: Style) -> String {
        var block = TextBlock("daemon  \(status.isStopping ? "stopping" : status.isReady ? "works" : "starting")")
        block.row("since", status.started, "process \(status.process)", "version \(status.version)")
        block.row("configuration", status.configuration, "read \(status.configurationRead)")
        block.row("fault", status.configurationFault.map { style.bad($0) })
        let counters = status.counters
        block.row(
            "ended", "\(counters.succeeded) succeeded", "\(counters.failed) failed", "\(counters.stopped) stopped",
            "\(counters.skipped) skipped", "\(counters.missed) missed")
        let due = status.schedules.compactMap { item in item.next.map { ($0, item.name) } }.min { $0 < $1 }
        block.row("next", due.map { "\($0.1) at \($0.0)" })
        var out = block.rendered(style)
        if !status.runs.isEmpty { out += "\n" + runs(status.runs, style) }
        if !status.replicas.isEmpty { out += "\n" + replicas(status.replicas, style) }
        return out
    }

    private static func runs(_ runs: [RunItem], _ style: Style) -> String {
        var table = Table(("RUN", .left), ("STATE", .left), ("WIRE", .right), ("LEFT", .right), ("WAITS", .left))
        for run in runs {
            table.row(
                run.run, run.progress.map { "\(run.state), \($0.phase)" } ?? run.state,
                run.progress.map { Format.size($0.wire) } ?? "",
                run.progress.map { Format.countdown($0.secondsLeft) } ?? "",
                run.state == "waiting" ? "\(run.reason) \(run.startsAt ?? "")" : "")
        }
        return table.rendered(style)
    }

    private static func replicas(_ replicas: [ReplicaItem], _ style: Style) -> String {
        var table = Table(
            ("RULE", .left), ("DATASET", .left), ("SITE", .left), ("COPY", .left), ("AGE", .right), ("MAY BE", .right),
            ("WHY", .left))
        for replica in replicas {
            table.row(
                replica.rule, replica.dataset, replica.site, replica.verdict,
                replica.lag.map { Format.duration(Double($0)) } ?? "",
                replica.rpo.map { Format.duration(Double($0)) } ?? "", replica.reason ?? "")
        }
        return table.rendered(style)
    }
}
