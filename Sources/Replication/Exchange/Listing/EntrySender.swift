internal import Model
internal import Workers

/// Sends the entries of a source one after the other, each failure before the entries that follow it, and then their number.
///
/// Who plans must not take for gone what could not be seen. For one thread.
final class EntrySender {
    private let tree: any ReadableTree
    private let feed: any EntryFeed
    private let channel: any MessageChannel
    private var count = 0
    /// The failures that were told.
    private var told = 0
    private var isOver = false
    // Looked at, to know whether there is one, and not sent yet.
    private var waiting: ScannedEntry?

    /// Sends what `feed` gives of `tree` through `channel`.
    init(_ tree: any ReadableTree, _ feed: any EntryFeed, _ channel: any MessageChannel) {
        (self.tree, self.feed, self.channel) = (tree, feed, channel)
    }

    /// Goes on where `before` has stopped, through `channel`.
    convenience init(_ before: EntrySender, through channel: any MessageChannel) {
        self.init(before.tree, before.feed, channel)
        (count, told, isOver, waiting) = (before.count, before.told, before.isOver, before.waiting)
    }

    /// Sends entries by `writer`, which writes into the same channel, until there are none or `most` were sent in all.
    func send(_ writer: ListingWriter, atMost most: Int = .max, _ stop: StopFlag) throws {
        while !isOver {
            guard let entry = try next() else { return try end(writer) }
            guard count < most else {
                waiting = entry
                break
            }
            try stop.check()
            try tell(by: writer)
            try writer.add(entry)
            count += 1
            // So that the other end begins at once.
            if count == ExchangeLimits.entriesAhead { try writer.flush() }
        }
        try writer.flush()
    }

    private func next() throws -> ScannedEntry? {
        defer { waiting = nil }
        return try waiting ?? feed.next()
    }

    /// Tells what could not be read and was not told yet.
    private func tell(by writer: ListingWriter) throws {
        guard tree.failureCount > told else { return }
        let failures = tree.failures.dropFirst(told)
        for failure in failures { try writer.add(failureOf: failure.path, failure.error) }
        told += failures.count
    }

    private func end(_ writer: ListingWriter) throws {
        isOver = true
        try tell(by: writer)
        try writer.flush()
        var end = MessageWriter(ListingMessage.end)
        end.number(count)
        try channel.send(end.bytes)
    }
}
