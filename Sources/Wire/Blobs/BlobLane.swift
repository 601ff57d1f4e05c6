internal import Hashing
internal import Model
internal import Storage
internal import Synchronization

/// One channel to a store: asks one thing after the other.
///
/// For one thread at a time.
final class BlobLane: Sendable {
    let channel: Channel
    // False while an answer is outstanding: an error then leaves the channel at an unknown place.
    let isAtRest = Atomic(true)

    init(_ channel: Channel) { self.channel = channel }

    /// Whether the next request can be made.
    var isUsable: Bool {
        isAtRest.load(ordering: .relaxed) && channel.carrier.isUsable && channel.isOpen
    }

    func info(_ key: BlobKey) throws -> BlobInfo? {
        var out = FieldWriter()
        out.text(key.text)
        return try ask(.info, out.bytes) { answer in
            try answer.fields(.info) { fields, peer in
                guard try fields.number(UInt8.self) != 0 else { return nil }
                return try BlobWire.info(&fields, of: key, peer)
            }
        }
    }

    func list(_ prefix: String, after cursor: BlobKey?, limit: Int) throws -> [BlobInfo] {
        try ask(.list, Self.listRequest(prefix, cursor, limit)) { try Self.page($0, after: cursor, limit: limit) }
    }

    static func listRequest(_ prefix: String, _ cursor: BlobKey?, _ limit: Int) -> [UInt8] {
        var out = FieldWriter()
        out.number(UInt32(clamping: limit))
        out.text(prefix)
        out.text(cursor?.text ?? "")
        return out.bytes
    }

    static func page(_ answer: BlobAnswer, after cursor: BlobKey?, limit: Int) throws -> [BlobInfo] {
        try answer.fields(.list) { fields, peer in
            let count = Int(try fields.number(UInt32.self))
            guard count <= limit else { throw WireFault.tooMuch("\(count) blobs in a listing", peer) }
            var infos: [BlobInfo] = []
            for _ in 0..<count {
                let key = try BlobWire.key(&fields, peer)
                // Whoever walks a listing by its last key must get on.
                guard infos.last.map({ $0.key < key }) ?? cursor.map({ $0 < key }) ?? true else {
                    throw WireFault.outOfTurn("a listing is out of order", peer)
                }
                infos.append(try BlobWire.info(&fields, of: key, peer))
            }
            return infos
        }
    }

    func delete(_ key: BlobKey) throws {
        var out = FieldWriter()
        out.text(key.text)
        try ask(.delete, out.bytes) { try $0.fields(.done) { _, _ in } }
    }

    func read(_ key: BlobKey, at offset: UInt64, into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        expect(buffer.count)
        return try ask(.read, Self.readRequest(key, offset, buffer.count)) { try take($0, into: buffer) }
    }

    /// So many bytes are about to be asked for: the other side gets credit for them along with the question.
    func expect(_ count: Int) {
        channel.widen(to: min(count, BlobWire.window))
        channel.announce(UInt64(count))
    }

    static func readRequest(_ key: BlobKey, _ offset: UInt64, _ count: Int) -> [UInt8] {
        var out = FieldWriter()
        out.number(offset)
        out.number(UInt64(count))
        out.text(key.text)
        return out.bytes
    }

    /// Takes what was asked for, of which `first` is the first part.
    func take(_ first: BlobAnswer, into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        var (answer, filled) = (first, 0)
        while true {
            filled += try answer.copy(into: UnsafeMutableRawBufferPointer(rebasing: buffer[filled...]))
            if answer.isLastPart { return filled }
            answer = try receive()
        }
    }

    /// What one question after all of a blob brings.
    enum Whole {
        /// There is none.
        case absent
        /// It is to be read in steps.
        case tooLong
        /// All of one state, with its version where it has one.
        case found([UInt8], BlobVersion?)
    }

    func whole(_ key: BlobKey, limit: ByteCount) throws -> Whole {
        try ask(.fetch, Self.wholeRequest(key, limit)) { try whole($0, of: key, limit: limit) }
    }

    static func wholeRequest(_ key: BlobKey, _ limit: ByteCount) -> [UInt8] {
        var out = FieldWriter()
        out.number(limit.bytes)
        out.text(key.text)
        return out.bytes
    }

    func whole(_ answer: BlobAnswer, of key: BlobKey, limit: ByteCount) throws -> Whole {
        let (kind, info) = try answer.fields(.info) { fields, peer -> (UInt8, BlobInfo?) in
            let kind = try fields.number(UInt8.self)
            return try (kind, kind == 0 ? nil : BlobWire.info(&fields, of: key, peer))
        }
        guard let info else { return .absent }
        guard kind == 1 else { return .tooLong }
        guard info.size <= limit, info.size.bytes <= UInt64(BlobWire.fetchMax) else {
            throw WireFault.tooMuch("a blob of \(info.size)", channel.peer)
        }
        return .found(try parts(Int(info.size.bytes)), info.version)
    }

