public import Content
public import Model
public import Replication
public import Vault
public import Wire
internal import Workers

/// A tree at another site, by way of a connection to it.
///
/// One job at a time; questions may be asked of it besides.
public struct RemoteTree: Sendable {
    let connection: Connection
    let path: String
    /// What the tree is called in what is remembered.
    let name: String

    /// The tree at `path` of the site at the other end of `connection`, called `name` in what is remembered.
    public init(_ connection: Connection, path: String, name: String) {
        self.connection = connection
        self.path = path
        self.name = name
    }

    /// Makes the folder `destination` here like it.
    public func pull(
        to destination: String, options: SyncOptions, compression: Compression, generations: Bool = false,
        context: RunContext, _ report: inout RunReport
    ) throws {
        let job = sourceJob
        let pair = EndpointPair(source: name, destination: HostPath.resolved(destination))
        defer { job.finish() }
        try explaining(job) {
            try ExchangeDestination(
                destination: destination, pair: pair, options: options, compression: compression, context: context
            ).run(&report, listing: job.listing, files: job.files, generations: generations)
        }
        let traffic = connection.traffic
        (report.bytes.wireSent, report.bytes.wireReceived) = (traffic.received, traffic.sent)
    }

    /// Makes it like the folder `source` here.
    ///
    /// - Parameter sourceName: what the folder is called in what the other site remembers.
    public func push(
        from source: String, named sourceName: String, options: SyncOptions, compression: Compression,
        generations: Bool = false, context: RunContext, _ report: inout RunReport
    ) throws {
        try push(
            ExchangeSource(root: source, context: context.withoutProgress), named: sourceName, options: options,
            compression: compression, generations: generations, context: context, &report)
    }

    /// Makes it like `snapshot` of `vault`, which is reached from here: the vault's keys stay here.
    ///
    /// - Parameters:
    ///   - only: which paths are wanted; nil for all.
    ///   - sourceName: what the snapshot's dataset is called in what the other site remembers.
    public func push(
        from vault: Vault, _ snapshot: Snapshot, only: PathSelection? = nil, named sourceName: String,
        options: SyncOptions, compression: Compression, context: RunContext, _ report: inout RunReport
    ) throws {
        let source = ExchangeSource(vault: vault, snapshot: snapshot, only: only, context: context.withoutProgress)
        try push(
            source, named: sourceName, options: options, compression: compression, generations: false,
            context: context, &report)
        report.snapshot = snapshot.id.hex
    }

    private func push(
        _ source: ExchangeSource, named sourceName: String, options: SyncOptions, compression: Compression,
        generations: Bool, context: RunContext, _ report: inout RunReport
    ) throws {
        var job = TreeJob(role: .destination, path: path)
        job.source = sourceName
        job.wishes = TreeJob.Wishes(options, compression: compression, generations: generations)
        let (verb, names) = (report.verb, (report.source, report.destination))
        report = try give(source, job, options.scan, context).report()
        (report.verb, report.source, report.destination) = (verb, names.0, names.1)
        let traffic = connection.traffic
        (report.bytes.wireSent, report.bytes.wireReceived) = (traffic.sent, traffic.received)
    }

    /// Makes a snapshot of it in `dataset` of `vault`, which is reached from here: the vault's keys stay here.
    ///
    /// - Parameter pair: both ends by name.
    public func archive(
        into vault: Vault, dataset: String, pair: EndpointPair, options: Archiver.Options, context: RunContext,
        _ report: inout RunReport
    ) throws {
        let job = sourceJob
        defer { job.finish() }
        do {
            try Archiver(
                listing: job.listing, files: job.files, vault: vault, dataset: dataset, pair: pair, options: options,
                context: context
            ).run(&report)
        } catch {
            job.listing.fail(error)
            job.files.fail(error)
            job.reset(error)
            throw error
        }
    }

    /// What ``archive(into:dataset:pair:options:context:_:)`` would take: what the vault would grow by, and what would cross; see
    /// ``DistantEstimate``.
    public func foreseeArchive(
        into vault: Vault, dataset: String, pair: EndpointPair, options: EstimateOptions, context: RunContext
    ) throws -> ForeseenRun {
        // The rehearsal comes first: it waits for the connection as a run does.
        let before = connection.traffic
        let estimate = DistantEstimate(
            vault: vault, dataset: dataset, pair: pair, options: options, context: context)
        let rehearsed = try asSource { try estimate.rehearse(listing: $0.listing, files: $0.files) }
        let traffic = connection.crossed(since: before)
        var foreseen = try asSource { try estimate.run(listing: $0.listing, files: $0.files) }
        foreseen.take(rehearsed, sent: traffic.received, received: traffic.sent)
        return foreseen
    }

    /// Runs `body` with a job of which the other site is the source.
    private func asSource<Result>(_ body: (StartingJob) throws -> Result) throws -> Result {
        let job = sourceJob
        defer { job.finish() }
        return try explaining(job) { try body(job) }
    }

