public import Content
internal import Files
internal import Hashing
public import Model
internal import Vault
internal import Workers

/// The destination's end of a sync between two sites: makes its tree like the source's at the other end.
///
/// It plans and writes as ``TreeSync`` does, and all that is promised there holds here. What it does not have it asks for.
public struct ExchangeDestination: Sendable {
    /// Where the tree is.
    public let destination: String
    /// What of the source's listing has come before it was asked for; nil for nothing.
    public var ahead: ListingAhead?
    let pair: EndpointPair
    let options: SyncOptions
    let compression: Compression
    let context: RunContext

    /// A sync to the folder `destination`; `pair` names both ends for what is remembered.
    public init(
        destination: String, pair: EndpointPair, options: SyncOptions = SyncOptions(),
        compression: Compression = .auto, context: RunContext
    ) {
        self.destination = destination
        self.pair = pair
        self.options = options
        self.compression = compression
        self.context = context
    }

    /// Does it with the source at the other ends of `listing` and `files`, and fills figures, failures and warnings into
    /// `report`, all but what crossed the wire; its requests are the messages that ask the source for something.
    ///
    /// - Parameter generations: whether it is to appear at once, as a new generation; see ``Generations``.
    /// - Throws: where the root cannot be opened, the destination is full or read-only, the channels failed, the run was
    ///   stopped, or deletions were refused; both channels then fail. Every file is either as it was or as it is to be.
    public func run(
        _ report: inout RunReport, listing: any MessageChannel, files: any MessageChannel, generations: Bool = false
    ) throws {
        let (listing, files) = (CountingChannel(listing), CountingChannel(files))
        defer { (report.requests.list, report.requests.get) = (listing.counts.sentMessages, files.counts.sentMessages) }
        do {
            guard !generations else { return try self.generations(listing, files).run(&report) }
            let target = try TargetTree(path: destination, isDryRun: options.isDryRun)
            do {
                try run(&report, listing, files, target: target, base: nil, record: target.isFresh ? nil : recordPath)
            } catch {
                // Of a source that cannot be reached nothing is left but what was there.
                target.takeBack(destination)
                throw error
            }
        } catch {
            let error = (error as? TargetFailure)?.error ?? error
            listing.fail(error)
            files.fail(error)
            throw error
        }
    }

    private func generations(_ listing: any MessageChannel, _ files: any MessageChannel) -> Generations {
        Generations(
            destination: destination, isDryRun: options.isDryRun, recordPath: recordPath, now: context.now
        ) {
            let target = try TargetTree(path: destination, isDryRun: options.isDryRun)
            return Generations.Ends(target: target) { report, target, base, record in
                try run(&report, listing, files, target: target, base: base, record: record)
            }
        }
    }

    /// Where what is known of both ends is kept.
    var recordPath: String? { context.state?.file("records", for: pair) }

    /// Makes `target` like the source; files that are as `record` says and lie unchanged in `base` get a further name.
    func run(
        _ report: inout RunReport, _ listing: any MessageChannel, _ files: any MessageChannel, target: TargetTree,
        base: FolderHandle?, record: String?
    ) throws {
        let exchange = try Exchange(self, listing, files, target: target, base: base, record: record)
        let refusal = try exchange.run(&report)
        if let refusal { throw refusal }
    }
}
