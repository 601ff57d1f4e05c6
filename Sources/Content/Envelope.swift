internal import Hashing
internal import Model

/// Makes records of plain bytes and plain bytes of records: names, compresses, seals, and the way back.
///
/// Not for several threads at once: one per worker, with its own contexts and buffers. A record stands for itself: its
/// sealing key is derived from the epoch's key and the content ID, its nonce stands in its header, and the header is
/// sealed with it; so it can be moved anywhere without being opened.
public final class Envelope {
    private static let sealingKeys = KeyDeriver(context: "perigee 2026-11 chunk sealing key v1")

    private let ring: KeyRing
    private var compressor: Compressor
    private let decompressor: Decompressor
    private let sealer: Sealer
    private let nonces: any NonceSource
    // The sealer for records of the other cipher; made when one is met.
    private var otherSealer: Sealer?
    // Between compressing and sealing; grows to the largest record met, at most to the bound of the longest.
    private var scratch = UnsafeMutableRawBufferPointer(start: nil, count: 0)

    /// An envelope that seals under the ring's current epoch.
    ///
    /// - Throws: `usage` for a compression that there is not, `unsupported` where the system lacks a cipher.
    public init(
        _ ring: KeyRing, _ wish: Compression, cipher: Cipher = .preferred, nonces: any NonceSource = SystemNonces()
    ) throws {
        self.ring = ring
        self.nonces = nonces
        compressor = try Compressor(wish)
        decompressor = try Decompressor()
        sealer = try Sealer(cipher)
    }

    deinit { scratch.deallocate() }

    /// The room that ``close(_:id:kind:into:)`` asks of its output for `count` plain bytes: what a stored record takes.
    public static func bound(_ count: Int) -> Int { RecordHeader.byteCount + count + Cipher.tagCount }

    /// Compresses what is closed from now on as hard as `step` says.
    package func compress(by step: CompressionStep) throws { compressor = try Compressor(step) }

    /// Forgets what neighbours taught the compression: the next chunk is the first of another file.
    public func beginFile() { compressor.beginFile() }

    /// The name of `plain` in this dedup domain.
    public func identify(_ plain: UnsafeRawBufferPointer, kind: RecordKind = .chunk) -> ContentID {
        ContentID(Blake3.hash(plain, key: ring.idKey(for: kind)))
    }

    /// Writes the record of `plain`, whose name is `id`, to the start of `out`, which has ``bound(_:)`` of room.
    ///
    /// - Returns: the record's header; ``RecordHeader/recordLength`` bytes were written.
    /// - Throws: `limit` where `plain` is longer than ``RecordHeader/plainLengthMax``.
    @discardableResult
    public func close(
        _ plain: UnsafeRawBufferPointer, id: ContentID, kind: RecordKind, into out: UnsafeMutableRawBufferPointer
    ) throws -> RecordHeader {
        guard plain.count <= RecordHeader.plainLengthMax else {
            throw PerigeeError(
                .limit, "a \(kind) of \(ByteCount(plain.count)) is longer than a record may be",
                remedy: "cut it into smaller ones")
        }
        precondition(out.count >= Self.bound(plain.count), "the output is smaller than Envelope.bound asks")
        let buffer = scratch(of: Compressor.bound(plain.count))
        let (codec, count) = try compressor.compress(plain, into: buffer)
        let body = codec == .stored ? plain : UnsafeRawBufferPointer(buffer.slice(0, count))
        let header = RecordHeader(
            kind: kind, codec: codec, cipher: sealer.cipher, epoch: ring.currentEpoch,
            plainLength: UInt32(plain.count), sealedLength: UInt32(body.count + Cipher.tagCount),
            nonce: try nonces.next(), id: id)
        header.encode(into: out)
        try sealer.seal(
            body, key: Self.sealingKey(ring.currentKey, id), nonce: header.nonce,
            associated: UnsafeRawBufferPointer(out.slice(0, RecordHeader.byteCount)),
            into: out.slice(RecordHeader.byteCount, Int(header.sealedLength)))
        return header
    }

