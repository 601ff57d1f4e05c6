internal import Hashing
internal import Model

/// Takes over records from one key ring into another, or into a newer epoch, without decompressing them.
///
/// Both rings are of one dedup domain, so that the content ID stays. Each record's seal is opened, so that no byte that
/// was changed is passed on; a record that the new ring can open stays as it is, byte by byte, unless it is to be sealed
/// anew. Not for several threads at once.
public final class Resealer {
    private let source: KeyRing
    private let target: KeyRing
    private let cipher: Cipher
    private let nonces: any NonceSource
    private var sealers: [Cipher: Sealer] = [:]
    private var body = UnsafeMutableRawBufferPointer(start: nil, count: 0)

    /// A resealer of records that `source` opens into those that `target` opens, sealed by `cipher` where need be.
    public init(
        from source: KeyRing, to target: KeyRing, cipher: Cipher = .preferred,
        nonces: any NonceSource = SystemNonces()
    ) {
        self.source = source
        self.target = target
        self.cipher = cipher
        self.nonces = nonces
    }

    deinit { body.deallocate() }

    /// When a record is sealed anew.
    public enum Renewal: Sendable {
        /// Where the target's ring has no key for it.
        case ifNeeded
        /// Where it is not of the target's current epoch, too.
        case oldEpochs
        /// Always: what comes out has a new nonce.
        case always
    }

    /// Writes the record to the start of `out`, which has the room of the record.
    ///
    /// - Returns: the header of what was written; ``RecordHeader/recordLength`` bytes were written.
    /// - Throws: `damaged` where the record is not that of `id` and `kind`, or its seal is broken.
    public func take(
        _ record: UnsafeRawBufferPointer, expecting id: ContentID, kind: RecordKind, _ renewal: Renewal = .ifNeeded,
        into out: UnsafeMutableRawBufferPointer
    ) throws -> RecordHeader {
        do {
            let header = try RecordHeader.decode(record)
            guard header.kind == kind, header.id == id, record.count == header.recordLength else {
                throw Self.damaged("it is \(header.kind) \(header.id) of \(header.recordLength) bytes")
            }
            precondition(out.count >= record.count, "a record has room where it goes")
            let opened = try open(record, header)
            if staysAsItIs(header, renewal) {
                out.copyMemory(from: record)
                return header
            }
            return try seal(opened, like: header, into: out)
        } catch let error as PerigeeError where error.code == .damaged {
            throw PerigeeError(
                .damaged, "\(kind) \(id) is damaged: \(error.message)",
                remedy: error.remedy ?? "run verify on the vault")
        }
    }

    private func staysAsItIs(_ header: RecordHeader, _ renewal: Renewal) -> Bool {
        guard let key = target.epochs[header.epoch], key == source.epochs[header.epoch] else { return false }
        switch renewal {
        case .ifNeeded: return true
        case .oldEpochs: return header.epoch == target.currentEpoch
        case .always: return false
        }
    }

    /// The compressed bytes, once the seal has proved to be whole.
    private func open(_ record: UnsafeRawBufferPointer, _ header: RecordHeader) throws -> UnsafeRawBufferPointer {
        guard let key = source.epochs[header.epoch] else {
            throw PerigeeError(
                .damaged, "it names key epoch \(header.epoch), which the key ring does not have",
                remedy: "if keys were rotated just now, open the vault anew; else run verify on it")
        }
        let count = Int(header.sealedLength) - Cipher.tagCount
        let plain = room(count)
        let isWhole = try sealer(header.cipher).open(
            record.slice(RecordHeader.byteCount, Int(header.sealedLength)),
            key: Envelope.sealingKey(key, header.id), nonce: header.nonce,
            associated: record.slice(0, RecordHeader.byteCount), into: plain)
        guard isWhole else { throw Self.damaged("its seal is broken") }
        return UnsafeRawBufferPointer(plain)
    }

    private func seal(
        _ plain: UnsafeRawBufferPointer, like old: RecordHeader, into out: UnsafeMutableRawBufferPointer
    ) throws -> RecordHeader {
        guard let key = target.epochs[target.currentEpoch] else { throw Self.damaged("there is no key to seal it") }
        var header = old
        header.epoch = target.currentEpoch
        header.cipher = cipher
        header.nonce = try nonces.next()
        header.encode(into: out)
        try sealer(cipher).seal(
            plain, key: Envelope.sealingKey(key, header.id), nonce: header.nonce,
            associated: UnsafeRawBufferPointer(out.slice(0, RecordHeader.byteCount)),
            into: out.slice(RecordHeader.byteCount, Int(header.sealedLength)))
        return header
    }

    private func sealer(_ cipher: Cipher) throws -> Sealer {
        if let known = sealers[cipher] { return known }
        let made = try Sealer(cipher)
        sealers[cipher] = made
        return made
    }

    private func room(_ count: Int) -> UnsafeMutableRawBufferPointer {
        if body.count < count {
            body.deallocate()
            body = .allocate(byteCount: max(count, 64 << 10), alignment: 64)
        }
        return body.slice(0, count)
    }

    private static func damaged(_ message: String) -> PerigeeError { PerigeeError(.damaged, message) }
}
