internal import Files
internal import Model

/// Scanned entries in a temporary file, block by block.
///
/// Filled by one thread, then read by one. Memory: twelve bytes a block, and a buffer.
final class EntryStore {
    private static let bufferSize = 1 << 20
    private static let blockMax: UInt32 = 1 << 30

    private let file: TemporaryFile
    private var buffer = MessageWriter()
    private var encoder = EntryEncoder()
    private var written: UInt64 = 0
    private var blocks: [(start: UInt64, count: UInt32)] = []
    private var blockStart: UInt64 = 0

    /// An empty store.
    init() throws { file = try TemporaryFile.unnamed(in: nil) }

    /// How many blocks it has.
    var blockCount: Int { blocks.count }

    /// Appends `entry` to the open block.
    func add(_ entry: ScannedEntry) throws {
        encoder.encode(entry, into: &buffer)
        guard buffer.bytes.count >= Self.bufferSize else { return }
        try flush()
    }

    /// Ends the open block, unless it is empty.
    func cut() throws {
        let end = written + UInt64(buffer.bytes.count)
        guard end > blockStart else { return }
        guard let count = UInt32(exactly: end - blockStart), count <= Self.blockMax else {
            throw PerigeeError(.limit, "a temporary list is too long")
        }
        blocks.append((blockStart, count))
        blockStart = end
        encoder.begin()
    }

    private func flush() throws {
        try buffer.bytes.withUnsafeBytes { try file.write($0, at: written) }
        written += UInt64(buffer.bytes.count)
        buffer.removeAll()
    }

    /// No more will be added.
    func finish() throws {
        try cut()
        try flush()
        buffer = MessageWriter()
    }

    /// Calls `body` with the entries of block `index` in order.
    func forEach(inBlock index: Int, _ body: (ScannedEntry) throws -> Void) throws {
        let block = blocks[index]
        var bytes = [UInt8](repeating: 0, count: Int(block.count))
        let count = try bytes.withUnsafeMutableBytes { try file.read(into: $0, at: block.start) }
        guard count == bytes.count else { throw PerigeeError(.damaged, "a temporary list is damaged") }
        try bytes.withUnsafeBytes { bytes in
            var (reader, decoder) = (MessageReader(bytes), EntryDecoder(isOwn: true))
            while !reader.isAtEnd { try body(try decoder.decode(&reader)) }
        }
    }
}

/// The entries of a store from the first to the last.
final class EntryStoreFeed: EntryFeed {
    private let store: EntryStore
    private var block = 0
    private var entries: [ScannedEntry] = []
    private var index = 0

    /// A feed of what `store` holds.
    init(_ store: EntryStore) { self.store = store }

    func next() throws -> ScannedEntry? {
        while index == entries.count {
            guard block < store.blockCount else { return nil }
            entries.removeAll(keepingCapacity: true)
            index = 0
            try store.forEach(inBlock: block) { entries.append($0) }
            block += 1
        }
        defer { index += 1 }
        return entries[index]
    }
}
