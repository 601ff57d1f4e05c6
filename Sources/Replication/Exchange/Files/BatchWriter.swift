internal import Content
internal import Files
internal import Hashing
internal import Model
internal import Storage
internal import Workers

/// Gathers records and the data of files, and sends them as one message: neighbouring small files are compressed together.
///
/// A message is: the digest of all that follows in plain, sixteen bytes; a block of records; a block of data, which the
/// records take in order. Where files shrink well up to ``ExchangeLimits/gathered`` are compressed as one: what they have
/// in common then counts once. For one thread.
final class BatchWriter {
    private let channel: any MessageChannel
    private let choice: CompressionChoice
    private let limit: TokenBucket?
    private let progress: Progress
    private let buffer = IOBuffer(count: ExchangeLimits.gathered)
    private let scratch = IOBuffer(count: Compressor.bound(ExchangeLimits.block))
    private let small: Compressor
    private var records = MessageWriter()
    private var fill = 0
    /// Where each record, and the data that it takes, ends.
    private var ends: [(record: Int, data: Int)] = []
    /// How much is gathered: more where the last batch became much shorter.
    private var most = ExchangeLimits.batch

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
        small = try Compressor(.zstd(level: 6))
    }

    /// How many bytes of data still fit.
    var room: Int { most - fill }

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
        ends.append((records.bytes.count, fill))
    }

    /// Sends what was gathered once it is worth a message.
    func flushIfFull() throws {
        if records.bytes.count >= ExchangeLimits.records { try flush() }
    }

    /// Sends what was gathered.
    func flush() throws {
        guard let last = ends.last else { return }
        let message = try message(upTo: last, from: (0, 0))
        if message.bytes.count <= ExchangeLimits.message {
            try send(message)
        } else {
            try sendParts()
        }
        most = fill > 0 && message.bytes.count < fill / 5 * 2 ? ExchangeLimits.gathered : ExchangeLimits.batch
        ends.removeAll(keepingCapacity: true)
        records.removeAll()
        fill = 0
    }

    /// Sends what does not shrink into one message as several, each of which fits whatever it holds.
    private func sendParts() throws {
        var start = (record: 0, data: 0)
        for (index, end) in ends.enumerated() {
            let next = index + 1 < ends.count ? ends[index + 1] : nil
            guard next.map({ $0.data - start.data > ExchangeLimits.batch }) ?? true else { continue }
            try send(try message(upTo: end, from: start))
            start = end
        }
    }

    private func message(
        upTo end: (record: Int, data: Int), from start: (record: Int, data: Int)
    ) throws -> MessageWriter {
        let data = UnsafeRawBufferPointer(rebasing: buffer.bytes[start.data..<end.data])
        var message = MessageWriter(FileMessage.batch)
        try records.bytes.withUnsafeBytes { all in
            let part = UnsafeRawBufferPointer(rebasing: all[start.record..<end.record])
            message.digest(Self.digest(part, data), count: Self.digestCount)
            try BlockCoding.encode(part, by: small, scratch: scratch.bytes, into: &message)
        }
        try choice.compress(data, scratch: scratch.bytes, into: &message)
        return message
    }

    private func send(_ message: MessageWriter) throws {
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
