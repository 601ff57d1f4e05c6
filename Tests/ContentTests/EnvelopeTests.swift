import Content
import Hashing
import Model
import TestSupport
import Testing

struct EnvelopeTests {
    private static let wishes: [Compression] = [.stored, .lz4, .zstd(level: 1), .auto]

    @Test("what was closed opens, whatever the bytes, the cipher and the kind", arguments: wishes)
    func whatWasClosedOpensWhateverBytes(wish: Compression) throws {
        var seed = Seed.fromEnvironment()
        let ring = fixedRing()
        let opener = try Envelope(ring, .stored)
        for (turn, count) in [0, 1, 63, 64, 1000, 16384, 65536, 200_000, 262_144].enumerated() {
            for shape in 0..<4 {
                let sample = Sample(
                    kind: shape % 2 == 0 ? .chunk : .page, compression: wish,
                    cipher: turn % 2 == 0 ? .aes256GCM : .chaCha20Poly1305,
                    plain: plainBytes(count, shape, &seed))
                let record = try sample.record(ring)
                #expect(record.count <= Envelope.bound(count))
                let opened = try open(record, sample.id(ring), sample.kind, with: opener)
                #expect(opened == sample.plain, "seed \(seed.value), \(count) bytes, shape \(shape)")
            }
        }
    }

    @Test("compression that pays makes records shorter")
    func compressionPaysMakesRecordsShorter() throws {
        var seed = Seed.fromEnvironment()
        for shape in 1..<4 {
            let record = try Sample(compression: .auto, plain: plainBytes(65536, shape, &seed)).record(fixedRing())
            #expect(record.count < 65000, "shape \(shape)")
        }
    }

    @Test("the same bytes sealed twice give two records that open each")
    func sameBytesSealedTwiceGiveTwo() throws {
        let sample = Sample(plain: Array("once".utf8))
        let (a, b) = (try sample.record(fixedRing()), try sample.record(fixedRing()))
        #expect(a != b)
        let opener = try Envelope(fixedRing(), .stored)
        #expect(try open(a, sample.id(fixedRing()), .chunk, with: opener) == sample.plain)
        #expect(try open(b, sample.id(fixedRing()), .chunk, with: opener) == sample.plain)
    }

    @Test("records of an older epoch open after a rotation")
    func recordsOlderEpochOpenAfterRotation() throws {
        var seed = Seed.fromEnvironment()
        let old = KeyRing.new(using: &seed)
        let sample = Sample(plain: seed.bytes(100))
        let record = try sample.record(old)
        let opener = try Envelope(old.rotated(using: &seed), .stored)
        #expect(try open(record, sample.id(old), .chunk, with: opener) == sample.plain)
    }

    @Test("a chunk does not pass for a page, nor for another chunk")
    func chunkDoesNotPassForPage() throws {
        let ring = fixedRing()
        let (one, two) = (Sample(plain: Array("one".utf8)), Sample(plain: Array("two".utf8)))
        let opener = try Envelope(ring, .stored)
        let record = try one.record(ring)
        for (id, kind) in [(one.id(ring), RecordKind.page), (two.id(ring), .chunk)] {
            #expect {
                try open(record, id, kind, with: opener)
            } throws: { error in
                guard let error = error as? PerigeeError else { return false }
                return error.code == .damaged && error.message.contains(id.hex)
            }
        }
    }

    @Test("a record sealed under the right key for bytes of another digest is refused")
    func recordSealedUnderRightKeyFor() throws {
        let ring = fixedRing()
        let envelope = try Envelope(ring, .stored)
        let claimed = Sample(plain: Array("claimed".utf8)).id(ring)
        let record = try [UInt8](unsafeUninitializedCapacity: 200) { out, count in
            count = try Array("true".utf8).withUnsafeBytes {
                try envelope.close($0, id: claimed, kind: .chunk, into: UnsafeMutableRawBufferPointer(out)).recordLength
            }
        }
        #expect {
            try open(record, claimed, .chunk, with: envelope)
        } throws: {
            ($0 as? PerigeeError)?.message == "chunk \(claimed) is damaged: its bytes have another digest"
        }
    }

    @Test("a record that is cut short or does not fit the buffer is refused")
    func recordCutShortOrDoesNot() throws {
        let ring = fixedRing()
        let sample = Sample(plain: Array("some bytes".utf8))
        let record = try sample.record(ring)
        let opener = try Envelope(ring, .stored)
        for count in 0..<record.count {
            #expect(throws: PerigeeError.self) {
                try open(record.prefix(count), sample.id(ring), .chunk, with: opener)
            }
        }
        #expect(throws: PerigeeError.self) { try open(record + [0], sample.id(ring), .chunk, with: opener) }
        #expect(throws: PerigeeError.self) { try open(record, sample.id(ring), .chunk, with: opener, room: 9) }
        #expect(try open(record, sample.id(ring), .chunk, with: opener, room: 10) == sample.plain)
    }

    @Test("more bytes than a record may hold are refused")
    func moreBytesThanRecordMayHold() throws {
        let envelope = try Envelope(fixedRing(), .stored)
        let plain = [UInt8](repeating: 0, count: RecordHeader.plainLengthMax + 1)
        #expect {
            try plain.withUnsafeBytes { plain in
                _ = try [UInt8](unsafeUninitializedCapacity: Envelope.bound(plain.count)) { out, _ in
                    try envelope.close(
                        plain, id: envelope.identify(plain), kind: .chunk, into: UnsafeMutableRawBufferPointer(out))
                }
            }
        } throws: {
            ($0 as? PerigeeError)?.code == .limit
        }
    }

    @Test("no mutation of a record gives other bytes")
    func noMutationRecordGivesOtherBytes() throws {
        var seed = Seed.fromEnvironment()
        let ring = fixedRing()
        let opener = try Envelope(ring, .stored)
        let samples = (0..<4).map { Sample(compression: .auto, plain: plainBytes(5000, $0, &seed)) }
        let records = try samples.map { try $0.record(ring) }
        for round in 0..<4000 {
            let pick = round % samples.count
            let mutant = mutated(records[pick], &seed)
            if mutant == records[pick] { continue }
            #expect(throws: PerigeeError.self, "seed \(seed.value), round \(round)") {
                try open(mutant, samples[pick].id(ring), .chunk, with: opener)
            }
        }
    }
}

/// `bytes` with a few of them changed, left out, doubled or cut off.
func mutated(_ bytes: [UInt8], _ seed: inout Seed) -> [UInt8] {
    var copy = bytes
    for _ in 0...Int.random(in: 0..<3, using: &seed) where !copy.isEmpty {
        // Headers and ends are short, so they get half of the changes.
        let range = Bool.random(using: &seed) ? 0..<copy.count : 0..<min(64, copy.count)
        let index = Int.random(in: range, using: &seed)
        switch Int.random(in: 0..<5, using: &seed) {
        case 0: copy[index] ^= 1 << UInt8.random(in: 0..<8, using: &seed)
        case 1: copy[index] = [0, 0x7f, 0x80, 0xff].randomElement(using: &seed) ?? 0
        case 2: copy.remove(at: index)
        case 3: copy.insert(copy[index], at: index)
        default: copy.removeLast(copy.count - index)
        }
    }
    return copy
}
