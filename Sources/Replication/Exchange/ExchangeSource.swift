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

    /// The tree at `root`.
    public init(root: String, context: RunContext) {
        open = { try SourceTree(root: root, options: $0) }
        self.context = context
    }

    /// What `snapshot` of `vault` holds.
    ///
    /// - Parameter only: which paths are wanted; nil for all.
    public init(vault: Vault, snapshot: Snapshot, only: PathSelection? = nil, context: RunContext) {
        open = { try SnapshotTree(vault, snapshot, only: only, filter: $0.filter) }
        self.context = context
    }

    /// Serves a destination at the other ends of `listing` and `files` until it has finished.
    ///
    /// - Throws: where the root cannot be opened, the channels failed, or the run was stopped; both channels then fail.
    public func run(listing: any MessageChannel, files: any MessageChannel) throws {
        try listing.failing(with: files) { try serve(listing, files) }
    }

    private func serve(_ listing: any MessageChannel, _ files: any MessageChannel) throws {
        guard let message = try listing.receive() else { throw ExchangeFault.ended }
        let begin = try ListingBegin(decoding: message)
        guard begin.chunker.maximum <= FileServer.chunkMax else {
            throw ExchangeFault.hostile("chunks that are longer than messages")
        }
        let tree = try open(begin.scan)
        context.progress.enter(.transferring)
        let rehearsal = begin.rehearsal.map { Rehearsal($0) }
        let server = FileServer(
            tree: tree, channel: files, begin: begin, context: context, tally: Tally(), rehearsal: rehearsal)
        let lister = ListingSource(
            tree: tree, channel: listing, compares: begin.compares, stop: context.stop, progress: context.progress)
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