    /// The parts of a blob of `size` bytes.
    private func parts(_ size: Int) throws -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: size)
        let filled = try bytes.withUnsafeMutableBytes { buffer in
            var filled = 0
            while true {
                let answer = try receive()
                filled += try answer.copy(into: UnsafeMutableRawBufferPointer(rebasing: buffer[filled...]))
                if answer.isLastPart { return filled }
            }
        }
        guard filled == size else { throw WireFault.outOfTurn("\(filled) bytes of \(size)", channel.peer) }
        return bytes
    }

    func beginBlob() throws { try send(.stage) }

    func append(_ bytes: Slice<UnsafeRawBufferPointer>) throws { try attempt { try sendParts(of: bytes) } }

    /// Sends bytes of a blob, whatever answers are outstanding.
    func sendParts(of bytes: Slice<UnsafeRawBufferPointer>) throws {
        var rest = bytes
        while !rest.isEmpty {
            let part = UnsafeRawBufferPointer(rebasing: rest.prefix(BlobWire.partMax))
            try channel.send(BlobWire.Request.data.rawValue, [part])
            rest = rest.dropFirst(part.count)
        }
    }

    /// Appends records that belong to a pack, which begin with `heads` and go on with what is sealed.
    func append(records heads: [UInt8], _ sealed: [UnsafeRawBufferPointer]) throws {
        try attempt {
            try heads.withUnsafeBytes { try channel.send(BlobWire.Request.records.rawValue, [$0] + sealed) }
        }
    }

    /// Says that the blob is whole; ``finishCommit()`` is next.
    ///
    /// - Parameter tail: what the other side is to write first: the end of a pack, of which this is the digest.
    func startCommit(_ key: BlobKey, _ condition: PutCondition, completing tail: Digest? = nil) throws {
        try startCommit(key, condition, tail == nil ? .commit : .complete, completing: tail)
    }

    /// Says that the blob is whole, and is put only where the one before it on this channel was.
    func startCommitNext(_ key: BlobKey, _ condition: PutCondition) throws {
        try startCommit(key, condition, .commitNext, completing: nil)
    }

    private func startCommit(
        _ key: BlobKey, _ condition: PutCondition, _ request: BlobWire.Request, completing tail: Digest?
    ) throws {
        var out = FieldWriter()
        tail?.withUnsafeBytes { out.raw($0) }
        BlobWire.write(condition, to: &out)
        out.text(key.text)
        // An answer is outstanding from now on.
        isAtRest.store(false, ordering: .relaxed)
        try channel.send(request.rawValue, out.bytes)
    }

    /// The answer to ``startCommit(_:_:completing:)``.
    func finishCommit() throws -> BlobVersion { try answered { try $0.version() } }

    /// Has a blob be made of others there; nil where it cannot be.
    func make(_ key: BlobKey, _ recipe: BlobRecipe, _ condition: PutCondition) throws -> BlobVersion? {
        try ask(.make, BlobWire.encode(recipe, condition, key)) { try $0.made() }
    }

    func dropBlob() throws { try send(.drop) }

    // MARK: one request

    private func ask<Value>(
        _ request: BlobWire.Request, _ bytes: [UInt8], _ read: (BlobAnswer) throws -> Value
    ) throws -> Value {
        isAtRest.store(false, ordering: .relaxed)
        try channel.send(request.rawValue, bytes)
        return try answered(read)
    }

    private func answered<Value>(_ read: (BlobAnswer) throws -> Value) throws -> Value {
        let result: Result<Value, PerigeeError> = try attempt {
            let answer = try receive()
            // The other side waits for the next request: a failure is an answer like another.
            if let error = try answer.failure() { return .failure(error) }
            return .success(try read(answer))
        }
        return try result.get()
    }

    private func send(_ request: BlobWire.Request) throws { try attempt { try channel.send(request.rawValue) } }

    func receive() throws -> BlobAnswer {
        guard let message = try channel.receive() else {
            throw WireFault.cut("the other side ended in the middle of an answer", channel.peer)
        }
        let answer = BlobAnswer(message, channel.peer)
        return answer
    }

    func attempt<Value>(_ body: () throws -> Value) throws -> Value {
        isAtRest.store(false, ordering: .relaxed)
        let result = try body()
        isAtRest.store(true, ordering: .relaxed)
        return result
    }
}
