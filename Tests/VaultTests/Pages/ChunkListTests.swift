import Content
import Hashing
import Model
import TestSupport
import Testing
import Vault

@Suite("Lists of a file's chunks")
struct ChunkListTests {
    static func build(_ chunks: [ChunkReference], into pages: any PageSink) throws -> FileContent {
        var builder = ChunkListBuilder(sink: pages)
        for chunk in chunks { try builder.add(chunk) }
        return try builder.finish()
    }

    private static func read(_ content: FileContent, _ bytes: UInt64?, _ pages: any PageSource) throws
        -> [ChunkReference]
    {
        var cursor = ChunkCursor(content, bytes: bytes, source: pages)
        var chunks = [ChunkReference]()
        while let chunk = try cursor.next() { chunks.append(chunk) }
        #expect(cursor.offset == chunks.reduce(0) { $0 + UInt64($1.length) })
        return chunks
    }

    @Test("What is added comes back", arguments: [0, 1, 16, 17, 300, 5000, 100_000])
    func roundTrips(_ count: Int) throws {
        var seed = Seed.fromEnvironment(usual: 70)
        let chunks = RandomTree.chunks(count, &seed)
        let pages = MemoryPages()
        let content = try Self.build(chunks, into: pages)
        switch content {
        case .none: #expect(count == 0)
        case .inline: #expect((1...16).contains(count))
        case .paged: #expect(count > 16)
        }
        #expect(content.chunkCount == UInt64(count))
        let bytes = chunks.reduce(0) { $0 + UInt64($1.length) }
        #expect(try Self.read(content, bytes, pages) == chunks, "seed \(seed.value)")
        #expect(try Self.read(content, nil, pages) == chunks)
        #expect(pages.pages.values.allSatisfy { $0.count <= PageLimits.page })
    }

    @Test("One builder serves one file after another")
    func startsOver() throws {
        var seed = Seed.fromEnvironment(usual: 71)
        let pages = MemoryPages()
        var builder = ChunkListBuilder(sink: pages)
        for count in [3, 4000, 0, 17, 16, 4000] {
            let chunks = RandomTree.chunks(count, &seed)
            for chunk in chunks { try builder.add(chunk) }
            #expect(try builder.finish() == (try Self.build(chunks, into: MemoryPages())), "seed \(seed.value)")
        }
    }

    @Test("A cursor goes to any byte, forwards and backwards", arguments: [1, 16, 100, 30_000])
    func seeks(_ count: Int) throws {
        var seed = Seed.fromEnvironment(usual: 72)
        let chunks = RandomTree.chunks(count, &seed)
        let starts = chunks.reduce(into: [UInt64(0)]) { $0.append(($0.last ?? 0) + UInt64($1.length)) }
        let total = starts[count]
        let pages = MemoryPages()
        var cursor = ChunkCursor(try Self.build(chunks, into: pages), bytes: total, source: pages)
        for step in 0..<300 {
            var target = UInt64.random(in: 0..<total, using: &seed)
            if step % 5 == 0 { target = starts[Int.random(in: 0..<count, using: &seed)] }
            try cursor.seek(toOffset: target)
            let index = (starts.firstIndex { $0 > target } ?? 1) - 1
            #expect(cursor.offset == starts[index], "seed \(seed.value), step \(step)")
            for ahead in index..<min(index + Int(seed.next() % 30), count) {
                #expect(try cursor.next() == chunks[ahead], "seed \(seed.value), step \(step)")
                #expect(cursor.offset == starts[ahead + 1])
            }
        }
        for beyond in [total, total + 1, .max] {
            try cursor.seek(toOffset: beyond)
            #expect(try cursor.next() == nil)
            #expect(cursor.offset == total)
        }
        try cursor.seek(toOffset: 0)
        #expect(try cursor.next() == chunks[0])
    }

    @Test("A seek reads one page a level")
    func seekIsLogarithmic() throws {
        var seed = Seed.fromEnvironment(usual: 73)
        let chunks = RandomTree.chunks(50_000, &seed)
        let pages = MemoryPages()
        let content = try Self.build(chunks, into: pages)
        for _ in 0..<20 {
            let before = pages.reads
            var cursor = ChunkCursor(content, source: pages)
            try cursor.seek(toOffset: .random(in: 0...1_000_000_000, using: &seed))
            #expect(pages.reads - before <= 3, "seed \(seed.value)")
        }
    }

    @Test("A run of equal chunks, as zeros make, is a list like any other, and its pages are the same ones")
    func equalChunks() throws {
        let chunk = ChunkReference(id: ContentID(.zero), length: 262_144)
        let chunks = [ChunkReference](repeating: chunk, count: 200_000)
        let pages = MemoryPages()
        let content = try Self.build(chunks, into: pages)
        #expect(try Self.read(content, 200_000 * 262_144, pages) == chunks)
        #expect(pages.pages.count < 10)
    }

    @Test("Chunks put in amid a long list make few new pages")
    func boundariesResynchronise() throws {
        var seed = Seed.fromEnvironment(usual: 74)
        var chunks = RandomTree.chunks(50_000, &seed)
        let pages = MemoryPages()
        _ = try Self.build(chunks, into: pages)
        let before = pages.pages.count
        chunks.insert(contentsOf: RandomTree.chunks(3, &seed), at: 20_000)
        _ = try Self.build(chunks, into: pages)
        #expect(pages.pages.count - before <= 6, "seed \(seed.value): \(pages.pages.count - before)")
    }

    @Test("Empty and too large chunks are refused", arguments: [UInt32(0), UInt32(PageLimits.chunk) + 1, .max])
    func refuses(_ length: UInt32) {
        var builder = ChunkListBuilder(sink: MemoryPages())
        #expect(throws: PerigeeError.self) { try builder.add(ChunkReference(id: ContentID(.zero), length: length)) }
    }

    @Test("Pages that do not sum up to the file's size are damaged")
    func checksTheSize() throws {
        var seed = Seed.fromEnvironment(usual: 75)
        let pages = MemoryPages()
        for count in [17, 5000] {
            let chunks = RandomTree.chunks(count, &seed)
            let bytes = chunks.reduce(0) { $0 + UInt64($1.length) }
            let content = try Self.build(chunks, into: pages)
            for wrong in [bytes - 1, bytes + 1, 0] {
                #expect(throws: PerigeeError.self) { try Self.read(content, wrong, pages) }
            }
        }
    }
}
