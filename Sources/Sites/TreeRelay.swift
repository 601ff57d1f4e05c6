public import Content
public import Model
public import Replication
internal import Wire

/// Makes a tree of one site like that of another, by way of this one: what either says to the other is passed on as it
/// comes, and nothing of it is kept.
///
/// The two sites need not reach each other. Each byte crosses two links, and is in clear on this host, between them.
public struct TreeRelay: Sendable {
    private let source: RemoteTree
    private let destination: RemoteTree

    /// From `source` to `destination`, which may be trees of one site.
    public init(from source: RemoteTree, to destination: RemoteTree) {
        (self.source, self.destination) = (source, destination)
    }

    /// Makes the destination like the source.
    ///
    /// - Parameter generations: whether it is to appear at once, as a new generation.
    public func sync(
        options: SyncOptions, compression: Compression, generations: Bool = false, context: RunContext,
        _ report: inout RunReport
    ) throws {
        let wishes = TreeJob.Wishes(options, compression: compression, generations: generations)
        let (verb, names) = (report.verb, (report.source, report.destination))
        report = try run(.destination, wishes, context).report()
        (report.verb, report.source, report.destination) = (verb, names.0, names.1)
    }

    /// What ``sync(options:compression:generations:context:_:)`` would take.
    public func foresee(options: EstimateOptions, context: RunContext) throws -> ForeseenRun {
        let before = destination.connection.traffic
        var foreseen = try run(.estimate, TreeJob.Wishes(options), context).foreseen()
        let traffic = destination.connection.crossed(since: before)
        foreseen.account(sent: traffic.sent, received: traffic.received)
        return foreseen
    }

    /// Has the destination do its job with the source.
    ///
    /// - Returns: what the destination tells of it.
    private func run(_ role: TreeJob.Role, _ wishes: TreeJob.Wishes, _ context: RunContext) throws -> EventReader {
        var job = TreeJob(role: role, path: destination.path)
        (job.source, job.wishes) = (source.name, wishes)
        let given = try source.open(TreeJob(role: .source, path: source.path))
        let taken = try destination.open(job)
        let events = EventReader(taken.control, context.progress)
        defer {
            given.control.finish()
            taken.control.finish()
        }
        do {
            try MessageSplice(
                [(given.listing, taken.listing), (given.files, taken.files)], limit: context.limit
            ).run(until: context.stop)
        } catch {
            // What the other site says of it is better than that it ended.
            let better = events.failure(instead: error)
            given.control.reset(error)
            taken.control.reset(error)
            throw better
        }
        return events
    }
}
