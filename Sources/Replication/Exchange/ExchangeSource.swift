internal import Content
internal import Files
internal import Hashing
internal import Model
internal import Vault
internal import Workers

/// The source's end of a sync between two sites: scans a tree, and reads of it what the destination asks for.
///
/// It does as it is told and changes nothing. Whoever made the connection, the destination plans.
public struct ExchangeSource: Sendable {
    private let root: String
    private let context: RunContext

    /// The tree at `root`.
    public init(root: String, context: RunContext) {
        self.root = root
        self.context = context
    }

    /// Serves a destination at the other ends of `listing` and `files` until it has finished.
    ///
    /// - Throws: where the root cannot be opened, the channels failed, or the run was stopped; both channels then fail.
    public func run(listing: any MessageChannel, files: any MessageChannel) throws {
        do {
            try serve(listing, files)
        } catch {
            listing.fail(error)
            files.fail(error)
            throw error
        }
    }

    private func serve(_ listing: any MessageChannel, _ files: any MessageChannel) throws {
        guard let message = try listing.receive() else { throw ExchangeFault.ended }
        let begin = try ListingBegin(decoding: message)
        guard begin.chunker.maximum <= FileServer.chunkMax else {
            throw ExchangeFault.hostile("chunks that are longer than messages")
        }
        let tree = try SourceTree(root: root, options: begin.scan)
        context.progress.enter(.transferring)
        let server = FileServer(tree: tree, channel: files, begin: begin, context: context, tally: Tally())
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
        try files.finish()
    }
}
