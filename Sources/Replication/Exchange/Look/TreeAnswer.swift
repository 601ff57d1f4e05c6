internal import Content
internal import Files
public import Hashing
internal import Model

/// What another site answers to a ``TreeQuestion``, taken as it comes.
///
/// For one thread. Who stops taking it is to end the channel.
public final class TreeAnswer {
    /// An entry, and the digest of a file's bytes where that was asked for and the file could be read.
    public struct Shown {
        /// The entry.
        public let entry: ScannedEntry
        /// The digest.
        public let digest: Digest?
    }

    private let channel: any MessageChannel
    private let isWhole: Bool
    private let decompressor: Decompressor
    private let room = IOBuffer(count: ExchangeLimits.block)
    private var shown: [Shown] = []
    private var index = 0
    private var last: TreePath?
    private var count: UInt64 = 0
    private var hasher = Blake3Hasher()
    private var isOver = false
    /// What could not be read, of what has come.
    public private(set) var failures: [ScanFailure] = []

    /// The answer to `question` that comes through `channel`.
    public init(to question: TreeQuestion, through channel: any MessageChannel) throws {
        self.channel = channel
        isWhole = question.kind == .whole
        decompressor = try Decompressor()
    }

    /// The next entry, in path order; nil at the end.
    ///
    /// - Throws: what the other site met, and where it sent what nobody asked for.
    public func next() throws -> Shown? {
        while index == shown.count {
            guard !isOver, try takeEntries() else { return nil }
        }
        defer { index += 1 }
        let next = shown[index]
        if let last, !(last < next.entry.path) { throw ExchangeFault.hostile("entries out of order") }
        guard !isWhole || last != nil || next.entry.path.isRoot else {
            throw ExchangeFault.hostile("a listing that does not begin with its root")
        }
        last = next.entry.path
        count += 1
        guard count <= ExchangeLimits.listing else {
            throw ExchangeFault.hostile("more entries than a listing may have")
        }
        return next
    }

    /// Gives the bytes of a file to `body` as they come.
    ///
    /// - Throws: `damaged` where they are not those that the other site read.
    public func forEachPiece(_ body: (UnsafeRawBufferPointer) throws -> Void) throws {
        while let message = try channel.receive() {
            let digest = try MessageReader.read(message) { input -> Digest? in
                switch LookMessage(rawValue: try input.byte()) {
                case .bytes:
                    let bytes = try BlockCoding.decode(&input, by: decompressor, room: room.bytes)
                    hasher.update(bytes)
                    try body(bytes)
                    return nil
                case .end: return try input.digest()
                default: throw ExchangeFault.hostile("something else where a file's bytes were due")
                }
            }
            guard let digest else { continue }
            guard hasher.finalize() == digest else {
                throw ExchangeFault.hostile("bytes that are not those that their digest names")
            }
            return try channel.finish()
        }
        throw ExchangeFault.ended
    }

    /// The digest of a file's bytes.
    public func digest() throws -> Digest {
        guard let message = try channel.receive() else { throw ExchangeFault.ended }
        try channel.finish()
        return try MessageReader.read(message) { input in
            guard LookMessage(rawValue: try input.byte()) == .end else {
                throw ExchangeFault.hostile("something else where a digest was due")
            }
            return try input.digest()
        }
    }

    /// Takes a message; false where it was the last.
    private func takeEntries() throws -> Bool {
        guard let message = try channel.receive() else { throw ExchangeFault.ended }
        (shown, index) = ([], 0)
        try MessageReader.read(message) { input in
            switch LookMessage(rawValue: try input.byte()) {
            case .entries: try take(BlockCoding.decode(&input, by: decompressor, room: room.bytes))
            case .end:
                isOver = true
                try channel.finish()
            default: throw ExchangeFault.hostile("something else where entries were due")
            }
        }
        return !isOver
    }

    private func take(_ plain: UnsafeRawBufferPointer) throws {
        var (reader, decoder) = (MessageReader(plain), EntryDecoder())
        while !reader.isAtEnd {
            switch LookItem(rawValue: try reader.byte()) {
            case .entry: shown.append(Shown(entry: try decoder.decode(&reader), digest: nil))
            case .digest:
                let digest = try reader.digest()
                guard let entry = shown.popLast()?.entry else { throw ExchangeFault.hostile("a digest of nothing") }
                shown.append(Shown(entry: entry, digest: digest))
            case .failure:
                let failure = try FailureCoding.decode(&reader)
                guard failures.count < ExchangeLimits.failures else {
                    throw ExchangeFault.hostile("more failures than a listing may have")
                }
                failures.append(failure)
            case nil: throw ExchangeFault.hostile("an item of no known kind")
            }
        }
    }
}
