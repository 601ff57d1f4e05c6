import Content
import Hashing
import Model
import TestSupport
import Testing
import Vault

@Suite("Pages that somebody has changed")
struct HostilePageTests {
    /// A page of each kind that stands by itself, small enough that what it holds fits one page again.
    private static func samples(_ seed: inout Seed) throws -> [(kind: Character, page: [UInt8])] {
        let pages = MemoryPages()
        let tree = try RandomTree.build(RandomTree.entries(40, &seed), into: pages)
        guard case .paged(let list, _) = try ChunkListTests.build(RandomTree.chunks(60, &seed), into: pages) else {
            return []
        }
        let draft = SnapshotTests.draft(&seed)
        let parent = RandomTree.id(&seed)
        return [
            ("e", try pages.page(tree.page)),
            ("c", try pages.page(list)),
            ("s", try Snapshot.page(of: draft, dataset: "photos", parent: parent, sequence: 41) + [64, 2, 1, 2]),
        ]
    }

    @Test("Each page decodes, and encodes to the same bytes")
    func decodes() throws {
        var seed = Seed.fromEnvironment(usual: 100)
        for (kind, page) in try Self.samples(&seed) {
            #expect(
                try PageFuzz.rewritten(page, kind: kind, id: ContentID(.zero)) == page, "seed \(seed.value), \(kind)")
        }
    }

    @Test("A flipped bit is an error, or another value: what is accepted encodes to the bytes that were read")
    func flippedBits() throws {
        var seed = Seed.fromEnvironment(usual: 101)
        for (kind, page) in try Self.samples(&seed) {
            var accepted = 0
            for bit in 0..<page.count * 8 {
                var forged = page
                forged[bit / 8] ^= 1 << (bit % 8)
                guard let again = try PageFuzz.rewritten(forged, kind: kind, id: ContentID(.zero)) else { continue }
                accepted += 1
                #expect(again == forged, "seed \(seed.value), \(kind), bit \(bit)")
            }
            #expect(accepted > 0)
        }
    }

    @Test("Bytes put in, taken out, repeated and overwritten are no trap", arguments: 0..<4)
    func mutations(_ part: UInt64) throws {
        var seed = Seed.fromEnvironment(usual: 102 + part)
        let samples = try Self.samples(&seed)
        for round in 0..<4000 {
            let (kind, page) = samples[round % samples.count]
            var forged = page
            for _ in 0...seed.next() % 3 { Self.mutate(&forged, &seed) }
            guard let again = try PageFuzz.rewritten(forged, kind: kind, id: ContentID(.zero)) else { continue }
            #expect(again == forged, "seed \(seed.value), \(kind), round \(round)")
        }
    }

    private static func mutate(_ page: inout [UInt8], _ seed: inout Seed) {
        let at = Int.random(in: 0..<max(page.count, 1), using: &seed)
        let length = min(Int.random(in: 1...12, using: &seed), page.count - at)
        switch seed.next() % 6 {
        case 0: page.removeSubrange(at..<(at + length))
        case 1: page.insert(contentsOf: seed.bytes(length), at: at)
        case 2: page.replaceSubrange(at..<(at + length), with: seed.bytes(length))
        case 3: page.replaceSubrange(at..<(at + length), with: [UInt8](repeating: 0xff, count: length))
        case 4: page.insert(contentsOf: page[at..<(at + length)], at: at)
        default: page.removeSubrange(at...)
        }
        if page.isEmpty { page = [0x50] }
    }

    @Test("A flipped bit in a page of children is an error once what is below it is read")
    func flippedChildren() throws {
        var seed = Seed.fromEnvironment(usual: 110)
        let pages = MemoryPages()
        let tree = try RandomTree.build(RandomTree.files(1200, &seed), into: pages)
        let page = try pages.page(tree.page)
        #expect(page[3] == UInt8(ascii: "E"))
        for bit in 0..<page.count * 8 {
            var forged = page
            forged[bit / 8] ^= 1 << (bit % 8)
            let source = Forger(forged, as: tree.page, over: pages)
            #expect(throws: PerigeeError.self, "seed \(seed.value), bit \(bit)") { try RandomTree.read(tree, source) }
        }
    }

    @Test("A flipped bit in a page of children of a chunk list is an error once what is below it is read")
    func flippedChunkChildren() throws {
        var seed = Seed.fromEnvironment(usual: 111)
        let pages = MemoryPages()
        let content = try ChunkListTests.build(RandomTree.chunks(3000, &seed), into: pages)
        guard case .paged(let root, _) = content else { return }
        let page = try pages.page(root)
        #expect(page[3] == UInt8(ascii: "C"))
        for bit in 0..<page.count * 8 {
            var forged = page
            forged[bit / 8] ^= 1 << (bit % 8)
            var cursor = ChunkCursor(content, source: Forger(forged, as: root, over: pages))
            #expect(throws: PerigeeError.self, "seed \(seed.value), bit \(bit)") { while try cursor.next() != nil {} }
            cursor = ChunkCursor(content, source: Forger(forged, as: root, over: pages))
            for _ in 0..<3 { try? cursor.seek(toOffset: seed.next() % 200_000_000) }
        }
    }

    @Test("Sums, counts and levels that lie are damage, and no trap")
    func lies() throws {
        let child = [UInt8](repeating: 7, count: 32)
        let most: [UInt8] = [UInt8](repeating: 0xff, count: 9) + [1]
        let head = Array("PG\u{1}C".utf8)
        let lies: [[UInt8]] = [
            head, head + [0], head + [16], head + [255], head + [1],
            head + [1] + child + [1, 1],
            head + [1] + child + most + most + child + most + most,
            head + [1] + child + [0, 0] + child + [1, 1],
            head + [2] + child + [20] + most + child + [20, 1],
            Array("PG\u{1}c".utf8) + child + most,
            Array("PG\u{1}c".utf8), Array("PG\u{1}e".utf8), Array("PG\u{1}s".utf8), [],
        ]
        let id = ContentID(.zero)
        for page in lies {
            for target in [UInt64(0), 1, .max] {
                var cursor = ChunkCursor(.paged(root: id, chunks: 40), source: Forger(page, as: id))
                let error = #expect(throws: PerigeeError.self) {
                    try cursor.seek(toOffset: target)
                    cursor = ChunkCursor(.paged(root: id, chunks: 40), source: Forger(page, as: id))
                    while try cursor.next() != nil {}
                }
                #expect(error?.code == .damaged || error?.code == .notFound, "\(page)")
            }
        }
    }

    @Test("A page that names itself as its child is refused, however deep")
    func loop() throws {
        let id = ContentID(.zero)
        let zeros = [UInt8](repeating: 0, count: 32)
        let page = Array("PG\u{1}E".utf8) + [5, 0, 1, 0x61] + zeros + [1, 0] + [0, 1, 0x62] + zeros + [1, 0]
        let error = #expect(throws: PerigeeError.self) {
            try RandomTree.read(TreeRoot(page: id, entries: 2, bytes: 0), Forger(page, as: id))
        }
        #expect(error?.code == .damaged)
    }

    @Test("A small page cannot make its reader hold much: long paths are made one at a time")
    func amplification() throws {
        let long = [UInt8](repeating: 0x61, count: PageLimits.path - 4)
        var page = Array("PG\u{1}e".utf8) + [0, 0xfc, 0xff, 0x03] + long + [2, 0, 0]
        for number in UInt8(0)..<64 {
            page += [0xfc, 0xff, 0x03, 1, 0x61 + number / 32 * 32 + number % 32] + [2, 0, 0]
        }
        let again = try PageFuzz.rewritten(page, kind: "e", id: ContentID(.zero))
        // Not canonical, or not in order: either way no more than one path was held.
        #expect(again == nil || again == page)
    }
}
