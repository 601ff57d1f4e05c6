internal import Content
internal import Model
public import Replication
public import Wire
internal import Workers

/// Sends trees of this site to third ones or to others of its own, or takes trees of third ones, for those who may have it
/// do so.
///
/// Progress and the report go to whoever asked; the files do not.
public struct SendService: WireService {
    private let direction: SendJob.Direction
    private let places: TreePlaces
    private let makeContext: @Sendable () -> RunContext
    private let reach: @Sendable (SendJob) throws -> Connection

    /// How often progress is told.
    private static let pause = Duration.milliseconds(250)

    /// A service for the trees of `places`.
    ///
    /// - Parameters:
    ///   - direction: which way the files go.
    ///   - makeContext: makes what a run works with.
    ///   - reach: connects to the third site and is let in there; throws where the asking site may not have that.
    public init(
        _ direction: SendJob.Direction = .sending, places: TreePlaces,
        _ makeContext: @escaping @Sendable () -> RunContext, reach: @escaping @Sendable (SendJob) throws -> Connection
    ) {
        (self.direction, self.places, self.makeContext, self.reach) = (direction, places, makeContext, reach)
    }

    /// The name that jobs are sent to.
    public var name: String { SendJob.service(direction) }

    /// Does the job that came with `channel`.
    ///
    /// - Throws: what the job failed with; the asking site is to be told.
    public func serve(_ channel: Channel) throws {
        let job = try Document.decode(SendJob.self, channel.opening, from: channel.peer)
        let isTaking = direction == .taking
        let path = try isTaking ? places.resolve(job.target, .writing) : places.resolve(job.path, .reading)
        guard let compression = Compression(parsing: job.wishes.compression) else {
            throw PerigeeError(.usage, "\(job.wishes.compression) is no compression")
        }
        let options = try job.wishes.options()
        let third = job.isOwn == true && !isTaking ? nil : try reach(job)
        defer { third?.close() }
        var context = makeContext()
        context.stop = StopFlag()
        var report = RunReport(verb: "sync", source: job.source, destination: job.target)
        let isOver = StopFlag()
        let stop = context.stop
        let watch = Companion { Self.watch(channel, third, stop, isOver) }
        let teller = ProgressTeller(context.progress, channel, every: Self.pause)
        defer {
            isOver.raise()
            teller.stop()
            watch.leave()
        }
        if let third, isTaking {
            try RemoteTree(third, path: job.path, name: job.source).pull(
                to: path, options: options, compression: compression, generations: job.wishes.generations,
                context: context, &report)
        } else if let third {
            try RemoteTree(third, path: job.target, name: job.target).push(
                from: path, named: job.source, options: options, compression: compression,
                generations: job.wishes.generations, context: context, &report)
        } else {
            try copy(path, job, options, context, &report)
        }
        isOver.raise()
        teller.stop()
        try channel.send(RunEvent.report.rawValue, Document.encode(report))
    }

    /// Makes a tree of this site like another of it.
    private func copy(
        _ path: String, _ job: SendJob, _ options: SyncOptions, _ context: RunContext, _ report: inout RunReport
    ) throws {
        let target = try places.resolve(job.target, .writing)
        let pair = EndpointPair(source: HostPath.resolved(path), destination: HostPath.resolved(target))
        let sync = TreeSync(source: path, destination: target, pair: pair, options: options, context: context)
        if job.wishes.generations {
            try Generations(sync).run(&report)
        } else {
            try sync.run(&report)
        }
    }

    /// Ends the work where whoever asked for it has gone.
    private static func watch(_ channel: Channel, _ third: Connection?, _ stop: StopFlag, _ isOver: StopFlag) {
        var end = PerigeeError(.interrupted, "who asked for it wants it no more", canRetry: true)
        do { while try channel.receive() != nil {} } catch { end.cause = "\(error)" }
        if !isOver.isRaised {
            stop.raise()
            third?.abort(end)
        }
    }
}
