import Content
import Model
import TestSupport
import Testing
import Vault

@Suite("Differences between trees")
struct TreeDiffTests {
    static func diff(_ old: TreeRoot?, _ new: TreeRoot, _ source: any PageSource) throws -> [Change] {
        var diff = TreeDiff(old: old, new: new, source: source)
        var changes = [Change]()
        while let change = try diff.next() { changes.append(change) }
        return changes
    }

    /// The same by looking at every entry.
    private static func naive(_ old: [Entry], _ new: [Entry]) -> [Change] {
        let before = Dictionary(uniqueKeysWithValues: old.map { ($0.path, $0) })
        let after = Dictionary(uniqueKeysWithValues: new.map { ($0.path, $0) })
        return Set(before.keys).union(after.keys).sorted().compactMap { path in
            switch (before[path], after[path]) {
            case (nil, let entry?): .added(entry)
            case (let entry?, nil): .removed(entry)
            case (let a?, let b?): a == b ? nil : .changed(old: a, new: b)
            case (nil, nil): nil
            }
        }
    }

    /// `entries` after `count` edits: values changed, entries taken out and put in, whole runs too.
    private static func edit(_ entries: [Entry], _ count: Int, _ seed: inout Seed) -> [Entry] {
        var edited = Dictionary(uniqueKeysWithValues: entries.map { ($0.path, $0) })
        for _ in 0..<count {
            let index = Int.random(in: 0..<entries.count, using: &seed)
            let path = entries[index].path
            switch seed.next() % 8 {
            case 0, 1: edited[path] = nil
            case 2, 3: edited[path] = RandomTree.plainFile(path, &seed)
            case 4: for entry in entries[index...].prefix(Int(seed.next() % 500)) { edited[entry.path] = nil }
            case 5:
                for number in 0..<seed.next() % 500 {
                    let new = path.appending(Array("\(number)".utf8))
                    edited[new] = RandomTree.plainFile(new, &seed)
                }
            default:
                let new = TreePath(trusted: path.bytes + [0x7e])
                edited[new] = RandomTree.plainFile(new, &seed)
            }
        }
        return edited.values.sorted { $0.path < $1.path }
    }

    @Test("They are those that a look at every entry finds", arguments: [1, 10, 1000, 5000])
    func equalsNaive(_ count: Int) throws {
        var seed = Seed.fromEnvironment(usual: 80)
        let pages = MemoryPages()
        for round in 0..<12 {
            let old = round % 2 == 0 ? RandomTree.entries(count, &seed) : RandomTree.files(count * 2, &seed)
            let new = Self.edit(old, [1, 3, 30][round % 3], &seed)
            let a = try RandomTree.build(old, into: pages)
            let b = try RandomTree.build(new, into: pages)
            #expect(try Self.diff(a, b, pages) == Self.naive(old, new), "seed \(seed.value), round \(round)")
            #expect(try Self.diff(b, a, pages) == Self.naive(new, old), "seed \(seed.value), round \(round)")
        }
    }

    @Test("Trees that share nothing, or of which one is empty or not there")
    func extremes() throws {
        var seed = Seed.fromEnvironment(usual: 81)
        let pages = MemoryPages()
        let entries = RandomTree.files(5000, &seed)
        let full = try RandomTree.build(entries, into: pages)
        let empty = try RandomTree.build([], into: pages)
        #expect(try Self.diff(empty, full, pages) == entries.map { .added($0) })
        #expect(try Self.diff(nil, full, pages) == entries.map { .added($0) })
        #expect(try Self.diff(full, empty, pages) == entries.map { .removed($0) })
        let others = RandomTree.files(3000, &seed)
        let other = try RandomTree.build(others, into: pages)
        #expect(try Self.diff(full, other, pages) == Self.naive(entries, others), "seed \(seed.value)")
    }

    @Test("Equal trees are compared without a page being read")
    func equalTrees() throws {
        var seed = Seed.fromEnvironment(usual: 82)
        let pages = MemoryPages()
        let root = try RandomTree.build(RandomTree.files(5000, &seed), into: pages)
        #expect(try Self.diff(root, root, pages).isEmpty)
        #expect(pages.reads == 0)
    }

