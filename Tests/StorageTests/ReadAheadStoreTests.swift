import Files
import Model
import Storage
import TestSupport
import Testing
import Workers

@Suite("Reading ahead gives the same bytes with fewer requests")
struct ReadAheadStoreTests {
    private let key = BlobKey("packs/one")!

    private func store(_ bytes: [UInt8]) throws -> (MeteredStore, ReadAheadStore) {
        let base = MeteredStore(MemoryStore())
        try base.put(key, bytes, if: .always)
        return (base, ReadAheadStore(base) { $0.text.hasPrefix("packs/") })
    }

    private func read(_ store: some BlobStore, _ offset: Int, _ count: Int) throws -> [UInt8] {
        let buffer = IOBuffer(count: max(count, 1))
        let target = UnsafeMutableRawBufferPointer(rebasing: buffer.bytes[..<count])
        return Array(target.prefix(try store.read(key, at: UInt64(offset), into: target)))
    }

    @Test("random ranges are exact, whatever was read before")
    func random() throws {
        var seed = Seed.fromEnvironment()
        let bytes = seed.bytes(9_000_000)
        let (_, store) = try store(bytes)
        for _ in 0..<400 {
            let offset = Int.random(in: 0..<(bytes.count + 1000), using: &seed)
            let count = Int.random(in: 0..<700_000, using: &seed)
            let expected = offset < bytes.count ? Array(bytes[offset...].prefix(count)) : []
            #expect(try read(store, offset, count) == expected, "\(count) from \(offset), seed \(seed.value)")
        }
    }

    @Test("who reads on and on needs a request for some megabytes only")
    func sequential() throws {
        var seed = Seed.fromEnvironment()
        let bytes = seed.bytes(32 << 20)
        let (base, store) = try store(bytes)
        var offset = 0
        while offset < bytes.count {
            let part = try read(store, offset, 64 << 10)
            #expect(part.elementsEqual(bytes[offset...].prefix(part.count)))
            offset += part.count
        }
        #expect(base.meter.reads < 20, "\(base.meter.reads)")
        #expect(base.meter.read.bytes < 33 << 20, "no byte comes twice")
    }