    /// Writes the plain bytes of `record` to the start of `plain`, once they have proved to be what `id` names.
    ///
    /// Checked in this order: the header's form, that it is of this `kind` and `id`, its lengths, the seal, that the body
    /// decompresses, the digest of what comes out.
    ///
    /// - Returns: the number of plain bytes.
    /// - Throws: `damaged` where a check fails; the message names the ID and the check, and `plain` holds nothing of use.
    public func open(
        _ record: UnsafeRawBufferPointer, expecting id: ContentID, kind: RecordKind,
        into plain: UnsafeMutableRawBufferPointer
    ) throws -> Int {
        do throws(PerigeeError) {
            let header = try RecordHeader.decode(record)
            guard header.kind == kind, header.id == id else { throw Self.damaged("it is \(header.kind) \(header.id)") }
            guard record.count == header.recordLength else {
                throw Self.damaged("it has \(record.count) bytes and its header says \(header.recordLength)")
            }
            guard let room = plain.prefix(of: Int(header.plainLength)) else {
                throw Self.damaged("it holds \(header.plainLength) bytes where at most \(plain.count) are expected")
            }
            try open(record, header, into: room)
            guard identify(UnsafeRawBufferPointer(room), kind: kind) == id else {
                throw Self.damaged("its bytes have another digest")
            }
            return room.count
        } catch {
            throw PerigeeError(
                .damaged, "\(kind) \(id) is damaged: \(error.message)",
                remedy: error.remedy ?? "run verify on the vault")
        }
    }

    /// Opens and decompresses the record behind a header that was found in order.
    private func open(
        _ record: UnsafeRawBufferPointer, _ header: RecordHeader, into plain: UnsafeMutableRawBufferPointer
    ) throws(PerigeeError) {
        guard let epochKey = ring.epochs[header.epoch] else {
            throw PerigeeError(
                .damaged, "it names key epoch \(header.epoch), which the key ring does not have",
                remedy: "if keys were rotated just now, open the vault anew; else run verify on it")
        }
        let bodyCount = Int(header.sealedLength) - Cipher.tagCount
        let body = header.codec == .stored ? plain : scratch(of: bodyCount).slice(0, bodyCount)
        let isWhole = try sealer(for: header.cipher).open(
            record.slice(RecordHeader.byteCount, Int(header.sealedLength)), key: Self.sealingKey(epochKey, header.id),
            nonce: header.nonce, associated: record.slice(0, RecordHeader.byteCount), into: body)
        guard isWhole else { throw Self.damaged("its seal is broken") }
        guard header.codec != .stored else { return }
        do {
            try decompressor.decompress(UnsafeRawBufferPointer(body), codec: header.codec, into: plain)
        } catch {
            throw Self.damaged("its body does not decompress (\(header.codec))")
        }
    }

    private func sealer(for cipher: Cipher) throws(PerigeeError) -> Sealer {
        if cipher == sealer.cipher { return sealer }
        if let otherSealer { return otherSealer }
        let made = try Sealer(cipher)
        otherSealer = made
        return made
    }

    private func scratch(of count: Int) -> UnsafeMutableRawBufferPointer {
        if scratch.count < count {
            scratch.deallocate()
            scratch = .allocate(byteCount: max(count, 64 << 10), alignment: 64)
        }
        return scratch
    }

    static func sealingKey(_ epochKey: HashKey, _ id: ContentID) -> HashKey {
        epochKey.withUnsafeBytes { key in id.digest.withUnsafeBytes { sealingKeys.derive(key, $0) } }
    }

    private static func damaged(_ message: String) -> PerigeeError { PerigeeError(.damaged, message) }
}

extension UnsafeMutableRawBufferPointer {
    /// The first `count` bytes; nil where there are fewer.
    fileprivate func prefix(of count: Int) -> UnsafeMutableRawBufferPointer? {
        count <= self.count ? slice(0, count) : nil
    }
}
