import Content
import Hashing
import Model
import TestSupport
import Testing

struct PackTests {
    private func samples(_ count: Int, _ seed: inout Seed) -> [Sample] {
        (0..<count).map { index in
            Sample(
                kind: index % 3 == 2 ? .page : .chunk, compression: .auto,
                plain: plainBytes(Int.random(in: 0..<900, using: &seed), index, &seed))
        }
    }

    @Test("a pack's directory says where each record lies", arguments: [0, 1, 3, 40, 3000])
    func packSDirectorySaysWhereEach(count: Int) throws {
        var seed = Seed.fromEnvironment()
        let ring = fixedRing()
        let samples = samples(count, &seed)
        let (bytes, name) = try pack(samples.map { try $0.record(ring) })
        #expect(bytes.withUnsafeBytes { Blake3.hash($0) } == name)
        let entries = try PackDirectory.read(size: UInt64(bytes.count), read: reader(bytes))
        #expect(entries.map(\.id) == samples.map { $0.id(ring) }, "seed \(seed.value)")
        let opener = try Envelope(ring, .stored)
        for (entry, sample) in zip(entries, samples) {
            let record = bytes[Int(entry.offset)...].prefix(entry.recordLength)
            #expect(try open(record, entry.id, entry.kind, with: opener) == sample.plain, "seed \(seed.value)")
        }
    }

    @Test("records appended together make the same pack as records appended one by one")
    func recordsAppendedTogetherMakeSamePack() throws {
        var seed = Seed.fromEnvironment()
        let records = try samples(20, &seed).map { try $0.record(fixedRing()) }
        var builder = PackBuilder()
        var bytes = builder.head()
        let joined = records.flatMap { $0 }
        try joined.withUnsafeBytes { try builder.append($0) }
        bytes += joined
        let (tail, name) = builder.finish()
        let apart = try pack(records)
        #expect(bytes + tail == apart.bytes)
        #expect(name == apart.name)
    }

    @Test("what is no record cannot be appended, and changes nothing")
    func whatNoRecordCannotBeAppended() throws {
        let record = try Sample(plain: [1, 2, 3]).record(fixedRing())
        var builder = PackBuilder()
        _ = builder.head()
        for wrong in [
            Array(record.dropLast()), record + [0], record + record.dropLast(), [UInt8](repeating: 0, count: 100),
        ] {
            #expect(throws: PerigeeError.self) { try wrong.withUnsafeBytes { try builder.append($0) } }
            #expect(builder.entries.isEmpty)
            #expect(builder.size == 16)
        }
    }

    @Test("a scan without the directory finds every record")
    func scanWithoutDirectoryFindsEveryRecord() throws {
        var seed = Seed.fromEnvironment()
        let (bytes, _) = try pack(samples(30, &seed).map { try $0.record(fixedRing()) })
        let entries = try PackDirectory.read(size: UInt64(bytes.count), read: reader(bytes))
        let tailCount = 30 * PackEntry.byteCount + PackFormat.footerCount
        for cut in [0, 1, 64, tailCount] {
            let torn = Array(bytes.dropLast(cut))
            let scan = try PackDirectory.scan(size: UInt64(torn.count), read: reader(torn))
            #expect(scan.entries == entries, "seed \(seed.value), cut \(cut)")
            #expect(scan.strayBytes == UInt64(tailCount - cut))
        }
        let torn = Array(bytes.dropLast(tailCount + 1))
        #expect(try PackDirectory.scan(size: UInt64(torn.count), read: reader(torn)).entries == entries.dropLast())
    }

    @Test("a scan loses only the record whose header is damaged")
    func scanLosesOnlyRecordWhoseHeader() throws {
        var seed = Seed.fromEnvironment()
        var (bytes, _) = try pack(samples(30, &seed).map { try $0.record(fixedRing()) })
        let entries = try PackDirectory.read(size: UInt64(bytes.count), read: reader(bytes))
        bytes[Int(entries[7].offset)] ^= 0xff
        bytes[Int(entries[20].offset) + 18] ^= 0xff
        let scan = try PackDirectory.scan(size: UInt64(bytes.count), read: reader(bytes))
        #expect(scan.entries == entries.enumerated().filter { ![7, 20].contains($0.offset) }.map(\.element))
    }

    @Test("files that are no packs are refused")
    func filesNoPacksRefused() throws {
        var seed = Seed.fromEnvironment()
        for count in [0, 1, 63, 64, 79, 80, 81, 1000, 70000] {
            let bytes = seed.bytes(count)
            #expect(throws: PerigeeError.self) { try PackDirectory.read(size: UInt64(count), read: reader(bytes)) }
            #expect(try PackDirectory.scan(size: UInt64(count), read: reader(bytes)).entries.isEmpty)
        }
    }

    @Test("a pack that ends before its size is refused")
    func packEndsBeforeItsSizeRefused() throws {
        let (bytes, _) = try pack([try Sample(plain: [1, 2, 3]).record(fixedRing())])
        #expect { try PackDirectory.read(size: UInt64(bytes.count + 1), read: reader(bytes)) } throws: {
            ($0 as? PerigeeError)?.code == .damaged
        }
        #expect(throws: PerigeeError.self) { try PackDirectory.read(size: UInt64.max, read: reader(bytes)) }
    }
}
