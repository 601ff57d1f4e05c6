internal import Content
internal import Files
internal import Model

/// The entries of the source as they come, all of them.
///
/// For one thread.
class ListingFeed: EntryFeed {
    let channel: any MessageChannel
    private let failed: (ScanFailure) -> Void
    private let beforeWaiting: () throws -> Void
    private let decompressor: Decompressor
    private let room = IOBuffer(count: ExchangeLimits.block)
    private var items: [Item] = []
    private var index = 0
    private var last: TreePath?
    private var count: UInt64 = 0
    private var failures = 0

    enum Item {
        case entry(ScannedEntry)
        case leafEnd
        case end
    }

    /// A feed from `channel`, which calls `failed` with what the source could not read, and `beforeWaiting` when all that has come
    /// was given.
    init(
        _ channel: any MessageChannel, failed: @escaping (ScanFailure) -> Void,
        beforeWaiting: @escaping () throws -> Void = {}
    ) throws {
        self.channel = channel
        self.failed = failed
        self.beforeWaiting = beforeWaiting
        decompressor = try Decompressor()
    }

    func next() throws -> ScannedEntry? {
        switch try nextItem() {
        case .entry(let entry): return entry
        case .end: return nil
        case .leafEnd: throw ExchangeFault.hostile("leaves that nobody asked for")
        }
    }

    /// Holds `path` against the one before.
    func check(_ path: TreePath) throws {
        if let last, !(last < path) { throw ExchangeFault.hostile("entries out of order") }
        guard last != nil || path.isRoot else {
            throw ExchangeFault.hostile("a listing that does not begin with its root")
        }
        last = path
        count += 1
        guard count <= ExchangeLimits.listing else {
            throw ExchangeFault.hostile("more entries than a listing may have")
        }
    }

    /// The next item of the messages that come.
    final func nextItem() throws -> Item {
        while index == items.count {
            try beforeWaiting()
            guard let message = try channel.receive() else { throw ExchangeFault.ended }
            try read(message)
        }
        defer { index += 1 }
        let item = items[index]
        if case .entry(let entry) = item { try check(entry.path) }
        if case .end = item { index -= 1 }
        return item
    }

    /// What was read and not yet given; nil where there is nothing.
    final func pending() throws -> Item? { index < items.count ? items[index] : nil }

    /// Takes a message with entries.
    final func read(_ message: [UInt8]) throws {
        (items, index) = ([], 0)
        try MessageReader.read(message) { input in
            switch ListingMessage(rawValue: try input.byte()) {
            case .entries:
                let plain = try BlockCoding.decode(&input, by: decompressor, room: room.bytes)
                try read(items: plain)
            case .end:
                _ = try input.number()
                items.append(.end)
            default: throw ExchangeFault.hostile("something else where entries were due")
            }
        }
    }

    private func read(items plain: UnsafeRawBufferPointer) throws {
        var (reader, decoder) = (MessageReader(plain), EntryDecoder())
        while !reader.isAtEnd {
            switch ListingItem(rawValue: try reader.byte()) {
            case .entry: items.append(.entry(try decoder.decode(&reader)))
            case .leafEnd: items.append(.leafEnd)
            case .failure:
                failures += 1
                // What was told ahead was counted apart from what is told when it was asked for.
                guard failures <= 2 * ExchangeLimits.failures else {
                    throw ExchangeFault.hostile("more failures than a listing may have")
                }
                failed(try FailureCoding.decode(&reader))
            case nil: throw ExchangeFault.hostile("an item of no known kind")
            }
        }
    }
}
