internal import Model
internal import Storage

/// An answer of the service `blobs`, looked at with care: the other side may be hostile.
struct BlobAnswer {
    private let message: Message
    private let peer: String

    init(_ message: Message, _ peer: String) {
        self.message = message
        self.peer = peer
    }

    /// The error that it tells, if it tells one.
    func failure() throws -> PerigeeError? {
        guard message.kind == BlobWire.Answer.failed.rawValue else { return nil }
        return try message.withBytes { try ErrorCoding.decode($0, from: peer) }
    }

    /// What `body` makes of its fields, all of them.
    func fields<Result>(
        _ expected: BlobWire.Answer, _ body: (inout FieldReader, _ peer: String) throws -> Result
    ) throws -> Result {
        guard message.kind == expected.rawValue else { throw unexpected() }
        return try message.withBytes { bytes in
            var fields = FieldReader(bytes, from: peer)
            let result = try body(&fields, peer)
            return result
        }
    }

    /// The version of a blob that was to be made; nil where it was not.
    func made() throws -> BlobVersion? {
        if message.kind == BlobWire.Answer.done.rawValue { return nil }
        return try version()
    }

    /// The version of a blob that was put.
    func version() throws -> BlobVersion {
        try fields(.version) { fields, _ in BlobVersion(try fields.text(limit: BlobWire.versionMax)) }
    }

    /// Whether nothing follows on what was read.
    var isLastPart: Bool { message.kind == BlobWire.Answer.lastPart.rawValue }

    /// Copies the bytes of a part to `target`; returns how many there were.
    func copy(into target: UnsafeMutableRawBufferPointer) throws -> Int {
        if let error = try failure() { throw error }
        guard isLastPart || message.kind == BlobWire.Answer.part.rawValue else { throw unexpected() }
        guard message.count <= target.count else { throw WireFault.tooMuch("more bytes than were asked for", peer) }
        // A part of nothing that is not the last could go on for ever.
        guard isLastPart || message.count > 0 else { throw WireFault.outOfTurn("a part of no bytes", peer) }
        message.withBytes { target.copyMemory(from: $0) }
        return message.count
    }

    private func unexpected() -> PerigeeError {
        WireFault.outOfTurn("an answer of kind \(message.kind) to another question", peer)
    }
}