    @Test("The pages read are few for each change, in a tree of 10^5 entries")
    func readsFewPages() throws {
        var seed = Seed.fromEnvironment(usual: 83)
        let pages = MemoryPages()
        let entries = RandomTree.files(100_000, &seed)
        let old = try RandomTree.build(entries, into: pages)
        let all = pages.pages.count
        for count in [1, 3, 10] {
            for kind in ["change", "remove", "insert"] {
                var edited = entries
                for _ in 0..<count {
                    let index = Int.random(in: 0..<edited.count - 1, using: &seed)
                    switch kind {
                    case "change": edited[index] = RandomTree.plainFile(edited[index].path, &seed)
                    case "remove": edited.remove(at: index)
                    default:
                        let path = TreePath(trusted: edited[index].path.bytes + [0x7e])
                        if path < edited[index + 1].path {
                            edited.insert(RandomTree.plainFile(path, &seed), at: index + 1)
                        }
                    }
                }
                let new = try RandomTree.build(edited, into: pages)
                let before = pages.reads
                let changes = try Self.diff(old, new, pages)
                let reads = pages.reads - before
                #expect(changes.count == count, "seed \(seed.value)")
                // Two leaves and the pages above them for each, and some where a boundary has moved.
                #expect(reads <= 6 + count * 8, "seed \(seed.value): \(reads) of \(all) pages for \(count) \(kind)s")
            }
        }
    }

    @Test("Of what comes behind a path all is given, at the cost of the pages on the way there")
    func behind() throws {
        var seed = Seed.fromEnvironment(usual: 85)
        let pages = MemoryPages()
        let entries = RandomTree.files(100_000, &seed)
        // Everything differs: without the path each page of both would be read.
        let others = entries.map { RandomTree.plainFile($0.path, &seed) }
        let (old, new) = (try RandomTree.build(entries, into: pages), try RandomTree.build(others, into: pages))
        for index in [0, 1, 50_000, 99_990, 99_999] {
            let lower = entries[index].path
            var diff = TreeDiff(old: old, in: pages, new: new, in: pages, after: lower)
            let before = pages.reads
            var found: [TreePath] = []
            while found.count < 50, let change = try diff.next() {
                if lower < change.path { found.append(change.path) }
            }
            #expect(found == entries[(index + 1)...].prefix(50).map(\.path), "seed \(seed.value)")
            // The way down, and at most a leaf more, of each of the two.
            #expect(pages.reads - before <= 10, "seed \(seed.value): \(pages.reads - before) pages at \(index)")
        }
        for round in 0..<20 {
            let edited = Self.edit(entries, 30, &seed)
            let lower = entries[Int.random(in: 0..<entries.count, using: &seed)].path
            let root = try RandomTree.build(edited, into: pages)
            var diff = TreeDiff(old: old, in: pages, new: root, in: pages, after: lower)
            var found = [Change]()
            while let change = try diff.next() { if lower < change.path { found.append(change) } }
            let wanted = Self.naive(entries, edited).filter { lower < $0.path }
            #expect(found == wanted, "seed \(seed.value), round \(round)")
        }
    }

    @Test("A folder of thousands put in or taken out costs its own pages")
    func readsOnlyTheFolder() throws {
        var seed = Seed.fromEnvironment(usual: 84)
        let pages = MemoryPages()
        let entries = RandomTree.files(100_000, &seed)
        let folder = entries[50_000].path
        let more = (0..<10_000).map { number in
            RandomTree.plainFile(folder.appending(Array(String(100_000 + number).utf8)), &seed)
        }
        let old = try RandomTree.build(entries, into: pages)
        let shared = pages.pages.count
        let new = try RandomTree.build(entries[...50_000] + more + entries[50_001...], into: pages)
        let added = pages.pages.count - shared
        #expect(try Self.diff(old, new, pages) == more.map { .added($0) }, "seed \(seed.value)")
        #expect(pages.reads <= added + 12, "seed \(seed.value): \(pages.reads) reads, \(added) new pages")
    }
}
