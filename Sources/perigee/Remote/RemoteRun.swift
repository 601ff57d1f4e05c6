internal import Content
internal import Model
internal import Replication
internal import Sites
internal import Wire
internal import Workers

/// What `sync` does between a folder of this host and one of another.
struct RemoteRun {
    /// Which way the files go.
    enum Way {
        /// From the other host to this one.
        case pull
        /// From this host to the other.
        case push
    }

    let source: String
    let destination: String
    let end: RemoteEnd
    /// The folder of this host.
    let here: String
    let way: Way
    let options: SyncOptions
    let compression: Compression
    let generations: Bool

    /// How often a lost connection is made again without anything having come through it.
    private static let attemptsMax = 5
    /// The longest pause before that.
    private static let pauseMax = Duration.seconds(30)

    /// Does it and prints the report.
    func perform(_ context: Context) throws -> ExitStatus {
        var report = RunReport(verb: "sync", source: source, destination: destination)
        try context.withProgress("sync") { progress in
            let run = Moves.runContext(context, progress)
            try resuming(context) {
                report = RunReport(verb: "sync", source: source, destination: destination)
                try once(run, context, &report)
            }
        }
        let traffic = context.sites.traffic
        let (sent, received) = (traffic.sent, traffic.received)
        (report.bytes.wireSent, report.bytes.wireReceived) = way == .push ? (sent, received) : (received, sent)
        return try context.finish(report)
    }

    private func once(_ run: RunContext, _ context: Context, _ report: inout RunReport) throws {
        let tree = try end.tree(context)
        switch way {
        case .pull:
            try tree.pull(
                to: here, options: options, compression: compression, generations: generations, context: run, &report)
        case .push:
            let name = "\(SystemClock.hostName):\(Moves.absolute(here))"
            try tree.push(
                from: here, named: name, options: options, compression: compression, generations: generations,
                context: run, &report)
        }
    }

    /// Runs `body`, again after a pause where the connection was lost: what has come is kept.
    ///
    /// The pauses double, and are drawn by chance from the upper half, so that many runs do not come back at once.
    private func resuming(_ context: Context, _ body: () throws -> Void) throws {
        var failures = 0
        while true {
            let before = context.sites.traffic
            do {
                return try body()
            } catch let error as PerigeeError where error.canRetry && error.code == .io {
                let moved = context.sites.traffic.received - before.received + context.sites.traffic.sent - before.sent
                failures = moved > 1 << 20 ? 1 : failures + 1
                guard failures < Self.attemptsMax, before.received > 0 || moved > 0 else { throw error }
                Diagnostics.note(end.host.host, "\(error.message); going on in a moment")
                let pause = min(Self.pauseMax, .seconds(1 << (failures - 1)))
                StoppableClock(context.stop).sleep(pause * Double.random(in: 0.5...1))
                try context.stop.check()
            }
        }
    }
}
