import Content
import Hashing
import TestSupport
import Testing

/// A key ring that is the same in every run, with two epochs.
func fixedRing() -> KeyRing {
    func key(_ byte: UInt8) -> HashKey {
        [UInt8](repeating: byte, count: HashKey.byteCount).withUnsafeBytes { HashKey($0) }
    }
    return KeyRing(idKey: key(0x11), epochs: [1: key(0x22), 2: key(0x33)], current: 2)
}

/// Nonces that count up from one: the same in every run.
final class CountedNonces: NonceSource {
    private var count: UInt32 = 0

    func next() -> Nonce {
        count += 1
        var bytes = [UInt8](repeating: 0x4e, count: Nonce.byteCount)
        bytes.withUnsafeMutableBytes { $0.storeBytes(of: count.bigEndian, toByteOffset: 8, as: UInt32.self) }
        return bytes.withUnsafeBytes { Nonce($0) }
    }
}

/// The nonces of records that were written before, in their order, so that they can be written again.
final class GivenNonces: NonceSource {
    private var rest: ArraySlice<Nonce>

    init(of headers: [RecordHeader]) { rest = headers.map(\.nonce)[...] }

    func next() throws -> Nonce {
        let nonce = rest.popFirst()
        return try #require(nonce)
    }
}

/// What a test puts into a record.
struct Sample {
    var kind: RecordKind = .chunk
    var compression: Compression = .stored
    var cipher: Cipher = .aes256GCM
    var plain: [UInt8]

    /// Its record, made with `ring`.
    func record(_ ring: KeyRing, _ nonces: any NonceSource = SystemNonces()) throws -> [UInt8] {
        let envelope = try Envelope(ring, compression, cipher: cipher, nonces: nonces)
        return try plain.withUnsafeBytes { plain in
            let id = envelope.identify(plain, kind: kind)
            return try [UInt8](unsafeUninitializedCapacity: Envelope.bound(plain.count)) { out, count in
                count = try envelope.close(plain, id: id, kind: kind, into: UnsafeMutableRawBufferPointer(out))
                    .recordLength
            }
        }
    }

    func id(_ ring: KeyRing) -> ContentID {
        plain.withUnsafeBytes { ContentID(Blake3.hash($0, key: ring.idKey(for: kind))) }
    }
}

/// A pack in one piece.
func pack(_ records: [[UInt8]]) throws -> (bytes: [UInt8], name: Digest) {
    var builder = PackBuilder()
    var bytes = builder.head()
    for record in records {
        try record.withUnsafeBytes { try builder.append($0) }
        bytes += record
    }
    let (tail, name) = builder.finish()
    return (bytes + tail, name)
}

/// Reads `bytes` as a store would.
func reader(_ bytes: [UInt8]) -> PackDirectory.Reader {
    { offset, buffer in
        let rest = bytes.dropFirst(Int(clamping: offset)).prefix(buffer.count)
        buffer.copyBytes(from: rest)
        return rest.count
    }
}

/// Opens `record`, giving the plain bytes.
func open(
    _ record: some Collection<UInt8>, _ id: ContentID, _ kind: RecordKind, with envelope: Envelope, room: Int = 1 << 20
) throws -> [UInt8] {
    try [UInt8](unsafeUninitializedCapacity: room) { out, count in
        count = try Array(record).withUnsafeBytes {
            try envelope.open($0, expecting: id, kind: kind, into: UnsafeMutableRawBufferPointer(out))
        }
    }
}

/// `count` bytes of noise, of text, or of floating-point words of two or four bytes, by `shape`.
func plainBytes(_ count: Int, _ shape: Int, _ seed: inout Seed) -> [UInt8] {
    func words(_ width: Int) -> [UInt8] {
        var bytes = [UInt8]()
        while bytes.count < count {
            let bits = Float.random(in: -0.1...0.1, using: &seed).bitPattern
            for byte in (4 - width)..<4 { bytes.append(UInt8(truncatingIfNeeded: bits >> (byte * 8))) }
        }
        return Array(bytes.prefix(count))
    }
    switch shape % 4 {
    case 0: return seed.bytes(count)
    case 1:
        let text = Array("closest approach, ".utf8)
        return (0..<count).map { text[$0 % text.count] &+ UInt8($0 / 700 % 3) }
    case 2: return words(2)
    default: return words(4)
    }
}
