internal import Content
internal import Files
internal import Model

/// Sends entries, many in a message.
///
/// What is no file is completed here, extended attributes included, so that nothing more need be asked of it.
/// For one thread.
final class ListingWriter {
    private let tree: any ReadableTree
    private let channel: any MessageChannel
    private let compressor: Compressor
    private let scratch = IOBuffer(count: Compressor.bound(ExchangeLimits.block))
    private var items = MessageWriter()
    private var encoder = EntryEncoder()
    private var failures = 0

    /// A writer of entries of `tree` into `channel`.
    init(_ tree: any ReadableTree, _ channel: any MessageChannel) throws {
        self.tree = tree
        self.channel = channel
        compressor = try Compressor(.zstd(level: 6))
    }

    /// Sends `entry`, now or with later ones.
    func add(_ entry: ScannedEntry) throws {
        var entry = entry
        if entry.attributes.kind != .file {
            do {
                entry.attributes = try tree.complete(entry)
            } catch let error as PerigeeError where error.code == .notFound {
                return
            } catch {
                try add(failureOf: entry.path, error)
                guard entry.attributes.kind == .directory else { return }
            }
        }
        items.byte(ListingItem.entry.rawValue)
        encoder.encode(entry, into: &items)
        try flushIfFull()
    }

    /// The entries of a leaf end here.
    func endLeaf() throws {
        items.byte(ListingItem.leafEnd.rawValue)
        try flushIfFull()
    }

    /// Tells that `path` could not be read.
    func add(failureOf path: TreePath, _ error: any Error) throws {
        guard failures < ExchangeLimits.failures else { return }
        failures += 1
        items.byte(ListingItem.failure.rawValue)
        FailureCoding.encode(path, error, into: &items)
        try flushIfFull()
    }

    private func flushIfFull() throws { if items.bytes.count >= ExchangeLimits.entries { try flush() } }

    /// Sends what waits.
    func flush() throws {
        guard !items.bytes.isEmpty else { return }
        var message = MessageWriter(ListingMessage.entries)
        try items.bytes.withUnsafeBytes { plain in
            try BlockCoding.encode(plain, by: compressor, scratch: scratch.bytes, into: &message)
        }
        items.removeAll()
        encoder.begin()
        try channel.send(message.bytes)
    }
}

/// The form of a failure in a listing: path and error.
enum FailureCoding {
    static func encode(_ path: TreePath, _ error: any Error, into out: inout MessageWriter) {
        PathCoding.encode(path, after: [], into: &out)
        ErrorCoding.encode(error, into: &out)
    }

    static func decode(_ input: inout MessageReader) throws -> ScanFailure {
        ScanFailure(path: try PathCoding.decode(&input, after: []), error: try ErrorCoding.decode(&input))
    }
}