    @Test("nothing is asked for beyond the end, once that is known")
    func end() throws {
        for size in [1000, 4 << 20, 9_000_001] {
            let (base, store) = try store([UInt8](repeating: 7, count: size))
            var offset = 0
            while true {
                let part = try read(store, offset, 4 << 20)
                offset += part.count
                if part.isEmpty { break }
            }
            let before = base.meter.reads
            #expect(offset == size)
            for place in [size, size + 1, size * 3] { #expect(try read(store, place, 4 << 20).isEmpty) }
            #expect(base.meter.reads == before)
            #expect(before <= UInt64((size + (4 << 20) - 1) / (4 << 20)) + 2, "\(before) reads of \(size) bytes")
        }
    }

    @Test("who reads here and there gets no more than was asked for")
    func sparse() throws {
        let (base, store) = try store([UInt8](repeating: 7, count: 32 << 20))
        for place in stride(from: 30 << 20, to: 0, by: -(3 << 20)) { _ = try read(store, place, 1000) }
        #expect(base.meter.read.bytes == 10 * 1000)
    }

    @Test("what is read in another order than it lies comes once", arguments: [4, 100, 1000])
    func disordered(distance: Int) throws {
        var seed = Seed.fromEnvironment()
        let bytes = seed.bytes(24 << 20)
        let (base, store) = try store(bytes)
        // Records of 4 KiB, each so many places at most from where it would come in order.
        let order = (0..<(bytes.count >> 12)).map { (place: $0 + Int(seed.next() % UInt64(distance)), record: $0) }
            .sorted { $0.place < $1.place }
        for (_, record) in order {
            let part = try read(store, record << 12, 4096)
            #expect(part.elementsEqual(bytes[(record << 12)...].prefix(4096)), "seed \(seed.value)")
        }
        #expect(base.meter.read.bytes <= 24 << 20, "\(base.meter.read), seed \(seed.value)")
        #expect(base.meter.reads < (bytes.count >> 12) / 8, "\(base.meter.reads), seed \(seed.value)")
    }

    @Test("many threads at once get the right bytes, and no byte comes twice")
    func threads() throws {
        var seed = Seed.fromEnvironment()
        let bytes = seed.bytes(24 << 20)
        let (base, store) = try store(bytes)
        try Crew.run(6) { thread in
            // Neighbouring stretches, as workers take neighbouring files.
            for step in 0..<64 {
                let offset = (step * 6 + thread) << 16
                guard offset < bytes.count else { return }
                let part = try read(store, offset, 64 << 10)
                #expect(part.elementsEqual(bytes[offset...].prefix(part.count)))
            }
        }
        #expect(base.meter.read.bytes <= 24 << 20, "\(base.meter.read)")
    }

    private func part(_ offset: Int, _ count: Int) -> BlobPart {
        BlobPart(key, at: UInt64(offset), into: IOBuffer(count: count))
    }

    @Test("parts that are begun come exactly, whatever is here of them")
    func parts() throws {
        var seed = Seed.fromEnvironment()
        let bytes = seed.bytes(9_000_000)
        let (_, store) = try store(bytes)
        for _ in 0..<200 {
            for _ in 0..<Int.random(in: 0..<4, using: &seed) {
                _ = try read(store, Int.random(in: 0..<bytes.count, using: &seed), 100_000)
            }
            let parts = (0..<Int.random(in: 1..<6, using: &seed)).map { _ in
                let offset = Int.random(in: 0..<bytes.count, using: &seed)
                return part(offset, min(Int.random(in: 1..<700_000, using: &seed), bytes.count - offset))
            }
            let reading = try store.startReads(parts)
            _ = try read(store, Int.random(in: 0..<bytes.count, using: &seed), 100_000)
            let count = try reading.finish().count
            #expect(count == parts.reduce(0) { $0 + $1.buffer.bytes.count }, "seed \(seed.value)")
            for part in parts {
                #expect(part.buffer.bytes.elementsEqual(bytes[Int(part.offset)..<Int(part.end)]), "seed \(seed.value)")
            }
        }
    }

    @Test("what one reads on through and another in parts between comes once", arguments: [1 << 20, 3 << 20])
    func mixed(length: Int) throws {
        var seed = Seed.fromEnvironment()
        let bytes = seed.bytes(48 << 20)
        let (base, store) = try store(bytes)
        // Short records with a long one between every sixteen of them, which is begun before or after these are read.
        var offset = 0
        while offset < bytes.count {
            let short = stride(from: offset, to: min(offset + (512 << 10), bytes.count), by: 32 << 10)
            let start = min(offset + (512 << 10), bytes.count)
            let long = part(start, min(length, bytes.count - start))
            let isFirst = Bool.random(using: &seed)
            let begun = isFirst && !long.buffer.bytes.isEmpty ? try store.startReads([long]) : nil
            for place in short {
                let part = try read(store, place, 32 << 10)
                #expect(part.elementsEqual(bytes[place...].prefix(part.count)), "seed \(seed.value)")
            }
            if !long.buffer.bytes.isEmpty {
                _ = try (begun ?? store.startReads([long])).finish()
                #expect(long.buffer.bytes.elementsEqual(bytes[start..<Int(long.end)]), "seed \(seed.value)")
            }
            offset = Int(long.end)
        }
        #expect(base.meter.read.bytes <= 48 << 20, "\(base.meter.read), seed \(seed.value)")
    }

    @Test("a part of a blob that is gone fails when it is waited for, and not before")
    func gone() throws {
        let (base, store) = try store([UInt8](repeating: 7, count: 1 << 20))
        #expect(try read(store, 0, 1000).count == 1000)
        try base.delete(key)
        let reading = try store.startReads([part(500, 1000)])
        #expect(throws: PerigeeError.self) { try reading.finish() }
    }

    @Test("a blob that is missing, deleted, or may change is asked for as it is")
    func passing() throws {
        let (base, store) = try store([1, 2, 3])
        #expect(try read(store, 0, 3) == [1, 2, 3])
        try store.delete(key)
        #expect(throws: PerigeeError.self) { try read(store, 0, 3) }
        #expect(throws: PerigeeError.self) { try read(store, 0, 3) }
        let other = try #require(BlobKey("refs/a"))
        try store.put(other, [1], if: .always)
        #expect(try store.get(other, limit: ByteCount(9)) == [1])
        try base.put(other, [2], if: .always)
        #expect(try store.get(other, limit: ByteCount(9)) == [2])
    }
}
