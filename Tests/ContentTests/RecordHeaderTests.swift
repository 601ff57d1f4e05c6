import Content
import Hashing
import Model
import TestSupport
import Testing

struct RecordHeaderTests {
    private func header(
        codec: Codec = .zstd, plain: UInt32 = 1000, sealed: UInt32 = 500
    ) -> RecordHeader {
        RecordHeader(
            kind: .page, codec: codec, cipher: .chaCha20Poly1305, epoch: 0x0102_0304, plainLength: plain,
            sealedLength: sealed, nonce: Array(0..<12 as Range<UInt8>).withUnsafeBytes { Nonce($0) },
            id: ContentID(Array(32..<64 as Range<UInt8>).withUnsafeBytes { Digest($0) }))
    }

    private func encoded(_ header: RecordHeader) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: RecordHeader.byteCount) { out, count in
            header.encode(into: UnsafeMutableRawBufferPointer(out))
            count = RecordHeader.byteCount
        }
    }

    private func decoded(_ bytes: [UInt8]) throws -> RecordHeader {
        try bytes.withUnsafeBytes { try RecordHeader.decode($0) }
    }

    @Test("a header is laid out as the format says")
    func headerLaidOutAsFormatSays() {
        let expected =
            "50475231" + "01" + "01" + "01" + "01" + "04030201" + "e8030000" + "f4010000"
            + "000102030405060708090a0b" + Hexadecimal.encode(Array(32..<64 as Range<UInt8>))
        #expect(Hexadecimal.encode(encoded(header())) == expected)
    }

    @Test("a header comes back as it was written")
    func headerComesBackAsWasWritten() throws {
        #expect(try decoded(encoded(header())) == header())
        let stored = header(codec: .stored, plain: 4 << 20, sealed: (4 << 20) + 16)
        #expect(try decoded(encoded(stored)) == stored)
    }

    @Test(
        "lengths that cannot be true are refused",
        arguments: [
            (Codec.stored, 100, 115), (.stored, 100, 117), (.zstd, 100, 116), (.zstd, 100, 16), (.zstd, 100, 0),
            (.lz4, 100, UInt32.max), (.stored, (4 << 20) + 1, (4 << 20) + 17), (.zstd, UInt32.max, 50),
            (.stored, UInt32.max, 15), (.stored, 0, 0),
        ] as [(Codec, UInt32, UInt32)])
    func lengthsCannotBeTrueRefused(codec: Codec, plain: UInt32, sealed: UInt32) {
        let bytes = encoded(header(codec: codec, plain: plain, sealed: sealed))
        #expect { try decoded(bytes) } throws: { ($0 as? PerigeeError)?.code == .damaged }
    }

    @Test("a header that is cut short is refused")
    func headerCutShortRefused() {
        for count in 0..<RecordHeader.byteCount {
            #expect(throws: PerigeeError.self) { try decoded(Array(encoded(header()).prefix(count))) }
        }
    }

    @Test("unknown magic, version, kind, codec and cipher are refused")
    func unknownMagicVersionKindCodecCipher() {
        for (offset, value) in [(0, 0x51), (4, 2), (5, 9), (6, 0x77), (7, 2)] as [(Int, UInt8)] {
            var bytes = encoded(header())
            bytes[offset] = value
            #expect { try decoded(bytes) } throws: { ($0 as? PerigeeError)?.code == .damaged }
        }
    }

    @Test("a ring's keys do not depend on each other's rotation")
    func ringSKeysDoNotDepend() {
        var seed = Seed(7)
        let ring = KeyRing.new(using: &seed)
        let rotated = ring.rotated(using: &seed)
        #expect(rotated.currentEpoch == 2)
        #expect(rotated.epochs[1] == ring.epochs[1])
        #expect(rotated.epochs[2] != ring.epochs[1])
        #expect(rotated.idKey == ring.idKey)
        #expect(rotated.pageIDKey == ring.pageIDKey)
        #expect(ring.pageIDKey != ring.idKey)
    }
}
