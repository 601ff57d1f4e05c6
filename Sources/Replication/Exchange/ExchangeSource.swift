internal import Content
internal import Files
internal import Hashing
internal import Model
public import Vault
internal import Workers

/// The source's end of a sync between two sites: lists a tree, and reads of it what the destination asks for.
///
/// It does as it is told and changes nothing. Whoever made the connection, the destination plans.
public struct ExchangeSource: Sendable {
    private let open: @Sendable (ScanOptions) throws -> any ReadableTree
    private let context: RunContext

    // Whether a look at the first entries waits for no other host.
    private let isNear: Bool

    /// The tree at `root`.
    public init(root: String, context: RunContext) {
        open = { try SourceTree(root: root, options: $0) }
        self.context = context
        isNear = true
    }

    /// What `snapshot` of `vault` holds.
    ///
    /// - Parameter only: which paths are wanted; nil for all.
    public init(vault: Vault, snapshot: Snapshot, only: PathSelection? = nil, context: RunContext) {
        open = { try SnapshotTree(vault, snapshot, only: only, filter: $0.filter) }
        self.context = context
        isNear = vault.folder != nil
    }

    /// Begins with the listing of what `scan` admits, before a destination has asked for it; nil where that would wait for
    /// another host, or fails: then the run says why.
    public func start(_ scan: ScanOptions) -> ListingStart? {
        guard isNear else { return nil }
        return try? ListingStart(open(scan), scan, stop: context.stop)
    }

    /// Serves a destination at the other ends of `listing` and `files` until it has finished.
    ///
    /// - Parameter start: what was begun with; its first entries count as sent if the destination says that they have come.
    /// - Throws: where the root cannot be opened, the channels failed, or the run was stopped; both channels then fail.
    public func run(listing: any MessageChannel, files: any MessageChannel, start: ListingStart? = nil) throws {
        try listing.failing(with: files) { try serve(listing, files, start) }
    }

    private func serve(
        _ listing: any MessageChannel, _ files: any MessageChannel, _ start: ListingStart?
    ) throws {
        guard let message = try listing.receive() else { throw ExchangeFault.ended }
        let begin = try ListingBegin(decoding: message)
        guard begin.chunker.maximum <= FileServer.chunkMax else {
            throw ExchangeFault.hostile("chunks that are longer than messages")
        }
        let start = start.flatMap { $0.serves(begin.scan) ? $0 : nil }
        guard begin.way != .rest || start?.ahead != nil else {
            throw ExchangeFault.hostile("the rest of a listing of which nothing was sent")
        }
        let tree = try start?.tree ?? open(begin.scan)
        context.progress.enter(.transferring)
        let rehearsal = begin.rehearsal.map { Rehearsal($0) }
        let server = FileServer(
            tree: tree, channel: files, begin: begin, context: context, tally: Tally(), rehearsal: rehearsal)
        let lister = ListingSource(
            tree: tree, channel: listing, way: begin.way, start: Monitor(start), stop: context.stop)
        let end: @Sendable (any Error) -> Void = { error in
            server.board.fail(error)
            listing.fail(error)
            files.fail(error)
        }
        try Crew.run(2 + max(2, context.threads), onError: end) { member in
            if member == 0 {
                try lister.run()
                try listing.finish()
            } else {
                try server.run(member - 1)
            }
        }
        if let rehearsal { try files.send(rehearsal.lateMessage()) }
        try files.finish()
    }
}
