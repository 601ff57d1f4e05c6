internal import Model
internal import Workers

/// A listing that a source begins before a destination has asked for it, and that it goes on with as it is asked then.
///
/// For one thread at a time.
public final class ListingStart {
    /// What can be sent ahead; nil where the first entries take too many bytes.
    public let ahead: ListingAhead?
    let tree: any ReadableTree
    private let options: ScanOptions
    private let feed: RewindableFeed
    private let sender: EntrySender

    /// Looks at the first entries of `tree`, which was opened with `options`.
    init(_ tree: any ReadableTree, _ options: ScanOptions, stop: StopFlag) throws {
        (self.tree, self.options) = (tree, options)
        let collected = MessageCollector()
        feed = RewindableFeed(try tree.feed())
        sender = EntrySender(tree, feed, collected)
        try sender.send(ListingWriter(tree, collected), atMost: ExchangeLimits.entriesAhead, stop)
        ahead = try ListingAhead.fits(collected.messages) ? ListingAhead(collected.messages) : nil
    }

    /// Whether it is what a destination asks for that names `scan`.
    func serves(_ scan: ScanOptions) -> Bool {
        scan.filter.rules == options.filter.rules && scan.oneFileSystem == options.oneFileSystem
    }

    /// All entries from the first on.
    func all() -> any EntryFeed {
        feed.rewind()
        return feed
    }

    /// What sends the entries behind those that were sent ahead through `channel`.
    func rest(through channel: any MessageChannel) -> EntrySender { EntrySender(sender, through: channel) }
}

/// Entries of which the first can be given once more.
private final class RewindableFeed: EntryFeed {
    private let feed: any EntryFeed
    private var kept: [ScannedEntry] = []
    private var given = 0
    private var keeps = true
    private var isOver = false

    /// The entries of `feed`.
    init(_ feed: any EntryFeed) { self.feed = feed }

    func next() throws -> ScannedEntry? {
        if given < kept.count {
            defer { given += 1 }
            return kept[given]
        }
        guard !isOver, let entry = try feed.next() else {
            isOver = true
            return nil
        }
        guard keeps else { return entry }
        kept.append(entry)
        given += 1
        return entry
    }

    /// Begins again; what is given for the first time from here on is not kept.
    func rewind() { (given, keeps) = (0, false) }
}

/// Keeps what is sent through it.
private final class MessageCollector: MessageChannel {
    private let sent = Monitor<[[UInt8]]>([])

    var messages: [[UInt8]] { sent.read { $0 } }

    func send(_ message: [UInt8]) throws { sent.read { $0.append(message) } }

    func receive() throws -> [UInt8]? { nil }

    func finish() throws {}

    func fail(_ error: any Error) {}
}
