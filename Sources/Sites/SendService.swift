internal import Content
internal import Model
public import Replication
public import Wire
internal import Workers

/// Sends trees of this site to third ones, for those who may have it do so.
///
/// Progress and the report go to whoever asked; the files do not.
public struct SendService: WireService {
    private let places: TreePlaces
    private let makeContext: @Sendable () -> RunContext
    private let reach: @Sendable (SendJob) throws -> Connection

    /// How often progress is told.
    private static let pause = Duration.milliseconds(250)

    /// A service for the trees of `places`.
    ///
    /// - Parameters:
    ///   - makeContext: makes what a run works with.
    ///   - reach: connects to the third site and is let in there; throws where the asking site may not have that.
    public init(
        places: TreePlaces, _ makeContext: @escaping @Sendable () -> RunContext,
        reach: @escaping @Sendable (SendJob) throws -> Connection
    ) {
        (self.places, self.makeContext, self.reach) = (places, makeContext, reach)
    }

    /// The name that jobs are sent to.
    public var name: String { SendJob.service }

    /// Does the job that came with `channel`.
    ///
    /// - Throws: what the job failed with; the asking site is to be told.
    public func serve(_ channel: Channel) throws {
        let job = try Document.decode(SendJob.self, channel.opening, from: channel.peer)
        let path = try places.resolve(job.path, .reading)
        guard let compression = Compression(parsing: job.wishes.compression) else {
            throw PerigeeError(.usage, "\(job.wishes.compression) is no compression")
        }
        let options = try job.wishes.options()
        let third = try reach(job)
        defer { third.close() }
        let context = makeContext()
        var report = RunReport(verb: "sync", source: job.source, destination: job.target)
        let isOver = StopFlag()
        let watch = Companion { Self.watch(channel, third, isOver) }
        let teller = ProgressTeller(context.progress, channel, every: Self.pause)
        defer {
            isOver.raise()
            teller.stop()
            watch.leave()
        }
        try RemoteTree(third, path: job.target, name: job.target).push(
            from: path, named: job.source, options: options, compression: compression,
            generations: job.wishes.generations, context: context, &report)
        isOver.raise()
        teller.stop()
        try channel.send(RunEvent.report.rawValue, Document.encode(report))
    }

    /// Ends the work where whoever asked for it has gone.
    private static func watch(_ channel: Channel, _ third: Connection, _ isOver: StopFlag) {
        var end = PerigeeError(.interrupted, "who asked for it wants it no more", canRetry: true)
        do { while try channel.receive() != nil {} } catch { end.cause = "\(error)" }
        if !isOver.isRaised { third.abort(end) }
    }
}
