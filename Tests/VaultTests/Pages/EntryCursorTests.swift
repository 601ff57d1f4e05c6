import Model
import TestSupport
import Testing
import Vault

@Suite("Cursors over entries")
struct EntryCursorTests {
    @Test("A cursor goes anywhere, forwards and backwards, as a sorted list would", arguments: [0, 1, 300, 20_000])
    func seeks(_ count: Int) throws {
        var seed = Seed.fromEnvironment(usual: 60)
        let entries =
            count == 20_000 ? RandomTree.files(count, &seed) : count == 0 ? [] : RandomTree.entries(count, &seed)
        let pages = MemoryPages()
        let root = try RandomTree.build(entries, into: pages)
        var cursor = EntryCursor(root, source: pages)
        for step in 0..<300 {
            var target = entries.randomElement(using: &seed)?.path ?? .root
            switch seed.next() % 5 {
            case 0: target = TreePath(trusted: target.bytes + [1])
            case 1: target = target.parent
            case 2: target = TreePath(trusted: seed.bytes(3))
            default: break
            }
            try cursor.seek(to: target)
            let index = entries.partitioningIndex { !($0.path < target) }
            for ahead in index..<min(index + Int(seed.next() % 40), entries.count) {
                #expect(try cursor.next() == entries[ahead], "seed \(seed.value), step \(step)")
            }
            if step % 7 == 0 { #expect(try cursor.entry(at: target) == entries.first { $0.path == target }) }
        }
    }

    @Test("Reading all reads each page once; a seek reads at most one page a level")
    func readsOnce() throws {
        var seed = Seed.fromEnvironment(usual: 61)
        let entries = RandomTree.files(50_000, &seed)
        let pages = MemoryPages()
        let root = try RandomTree.build(entries, into: pages)
        var cursor = EntryCursor(root, source: pages)
        #expect(pages.reads == 0)
        while try cursor.next() != nil {}
        #expect(pages.reads == pages.pages.count)
        cursor = EntryCursor(root, source: pages)
        try cursor.seek(to: entries[25_000].path)
        let before = pages.reads
        #expect(before - pages.pages.count <= 3)
        try cursor.seek(to: entries[25_001].path)
        try cursor.seek(to: entries[25_000].path)
        #expect(pages.reads - before <= 1)
        for _ in 0..<100 { try cursor.seek(to: entries[Int.random(in: 0..<50_000, using: &seed)].path) }
        // The root stays open.
        #expect(pages.reads - before <= 1 + 100 * 2)
    }

    @Test("A folder with all that lies in it is passed over")
    func passesFolders() throws {
        var seed = Seed.fromEnvironment(usual: 62)
        let names = ["", "a", "a/b", "a/b/c", "a/\u{1}", "a/\u{7f}", "a\u{1}", "a\u{1}/x", "a-b", "ab", "b"]
        let entries = try names.map { name in
            RandomTree.plainFile(try #require(TreePath(validating: Array(name.utf8))), &seed)
        }.sorted { $0.path < $1.path }
        let pages = MemoryPages()
        var cursor = EntryCursor(try RandomTree.build(entries, into: pages), source: pages)
        for (folder, next) in [("a/b", "a/\u{7f}"), ("a", "a\u{1}"), ("a\u{1}", "a-b"), ("ab", "b")] {
            try cursor.seek(behind: try #require(TreePath(folder)))
            #expect(try cursor.next()?.path == TreePath(next), "behind \(folder)")
        }
        try cursor.seek(behind: .root)
        #expect(try cursor.next() == nil)
    }
}

extension Array {
    /// The first index from which on `isBehind` holds.
    fileprivate func partitioningIndex(_ isBehind: (Element) -> Bool) -> Int { firstIndex(where: isBehind) ?? count }
}
