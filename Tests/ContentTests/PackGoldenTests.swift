import Content
import Foundation
import Hashing
import TestSupport
import Testing

/// Packs of format version 1 that every later version must still read.
///
/// Made by this test with fixed keys, nonces and bytes. To make them anew, after a change of format that is meant:
/// `PERIGEE_WRITE_GOLDEN=$PWD/Tests/ContentTests/Golden swift test -c release --filter PackGoldenTests`.
struct PackGoldenTests {
    /// Nothing of these depends on the version of a library: writing them again must give the same bytes.
    private static let stored: [Sample] = [
        Sample(plain: Array("Perigee is the point of an orbit where two bodies come closest.".utf8)),
        Sample(plain: []),
        Sample(kind: .page, plain: Array(0...255)),
        Sample(cipher: .chaCha20Poly1305, plain: Array("sealed without AES".utf8)),
        Sample(kind: .page, cipher: .chaCha20Poly1305, plain: [0]),
    ]

    /// One for each codec; how short they get is the libraries' affair, but they must be read for ever.
    private static let compressed: [Sample] = {
        var seed = Seed(2026)
        return [
            Sample(compression: .zstd(level: 1), plain: plainBytes(3000, 1, &seed)),
            Sample(compression: .lz4, plain: plainBytes(3000, 1, &seed)),
            Sample(compression: .auto, plain: plainBytes(32768, 2, &seed)),
            Sample(compression: .auto, plain: plainBytes(32768, 3, &seed)),
            Sample(compression: .auto, plain: plainBytes(3000, 0, &seed)),
        ]
    }()

    private func written(_ samples: [Sample], _ nonces: any NonceSource = CountedNonces()) throws -> [UInt8] {
        try pack(samples.map { try $0.record(fixedRing(), nonces) }).bytes
    }

    private func golden(_ name: String, _ samples: [Sample]) throws -> [UInt8] {
        if let folder = ProcessInfo.processInfo.environment["PERIGEE_WRITE_GOLDEN"] {
            let file = URL(filePath: folder).appending(path: name)
            try Data(written(samples)).write(to: file)
            return Array(try Data(contentsOf: file))
        }
        let url = try #require(Bundle.module.url(forResource: "Golden", withExtension: nil))
        return Array(try Data(contentsOf: url.appending(path: name)))
    }

    private func expectReadable(_ bytes: [UInt8], _ samples: [Sample]) throws {
        let ring = fixedRing()
        let opener = try Envelope(ring, .stored)
        let entries = try PackDirectory.read(size: UInt64(bytes.count), read: reader(bytes))
        #expect(entries.map(\.id) == samples.map { $0.id(ring) })
        for (entry, sample) in zip(entries, samples) {
            let record = bytes[Int(entry.offset)...].prefix(entry.recordLength)
            #expect(try open(record, entry.id, sample.kind, with: opener) == sample.plain)
        }
    }

    @Test("the stored golden pack is read, and written byte for byte as it was")
    func storedGoldenPackReadWrittenByte() throws {
        let bytes = try golden("stored-v1.pack", Self.stored)
        try expectReadable(bytes, Self.stored)
        let entries = try PackDirectory.read(size: UInt64(bytes.count), read: reader(bytes))
        let headers = try entries.map { entry in
            try bytes[Int(entry.offset)...].withUnsafeBytes { try RecordHeader.decode($0) }
        }
        #expect(try written(Self.stored, GivenNonces(of: headers)) == bytes)
    }

    @Test("the golden pack of every codec is read")
    func goldenPackEveryCodecRead() throws {
        let bytes = try golden("codecs-v1.pack", Self.compressed)
        try expectReadable(bytes, Self.compressed)
        let entries = try PackDirectory.read(size: UInt64(bytes.count), read: reader(bytes))
        #expect(entries.map(\.codec) == [.zstd, .lz4, .bfloat16, .float32, .stored])
    }
}
