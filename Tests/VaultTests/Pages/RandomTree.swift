import Content
import Hashing
import Model
import TestSupport
import Vault

/// Entries and chunks to test with, from a seed.
enum RandomTree {
    static func id(_ seed: inout Seed) -> ContentID { seed.bytes(32).withUnsafeBytes { ContentID(Digest($0)) } }

    static func chunks(_ count: Int, _ seed: inout Seed, upTo longest: UInt32 = 100_000) -> [ChunkReference] {
        (0..<count).map { _ in ChunkReference(id: id(&seed), length: .random(in: 1...longest, using: &seed)) }
    }

    /// A file with one chunk, as most are.
    static func plainFile(_ path: TreePath, _ seed: inout Seed) -> Entry {
        let chunk = chunks(1, &seed)[0]
        let attributes = Attributes(
            kind: .file, mode: 0o644, owner: 1000, group: 1000, modified: time(&seed), size: UInt64(chunk.length))
        return Entry(path: path, attributes: attributes, content: .inline([chunk]))
    }

    private static func time(_ seed: inout Seed) -> Timestamp {
        Timestamp(
            seconds: .random(in: 1_600_000_000...1_800_000_000, using: &seed),
            nanoseconds: Bool.random(using: &seed) ? 0 : .random(in: 0..<1_000_000_000, using: &seed))
    }

    /// An entry of any kind with any attributes that it can have.
    static func entry(_ path: TreePath, _ seed: inout Seed) -> Entry {
        let kind = EntryKind.allCases.randomElement(using: &seed) ?? .file
        var attributes = Attributes(kind: kind, mode: .random(in: 0...0o7777, using: &seed), modified: time(&seed))
        attributes.owner = [0, 0, 1000, UInt32.max].randomElement(using: &seed) ?? 0
        attributes.group = [0, 100, UInt32.max].randomElement(using: &seed) ?? 0
        if seed.next() % 8 == 0 { attributes.modified.seconds = Int64(bitPattern: seed.next()) }
        if seed.next() % 4 == 0 {
            attributes.extended = (0..<Int.random(in: 1...3, using: &seed)).map { number in
                let name = Array("user.\(number)".utf8)
                return ExtendedAttribute(name: name, value: seed.bytes(Int.random(in: 0...40, using: &seed)))
            }
        }
        if seed.next() % 4 == 0 { attributes.linkGroup = seed.next() }
        switch kind {
        case .symlink: attributes.target = Array("../there/\(seed.next() % 1000)".utf8)
        case .characterDevice, .blockDevice: attributes.device = seed.next() >> UInt64.random(in: 0...63, using: &seed)
        case .file: return file(path, attributes, &seed)
        default: break
        }
        return Entry(path: path, attributes: attributes)
    }

    private static func file(_ path: TreePath, _ attributes: Attributes, _ seed: inout Seed) -> Entry {
        var attributes = attributes
        let chunks = chunks([0, 1, 1, 2, 5, 16].randomElement(using: &seed) ?? 1, &seed)
        attributes.size = chunks.reduce(0) { $0 + UInt64($1.length) }
        if seed.next() % 4 == 0 {
            var end: UInt64 = 0
            for _ in 0..<Int.random(in: 1...4, using: &seed) {
                let start = end + .random(in: 1...5000, using: &seed)
                attributes.holes.append(Extent(offset: start, length: .random(in: 1...5000, using: &seed)))
                end = attributes.holes.last?.end ?? end
            }
            attributes.size += attributes.holes.reduce(0) { $0 + $1.length }
            // Data behind the last hole, or a file that has none.
            if attributes.size < end {
                attributes.holes = []
                attributes.size = chunks.reduce(0) { $0 + UInt64($1.length) }
            }
        }
        if seed.next() % 6 == 0 {
            attributes.size += 1 << 30
            return Entry(
                path: path, attributes: attributes, content: .paged(root: id(&seed), chunks: 17 + seed.next() % 100))
        }
        return Entry(path: path, attributes: attributes, content: .inline(chunks))
    }

    /// `count` different paths in order: folders some levels deep, names of all lengths, bytes of all values.
    static func paths(_ count: Int, _ seed: inout Seed) -> [TreePath] {
        var paths: Set<TreePath> = [.root]
        var folders: [TreePath] = [.root]
        while paths.count < count {
            let folder = folders.randomElement(using: &seed) ?? .root
            let length = [1, 2, 8, 8, 20, 200].randomElement(using: &seed) ?? 1
            let odd = seed.next() % 4 == 0
            let name = seed.bytes(length).map { odd ? ($0 == 0 || $0 == 0x2f ? 0x2e : $0) : 0x61 + $0 % 26 }
            if name == [0x2e] || name == [0x2e, 0x2e] { continue }
            let path = folder.appending(name)
            if paths.insert(path).inserted, seed.next() % 8 == 0, path.bytes.count < 1000 { folders.append(path) }
        }
        return paths.sorted()
    }

    /// `count` entries of all kinds, in order.
    static func entries(_ count: Int, _ seed: inout Seed) -> [Entry] { paths(count, &seed).map { entry($0, &seed) } }

    /// `count` plain files in folders of a hundred, in order; quick to make.
    static func files(_ count: Int, _ seed: inout Seed) -> [Entry] {
        (0..<count).map { number in
            let folder = String(100_000 + number / 100)
            return plainFile(TreePath(trusted: Array("folder-\(folder)/name-\(100 + number % 100)".utf8)), &seed)
        }
    }

    /// The tree of `entries`, which are in order.
    static func build(_ entries: some Sequence<Entry>, into pages: any PageSink) throws -> TreeRoot {
        var builder = EntryTreeBuilder(sink: pages)
        for entry in entries { try builder.add(entry) }
        return try builder.finish()
    }

    /// All entries of a tree.
    static func read(_ root: TreeRoot, _ pages: any PageSource) throws -> [Entry] {
        var cursor = EntryCursor(root, source: pages)
        var entries = [Entry]()
        while let entry = try cursor.next() { entries.append(entry) }
        return entries
    }

    /// All pages below a root, the root's own included.
    static func pages(_ root: TreeRoot, _ pages: MemoryPages) throws -> Set<ContentID> {
        let recorder = Recorder(pages)
        _ = try read(root, recorder)
        return recorder.seen
    }
}

/// Passes pages on, and remembers which.
final class Recorder: PageSource {
    private let source: any PageSource
    private(set) var seen: Set<ContentID> = []
    private(set) var reads = 0

    init(_ source: any PageSource) { self.source = source }

    func page(_ id: ContentID) throws -> [UInt8] {
        seen.insert(id)
        reads += 1
        return try source.page(id)
    }
}