    /// What making the folder `destination` here like it would take; see ``ExchangeEstimate``.
    public func foreseePull(
        to destination: String, options: EstimateOptions, context: RunContext
    ) throws -> ForeseenRun {
        let before = connection.traffic
        let job = sourceJob
        let pair = EndpointPair(source: name, destination: HostPath.resolved(destination))
        defer { job.finish() }
        return try explaining(job) {
            var foreseen = try ExchangeEstimate(
                destination: destination, pair: pair, options: options, context: context
            ).run(listing: job.listing, files: job.files)
            let traffic = connection.crossed(since: before)
            foreseen.account(sent: traffic.received, received: traffic.sent, toHere: true)
            return foreseen
        }
    }

    /// What making it like the folder `source` here would take.
    ///
    /// - Parameter sourceName: what the folder is called in what the other site remembers.
    public func foreseePush(
        from source: String, named sourceName: String, options: EstimateOptions, context: RunContext
    ) throws -> ForeseenRun {
        try foreseePush(
            ExchangeSource(root: source, context: context.withoutProgress), named: sourceName, options, context)
    }

    /// What making it like `snapshot` of `vault` would take.
    ///
    /// - Parameter sourceName: what the snapshot's dataset is called in what the other site remembers.
    public func foreseePush(
        from vault: Vault, _ snapshot: Snapshot, named sourceName: String, options: EstimateOptions,
        context: RunContext
    ) throws -> ForeseenRun {
        let source = ExchangeSource(vault: vault, snapshot: snapshot, context: context.withoutProgress)
        return try foreseePush(source, named: sourceName, options, context)
    }

    private func foreseePush(
        _ source: ExchangeSource, named sourceName: String, _ options: EstimateOptions, _ context: RunContext
    ) throws -> ForeseenRun {
        var job = TreeJob(role: .estimate, path: path)
        job.source = sourceName
        job.wishes = TreeJob.Wishes(options)
        let before = connection.traffic
        var foreseen = try give(source, job, options.run.scan, context).foreseen()
        let traffic = connection.crossed(since: before)
        foreseen.account(sent: traffic.sent, received: traffic.received)
        return foreseen
    }

    /// Serves `source`, of which `scan` says what is listed, to the other site, which has `job` to do.
    ///
    /// - Returns: what that site tells of it.
    private func give(
        _ source: ExchangeSource, _ job: TreeJob, _ scan: ScanOptions, _ context: RunContext
    ) throws -> EventReader {
        let start = source.start(scan)
        let channels = try open(job, start?.ahead)
        let events = EventReader(channels.control, context.progress)
        defer { channels.control.finish() }
        do {
            try source.run(listing: channels.listing, files: channels.files, start: start)
        } catch {
            // What the other site says of it is better than that it ended.
            let better = events.failure(instead: error)
            channels.control.reset(error)
            throw better
        }
        return events
    }

    /// Has `body` read the tree, by the two channels at whose other ends an ``ExchangeSource`` of it is.
    public func reading(
        _ body: (_ listing: any MessageChannel, _ files: any MessageChannel) throws -> Void
    ) throws {
        let job = sourceJob
        defer { job.finish() }
        try explaining(job) { try body(job.listing, job.files) }
    }

    /// Opens the job's channel and, once the other site has understood, takes the two that it opens.
    ///
    /// - Parameter ahead: what of the listing goes along with the job, if there is room.
    func open(
        _ job: TreeJob, _ ahead: ListingAhead? = nil
    ) throws -> (control: Channel, listing: WireChannel, files: WireChannel) {
        let control = try connection.open(TreeJob.service, job.opening { if let ahead { $0.take(ahead) } })
        let (listing, files, _) = try TreeJob.channels(of: control, connection)
        return (control, listing, files)
    }

    /// A job of which the other site is to be the source.
    private var sourceJob: StartingJob { StartingJob(connection, TreeJob(role: .source, path: path)) }

    /// Runs `body`; where it fails because the other site did, throws what that says.
    private func explaining<Result>(_ job: StartingJob, _ body: () throws -> Result) throws -> Result {
        do {
            return try body()
        } catch {
            job.reset(error)
            throw error
        }
    }
}

extension Connection {
    /// What both sides say to each other before anything else, about.
    private static let greeting: UInt64 = 128

    /// What has crossed since `before`, and for making the connection: what a run takes that has one for itself.
    func crossed(since before: Traffic) -> Traffic {
        let now = traffic
        return Traffic(
            sent: now.sent - before.sent + Self.greeting, received: now.received - before.received + Self.greeting)
    }
}

extension RunContext {
    /// The same without showing progress: the other site tells it.
    fileprivate var withoutProgress: RunContext {
        var context = self
        context.progress = Progress()
        return context
    }
}
