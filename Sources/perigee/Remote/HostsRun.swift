internal import Content
internal import Model
internal import Replication
internal import Sites
internal import Storage
internal import Workers

/// What `sync` does between trees of two other hosts, or of one.
struct HostsRun {
    let source: String
    let destination: String
    let from: RemoteEnd
    let to: RemoteEnd
    let options: SyncOptions
    let compression: Compression
    let generations: Bool
    let route: RouteOptions.Way
    /// What is passed on draws from this; nil for as fast as can be.
    let limit: TokenBucket?

    private var pair: EndpointPair { EndpointPair(source: from.name, destination: to.name) }

    /// Does it and prints the report.
    func perform(_ context: Context) throws -> ExitStatus {
        let way = try HostsWay(from, to, route, isLimited: limit != nil, isRelayed: context.sites.isRelayed)
        var report = RunReport(verb: "sync", source: source, destination: destination)
        try context.withProgress("sync") { progress in
            let run = Moves.runContext(context, progress, limit: limit)
            guard !options.isDryRun else { return try foresee(&report, run, context) }
            try Moves.recorded(&report, pair, .betweenTrees(options), run, context) { report in
                try Resuming(from.host.host, context).run {
                    report = RunReport(verb: "sync", source: source, destination: destination)
                    try once(way, run, context, &report)
                }
                if way == .here { context.sites.account(&report, destination: to.host) }
            }
        }
        report.route = RunReport.Route(
            from: from.host.name, to: to.host.name, via: way == .here ? SystemClock.hostName : nil,
            reason: way.reason)
        return try context.finish(report)
    }

    private func once(_ way: HostsWay, _ run: RunContext, _ context: Context, _ report: inout RunReport) throws {
        let wishes = TreeJob.Wishes(options, compression: compression, generations: generations)
        switch way {
        case .here:
            try TreeRelay(from: from.tree(context), to: to.tree(context)).sync(
                options: options, compression: compression, generations: generations, context: run, &report)
        case .granted, .lent: report = try SendOrder(from, to, wishes).toAgent(context, run.progress)
        case .taken: report = try SendOrder(from, to, wishes).fromAgent(context, run.progress)
        case .shell: report = try SendOrder(from, to, wishes).toShell(context, run.progress)
        case .within: report = try SendOrder(from, to, wishes).within(context, run.progress)
        }
        (report.source, report.destination) = (source, destination)
    }

    /// What the run would do.
    private func foresee(_ report: inout RunReport, _ run: RunContext, _ context: Context) throws {
        var wishes = EstimateOptions()
        (wishes.run, wishes.compression) = (options, compression)
        var foreseen = EstimateReport(source: source, destination: destination)
        try from.estimator(to: to, wishes, run, context).run(&foreseen)
        report.take(foreseen)
    }
}
