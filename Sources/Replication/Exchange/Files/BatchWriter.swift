internal import Content
internal import Files
internal import Hashing
internal import Model
internal import Storage
internal import Workers

/// Gathers records and the data of files, and sends them as one message: neighbouring small files are compressed together.
///
/// A message is: the digest of all that follows in plain, sixteen bytes; a block of records; a block of data, which the
/// records take in order. Where files shrink up to ``ExchangeLimits/gathered`` are compressed as one: what they have
/// in common then counts once. For one thread.
final class BatchWriter {
    /// A message, and how many bytes it has, or would have in a run.
    private struct Message {
        var bytes: [UInt8]
        var whole: Int
    }

    private let channel: any MessageChannel
    let choice: CompressionChoice
    private let limit: TokenBucket?
    private let progress: Progress
    private let rehearsal: Rehearsal?
    private let buffer = IOBuffer(count: ExchangeLimits.gathered)
    private let scratch = IOBuffer(count: Compressor.bound(ExchangeLimits.block))
    private let small: Compressor
    private var records = MessageWriter()
    private var fill = 0
    /// Where each record, the data that it takes, and its part of the names end.
    private var ends: [End] = []
    private typealias End = (record: Int, data: Int, names: Int)
    /// In an estimate, names of the data of files.
    private var names: [UInt8] = []
    /// In an estimate, how much later this thread would be, in seconds.
    private var late = 0.0
    /// How much is gathered: more where the last batch became shorter.
    private var most = ExchangeLimits.batch

    /// The digest's length.
    static let digestCount = 16

    /// A writer into `channel`, which compresses as `choice` says; with a `rehearsal` data is counted and not sent.
    init(
        _ channel: any MessageChannel, _ choice: CompressionChoice, limit: TokenBucket?, progress: Progress,
        rehearsal: Rehearsal? = nil
    ) throws {
        self.channel = channel
        self.choice = choice
        self.limit = rehearsal == nil ? limit : nil
        self.progress = progress
        self.rehearsal = rehearsal
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
        ends.append((records.bytes.count, fill, names.count))
    }

    /// Tells the name of the next file's data, in an estimate: the destination does not get the data to compare.
    func name(_ name: Digest) { name.withUnsafeBytes { names.append(contentsOf: $0) } }

    /// Sends what was gathered once it is worth a message.
    func flushIfFull() throws {
        if records.bytes.count >= ExchangeLimits.records { try flush() }
    }

    /// Sends what was gathered.
    func flush() throws {
        guard let last = ends.last else { return }
        let message = try message(upTo: last, from: (0, 0, 0))
        if message.whole <= ExchangeLimits.message {
            try send(message)
        } else {
            try sendParts()
        }
        most = Self.gathered(fill, as: message.whole)
        ends.removeAll(keepingCapacity: true)
        records.removeAll()
        names.removeAll(keepingCapacity: true)
        fill = 0
    }

    /// Sends what does not shrink into one message as several, each of which fits whatever it holds.
    private func sendParts() throws {
        var start: End = (0, 0, 0)
        for (index, end) in ends.enumerated() {
            let next = index + 1 < ends.count ? ends[index + 1] : nil
            guard next.map({ $0.data - start.data > ExchangeLimits.batch }) ?? true else { continue }
            try send(try message(upTo: end, from: start))
            start = end
        }
    }

    private func message(upTo end: End, from start: End) throws -> Message {
        let data = UnsafeRawBufferPointer(rebasing: buffer.bytes[start.data..<end.data])
        var message = MessageWriter(rehearsal == nil ? FileMessage.batch : .rehearsed)
        let digest = try records.bytes.withUnsafeBytes { all in
            let part = UnsafeRawBufferPointer(rebasing: all[start.record..<end.record])
            let digest = Self.digest(part, rehearsal == nil ? data : UnsafeRawBufferPointer(start: nil, count: 0))
            message.digest(digest, count: Self.digestCount)
            try BlockCoding.encode(part, by: small, scratch: scratch.bytes, into: &message)
            return digest
        }
        if let rehearsal { return try rehearse(data, names[start.names..<end.names], digest, message, rehearsal) }
        try choice.compress(data, scratch: scratch.bytes, into: &message)
        return Message(bytes: message.bytes, whole: message.bytes.count)
    }

    /// Counts what `data` would come to behind what `message` has, and tells that in its place.
    private func rehearse(
        _ data: UnsafeRawBufferPointer, _ names: ArraySlice<UInt8>, _ digest: Digest, _ message: MessageWriter,
        _ rehearsal: Rehearsal
    ) throws -> Message {
        var (told, made, isMeasured) = (message, 0, true)
        if data.isEmpty || rehearsal.sample.chooses(digest.prefix) {
            var block = MessageWriter()
            try choice.compress(data, scratch: scratch.bytes, into: &block)
            made = block.bytes.count
        } else {
            let guess = choice.leaveOut(data.count)
            (made, isMeasured) = (guess.made, false)
            late += guess.seconds
        }
        told.number(data.count)
        told.number(isMeasured ? made + 1 : 0)
        told.number(rehearsal.sample.bound)
        told.counted(names)
        return Message(bytes: told.bytes, whole: message.bytes.count + made)
    }

    private func send(_ message: Message) throws {
        try choice.timingWait(message.whole) {
            // What the limit has it wait for is as scarce as what a link has.
            limit?.take(message.bytes.count)
            try channel.send(message.bytes)
            guard let rehearsal else { return 0 }
            let wait = rehearsal.wait(for: message.whole, late: late)
            late += wait
            return wait
        }
        progress.add(wire: message.bytes.count)
    }

    /// How much to gather behind a batch of `plain` bytes that made a message of `whole`: what would come to three quarters of
    /// the longest message, if it shrinks as well; no more than usual where it hardly shrinks.
    private static func gathered(_ plain: Int, as whole: Int) -> Int {
        guard plain > 0, whole < plain / 4 * 3 else { return ExchangeLimits.batch }
        let most = ExchangeLimits.message / 4 * 3 * plain / max(1, whole)
        return min(max(most, ExchangeLimits.batch), ExchangeLimits.gathered)
    }

    /// The digest of a batch.
    static func digest(_ records: UnsafeRawBufferPointer, _ data: UnsafeRawBufferPointer) -> Digest {
        var hasher = Blake3Hasher()
        hasher.update(data)
        hasher.update(records)
        return hasher.finalize()
    }
}
