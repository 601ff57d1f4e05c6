internal import Content
internal import Files
internal import Hashing
internal import Model
internal import Storage
internal import Workers

/// Gathers records and the data of files, and sends them as one message: neighbouring small files are compressed together.
///
/// A message is: the digest of all that follows in plain, sixteen bytes; a block of records; a block of data, which the
/// records take in order. For one thread.
final class BatchWriter {
    private let channel: any MessageChannel
    private let choice: CompressionChoice
    private let limit: TokenBucket?
    private let progress: Progress
    private let buffer = IOBuffer(count: ExchangeLimits.batch)
    private let scratch = IOBuffer(count: Compressor.bound(max(ExchangeLimits.batch, ExchangeLimits.message)))
    private let small: Compressor
    private var records = MessageWriter()
    private var fill = 0

    /// The digest's length.
    static let digestCount = 16

    /// A writer into `channel`, which compresses as `choice` says.
    init(
        _ channel: any MessageChannel, _ choice: CompressionChoice, limit: TokenBucket?, progress: Progress
    ) throws {
        self.channel = channel
        self.choice = choice
        self.limit = limit
        self.progress = progress
        small = try Compressor(.zstd(level: 1))
    }

    /// How many bytes of data still fit.
    var room: Int { buffer.bytes.count - fill }

    /// Where the next `count` bytes of data are to be put; they count once ``keep(_:)`` is called.
    func place(for count: Int) throws -> UnsafeMutableRawBufferPointer {
        if count > room { try flush() }
        return UnsafeMutableRawBufferPointer(rebasing: buffer.bytes[fill..<(fill + count)])
    }

    /// `count` bytes were put in their place.
    func keep(_ count: Int) { fill += count }

    /// Adds a record of `kind` for request `id`, which `body` completes.
    func add(_ kind: FileRecord, _ id: UInt64, _ body: (inout MessageWriter) -> Void = { _ in }) {
        records.byte(kind.rawValue)
        records.number(id)
        body(&records)
    }

    /// Sends what was gathered once it is worth a message.
    func flushIfFull() throws {
        if records.bytes.count >= ExchangeLimits.records { try flush() }
    }

    /// Sends what was gathered.
    func flush() throws {
        guard !records.bytes.isEmpty else { return }
        let data = UnsafeRawBufferPointer(rebasing: buffer.bytes[..<fill])
        var message = MessageWriter(FileMessage.batch)
        let digest = records.bytes.withUnsafeBytes { Self.digest($0, data) }
        message.digest(digest, count: Self.digestCount)
        try records.bytes.withUnsafeBytes {
            try BlockCoding.encode($0, by: small, scratch: scratch.bytes, into: &message)
        }
        try choice.compress(data, scratch: scratch.bytes, into: &message)
        records.removeAll()
        fill = 0
        limit?.take(message.bytes.count)
        try choice.timingWait { try channel.send(message.bytes) }
        progress.add(wire: message.bytes.count)
    }

    /// The digest of a batch.
    static func digest(_ records: UnsafeRawBufferPointer, _ data: UnsafeRawBufferPointer) -> Digest {
        var hasher = Blake3Hasher()
        hasher.update(data)
        hasher.update(records)
        return hasher.finalize()
    }
}
