public import Content
public import Model
public import Replication
public import Wire
internal import Workers

/// A tree at another site, by way of a connection to it.
///
/// One job at a time; the connection is for nothing else meanwhile.
public struct RemoteTree: Sendable {
    private let connection: Connection
    private let path: String
    /// What the tree is called in what is remembered.
    private let name: String

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
        let channels = try open(TreeJob(role: .source, path: path))
        let pair = EndpointPair(source: name, destination: HostPath.resolved(destination))
        defer { channels.control.finish() }
        try explaining(channels.control) {
            try ExchangeDestination(
                destination: destination, pair: pair, options: options, compression: compression, context: context
            ).run(&report, listing: channels.listing, files: channels.files, generations: generations)
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
        var job = TreeJob(role: .destination, path: path)
        job.source = sourceName
        job.wishes = TreeJob.Wishes(options, compression: compression, generations: generations)
        let channels = try open(job)
        let events = EventReader(channels.control, context.progress)
        defer { channels.control.finish() }
        do {
            try ExchangeSource(root: source, context: context.withoutProgress).run(
                listing: channels.listing, files: channels.files)
        } catch {
            // What the other site says of it is better than that it ended.
            let better = events.failure(instead: error)
            channels.control.reset(error)
            throw better
        }
        let (verb, names) = (report.verb, (report.source, report.destination))
        report = try events.report()
        (report.verb, report.source, report.destination) = (verb, names.0, names.1)
        let traffic = connection.traffic
        (report.bytes.wireSent, report.bytes.wireReceived) = (traffic.sent, traffic.received)
    }

    /// Opens the job's channel and, once the other site has understood, takes the two that it opens.
    private func open(_ job: TreeJob) throws -> (control: Channel, listing: WireChannel, files: WireChannel) {
        let control = try connection.open(TreeJob.service, Document.encode(job))
        guard let message = try control.receive(), message.kind == RunEvent.ready.rawValue,
            let listing = try connection.accept(), listing.service == TreeJob.listing,
            let files = try connection.accept(), files.service == TreeJob.files
        else {
            throw PerigeeError(
                .format, "it does not answer as a site with trees does", at: connection.peer,
                remedy: "use the same version of perigee at both ends")
        }
        return (control, WireChannel(listing), WireChannel(files))
    }

    /// Runs `body`; where it fails because the other site did, throws what that says.
    private func explaining(_ control: Channel, _ body: () throws -> Void) throws {
        do {
            try body()
        } catch {
            control.reset(error)
            throw error
        }
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

/// Reads what another site tells of a run.
final class EventReader: Sendable {
    private struct State {
        var report: RunReport?
        var failure: (any Error)?
        var isOver = false
    }

    private let state = Monitor(State())
    private let companion: Companion

    /// Reads from `channel` until its end, and shows progress in `progress`.
    init(_ channel: Channel, _ progress: Progress) {
        let state = state
        companion = Companion {
            var last: ProgressNote?
            do {
                while let message = try channel.receive() {
                    switch RunEvent(rawValue: message.kind) {
                    case .progress:
                        let note = try Document.decode(ProgressNote.self, message.bytes, from: channel.peer)
                        note.show(in: progress, after: last)
                        last = note
                    case .report:
                        let report = try Document.decode(RunReport.self, message.bytes, from: channel.peer)
                        state.change { $0.report = report }
                    case .ready, nil:
                        throw PerigeeError(.format, "it sent what is not understood", at: channel.peer)
                    }
                }
            } catch {
                state.change { $0.failure = error }
            }
            state.change { $0.isOver = true }
        }
    }

    deinit { companion.join() }

    /// The report, after waiting for it.
    func report() throws -> RunReport {
        let state = state.wait { $0.isOver ? $0 : nil }
        if let failure = state.failure { throw failure }
        guard let report = state.report else {
            throw PerigeeError(
                .io, "the other site ended without a report", remedy: "run the same command again", canRetry: true)
        }
        return report
    }

    /// What the other site failed with, if that is known soon; else `error`.
    func failure(instead error: any Error) -> any Error {
        state.wait(for: .seconds(2)) { $0.isOver ? $0 : nil }?.failure ?? error
    }
}
