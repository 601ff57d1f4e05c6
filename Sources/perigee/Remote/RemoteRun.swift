internal import Content
internal import Model
internal import Replication
internal import Sites
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

    private var pair: EndpointPair {
        let here = Moves.absolute(here)
        return way == .pull
            ? EndpointPair(source: end.name, destination: here) : EndpointPair(source: here, destination: end.name)
    }

    /// Does it and prints the report.
    func perform(_ context: Context) throws -> ExitStatus {
        var report = RunReport(verb: "sync", source: source, destination: destination)
        try context.withProgress("sync") { progress in
            let run = Moves.runContext(context, progress)
            guard !options.isDryRun else { return try foresee(&report, run, context) }
            try Moves.recorded(&report, pair, .betweenTrees(options), run, context) { report in
                try Resuming(end.host.host, context).run {
                    report = RunReport(verb: "sync", source: source, destination: destination)
                    try once(run, context, &report)
                }
                context.sites.account(&report, source: way == .pull ? end.host : nil)
                // What is kept of the run takes as long as the other end takes to go.
                context.sites.beginLeaving()
            }
        }
        return try context.finish(report)
    }

    private func once(_ run: RunContext, _ context: Context, _ report: inout RunReport) throws {
        let tree = try end.tree(context)
        switch way {
        case .pull:
            try tree.pull(
                to: here, options: options, compression: compression, generations: generations, context: run, &report)
        case .push:
            try tree.push(
                from: here, named: RemoteEnd.name(ofFolder: here), options: options, compression: compression,
                generations: generations, context: run, &report)
        }
    }

    /// What the run would do.
    private func foresee(_ report: inout RunReport, _ run: RunContext, _ context: Context) throws {
        var wishes = EstimateOptions()
        wishes.run = options
        wishes.compression = compression
        var foreseen = EstimateReport(source: source, destination: destination)
        let estimator =
            switch way {
            case .pull: try end.estimator(to: here, wishes, run, context)
            case .push: try end.estimator(from: here, wishes, run, context)
            }
        try estimator.run(&foreseen)
        report.take(foreseen)
    }
}
