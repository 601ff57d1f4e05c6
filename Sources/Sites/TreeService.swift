internal import Content
internal import Model
public import Replication
public import Wire
internal import Workers

/// Does what other sites ask with trees of this one.
///
/// What may be asked is for whoever lets the other site in to say: over `ssh` it is the user who logged in.
public struct TreeService: WireService {
    private let makeContext: @Sendable () -> RunContext
    private let places: TreePlaces

    /// How often progress is told.
    private static let pause = Duration.milliseconds(250)

    /// A service whose runs have the context that `makeContext` makes.
    ///
    /// - Parameter places: which trees the other site may name.
    public init(places: TreePlaces = .host, _ makeContext: @escaping @Sendable () -> RunContext) {
        self.places = places
        self.makeContext = makeContext
    }

    /// The name that jobs are sent to.
    public var name: String { TreeJob.service }

    /// Does the job that came with `channel`.
    ///
    /// - Throws: what the job failed with; the other site is to be told.
    public func serve(_ channel: Channel) throws {
        var job = try Document.decode(TreeJob.self, channel.opening, from: channel.peer)
        job.path = try places.resolve(job.path, job.role == .source ? .reading : .writing)
        let first = try job.firstMessage()
        let opened = WireChannel(try channel.carrier.open(TreeJob.listing))
        let files = WireChannel(try channel.carrier.open(TreeJob.files))
        let listing: any MessageChannel = if let first { BegunChannel([first], opened) } else { opened }
        // With a byte where what came along was taken.
        try channel.send(RunEvent.ready.rawValue, first == nil ? [] : [UInt8(1)])
        switch job.role {
        case .source:
            try ExchangeSource(root: job.path, context: makeContext()).run(listing: listing, files: files)
        case .destination:
            try receive(job, channel, listing, files)
        case .estimate:
            try foresee(job, channel, listing, files)
        }
        channel.finish()
        // Until the other site has read all of it: then nothing is cut off.
        while try channel.receive() != nil {}
    }

    private func receive(
        _ job: TreeJob, _ channel: Channel, _ listing: any MessageChannel, _ files: WireChannel
    ) throws {
        let context = makeContext()
        var report = RunReport(verb: "sync", source: job.source, destination: job.path)
        var destination = ExchangeDestination(
            destination: job.path, pair: pair(of: job), options: try job.wishes.options(),
            compression: try job.wishes.compressionWish(), context: context)
        destination.ahead = try job.listingAhead()
        try telling(context.progress, channel) {
            try destination.run(&report, listing: listing, files: files, generations: job.wishes.generations)
        }
        try channel.send(RunEvent.report.rawValue, Document.encode(report))
    }

    private func foresee(
        _ job: TreeJob, _ channel: Channel, _ listing: any MessageChannel, _ files: WireChannel
    ) throws {
        let context = makeContext()
        var options = EstimateOptions()
        options.run = try job.wishes.options()
        options.compression = try job.wishes.compressionWish()
        options.isExact = job.wishes.isExact
        options.link = job.wishes.link
        var estimate = ExchangeEstimate(
            destination: job.path, pair: pair(of: job), options: options, context: context)
        estimate.ahead = try job.listingAhead()
        let foreseen = try telling(context.progress, channel) { try estimate.run(listing: listing, files: files) }
        try channel.send(RunEvent.foreseen.rawValue, Document.encode(foreseen))
    }

    private func pair(of job: TreeJob) -> EndpointPair {
        EndpointPair(source: job.source, destination: HostPath.resolved(job.path))
    }

    /// Runs `body` while its progress is told.
    private func telling<Result>(
        _ progress: Progress, _ channel: Channel, _ body: () throws -> Result
    ) rethrows -> Result {
        let teller = ProgressTeller(progress, channel, every: Self.pause)
        defer { teller.stop() }
        return try body()
    }
}

/// Tells another site, every so often, how far a run has come.
final class ProgressTeller: Sendable {
    private let isOver = Monitor(false)
    private let companion: Companion

    /// Tells what `progress` shows by way of `channel`, until it is stopped.
    init(_ progress: Progress, _ channel: Channel, every pause: Duration) {
        let isOver = isOver
        companion = Companion {
            while isOver.wait(for: pause, until: { $0 ? true : nil }) == nil {
                guard let note = try? Document.encode(ProgressNote(progress)),
                    (try? channel.send(RunEvent.progress.rawValue, note)) != nil
                else { return }
            }
        }
    }

    /// Tells no more.
    func stop() {
        isOver.change { $0 = true }
        companion.join()
    }
}
