import Content
import Hashing
import Model
import TestSupport
import Testing

/// Packs in which something is not what was written.
struct PackFaultTests {
    private static let plains: [[UInt8]] = [
        Array("a chunk of a few bytes".utf8), [], Array(repeating: 0x61, count: 300),
    ]

    private struct Fixture {
        let ring = fixedRing()
        let samples = plains.map { Sample(compression: .auto, plain: $0) }
        let pack: (bytes: [UInt8], name: Digest)
        let opener: Envelope

        init() throws {
            let ring = ring
            pack = try ContentTests.pack(samples.map { try $0.record(ring, CountedNonces()) })
            opener = try Envelope(ring, .stored)
        }

        /// What became of each sample, read by the directory of `bytes`: nil where that or the record is refused.
        func deliver(_ bytes: [UInt8]) throws -> [[UInt8]?] {
            let entries: [PackEntry]
            do {
                entries = try PackDirectory.read(size: UInt64(bytes.count), read: reader(bytes))
            } catch let error as PerigeeError where error.code == .damaged {
                return samples.map { _ in nil }
            }
            return try samples.map { sample in
                let id = sample.id(ring)
                guard let entry = entries.first(where: { $0.id == id }) else { return nil }
                do {
                    return try open(
                        bytes[Int(entry.offset)...].prefix(entry.recordLength), id, sample.kind, with: opener)
                } catch let error as PerigeeError where error.code == .damaged {
                    return nil
                }
            }
        }
    }

    @Test("one changed byte anywhere is found, and never delivered")
    func oneChangedByteAnywhereFoundNever() throws {
        let fixture = try Fixture()
        #expect(try fixture.deliver(fixture.pack.bytes) == Self.plains)
        for index in fixture.pack.bytes.indices {
            for change in [UInt8(0x01), 0x80, 0xff] {
                var bytes = fixture.pack.bytes
                bytes[index] ^= change
                let delivered = try fixture.deliver(bytes)
                for (got, plain) in zip(delivered, Self.plains) {
                    #expect(got == nil || got == plain, "byte \(index): wrong bytes were delivered")
                }
                if index >= PackFormat.headCount {
                    #expect(delivered.contains(nil), "byte \(index): the change was not found")
                }
                #expect(bytes.withUnsafeBytes { Blake3.hash($0) } != fixture.pack.name)
            }
        }
    }

    @Test("a pack that is cut anywhere is refused")
    func packCutAnywhereRefused() throws {
        let fixture = try Fixture()
        for count in fixture.pack.bytes.indices {
            let bytes = Array(fixture.pack.bytes.prefix(count))
            #expect(throws: PerigeeError.self) { try PackDirectory.read(size: UInt64(count), read: reader(bytes)) }
        }
    }

    @Test("no mutation makes a reader trap or deliver other bytes")
    func noMutationMakesReaderTrapOr() throws {
        var seed = Seed.fromEnvironment()
        let fixture = try Fixture()
        for round in 0..<5000 {
            let bytes = mutated(fixture.pack.bytes, &seed)
            for (got, plain) in zip(try fixture.deliver(bytes), Self.plains) {
                #expect(got == nil || got == plain, "seed \(seed.value), round \(round)")
            }
            let scan = try PackDirectory.scan(size: UInt64(bytes.count), read: reader(bytes))
            let end = scan.entries.last.map { $0.offset + UInt64($0.recordLength) } ?? 0
            #expect(end <= UInt64(bytes.count), "seed \(seed.value), round \(round)")
        }
    }

    @Test("a directory with a digest of its own making is still checked")
    func directoryWithDigestItsOwnMaking() throws {
        var seed = Seed.fromEnvironment()
        let fixture = try Fixture()
        let whole = fixture.pack.bytes
        let tailCount = Self.plains.count * PackEntry.byteCount + PackFormat.footerCount
        for round in 0..<5000 {
            var bytes = whole
            let directory = whole.count - tailCount
            let index =
                directory + 32 + Int.random(in: 0..<(Self.plains.count - 1) * PackEntry.byteCount + 24, using: &seed)
            bytes[index] = seed.bytes(1)[0]
            rehash(&bytes, directory)
            for (got, plain) in zip(try fixture.deliver(bytes), Self.plains) {
                #expect(got == nil || got == plain, "seed \(seed.value), round \(round)")
            }
        }
    }

    @Test(
        "footers that cannot be true are refused before anything is allotted",
        arguments: [(0, UInt64.max), (0, 1 << 63), (0, 16), (8, UInt64.max), (8, 1 << 40), (8, 4), (8, 2), (8, 0)])
    func footersCannotBeTrueRefusedBefore(offset: Int, value: UInt64) throws {
        let fixture = try Fixture()
        var bytes = fixture.pack.bytes
        bytes.withUnsafeMutableBytes {
            $0.storeBytes(of: value.littleEndian, toByteOffset: $0.count - 64 + offset, as: UInt64.self)
        }
        #expect { try PackDirectory.read(size: UInt64(bytes.count), read: reader(bytes)) } throws: {
            ($0 as? PerigeeError)?.code == .damaged
        }
    }

    /// Makes the footer agree with a changed directory, as somebody hostile would.
    private func rehash(_ bytes: inout [UInt8], _ directory: Int) {
        let end = bytes.count - PackFormat.footerCount
        let digest = bytes[directory..<end].withUnsafeBytes { Blake3.hash($0) }
        digest.withUnsafeBytes { bytes.replaceSubrange(end + 16..<end + 48, with: $0) }
    }
}
