import Content
import Model
import TestSupport
import Testing
import Vault

@Suite("Trees of entries")
struct EntryTreeTests {
    @Test("What is added comes back, of every kind", arguments: [0, 1, 2, 50, 3000])
    func roundTrips(_ count: Int) throws {
        var seed = Seed.fromEnvironment(usual: 21)
        let entries = count == 0 ? [] : RandomTree.entries(count, &seed)
        let pages = MemoryPages()
        let root = try RandomTree.build(entries, into: pages)
        #expect(try RandomTree.read(root, pages) == entries, "seed \(seed.value)")
        #expect(root.entries == UInt64(entries.count))
        #expect(root.bytes == entries.reduce(0) { $0 + $1.attributes.size })
    }

    @Test("An empty tree is one page of four bytes")
    func emptyTree() throws {
        let pages = MemoryPages()
        let root = try RandomTree.build([], into: pages)
        #expect(root.entries == 0 && root.bytes == 0)
        #expect(pages.pages == [root.page: Array("PG\u{1}e".utf8)])
    }

    @Test("A builder that has finished begins anew")
    func startsOver() throws {
        var seed = Seed.fromEnvironment(usual: 22)
        let entries = RandomTree.files(3000, &seed)
        let pages = MemoryPages()
        var builder = EntryTreeBuilder(sink: pages)
        for entry in entries { try builder.add(entry) }
        let first = try builder.finish()
        let empty = try builder.finish()
        for entry in entries { try builder.add(entry) }
        #expect(try builder.finish() == first)
        #expect(empty.entries == 0)
    }

    @Test("The pages follow from the entries, not from what was there before")
    func isHistoryIndependent() throws {
        var seed = Seed.fromEnvironment(usual: 23)
        let pages = MemoryPages()
        var entries = Dictionary(uniqueKeysWithValues: RandomTree.files(20_000, &seed).map { ($0.path, $0) })
        for round in 0..<5 {
            for _ in 0..<50 {
                guard let victim = entries.keys.randomElement(using: &seed) else { break }
                switch seed.next() % 3 {
                case 0: entries[victim] = nil
                case 1: entries[victim] = RandomTree.plainFile(victim, &seed)
                default:
                    let path = victim.parent.appending(Array("new-\(seed.next() % 1000)".utf8))
                    entries[path] = RandomTree.plainFile(path, &seed)
                }
            }
            let sorted = entries.values.sorted { $0.path < $1.path }
            let root = try RandomTree.build(sorted, into: pages)
            let fresh = MemoryPages()
            #expect(try RandomTree.build(sorted, into: fresh) == root, "seed \(seed.value), round \(round)")
            #expect(try RandomTree.pages(root, pages) == Set(fresh.pages.keys))
        }
    }

    @Test("A change of one value makes new pages only from its leaf up", arguments: [0, 1, 2, 3, 4, 5])
    func valueChangeMovesNoBoundary(_ number: UInt64) throws {
        var seed = Seed.fromEnvironment(usual: 30 + number)
        let pages = MemoryPages()
        var entries = RandomTree.files(50_000, &seed)
        let old = try RandomTree.pages(try RandomTree.build(entries, into: pages), pages)
        let index = Int.random(in: 0..<entries.count, using: &seed)
        entries[index] = RandomTree.plainFile(entries[index].path, &seed)
        let new = try RandomTree.pages(try RandomTree.build(entries, into: pages), pages)
        #expect(new.count == old.count, "seed \(seed.value)")
        #expect((2...3).contains(new.subtracting(old).count), "seed \(seed.value)")
    }

    @Test("An entry put in or taken out makes few new pages")
    func boundariesResynchronise() throws {
        var seed = Seed.fromEnvironment(usual: 40)
        let pages = MemoryPages()
        let entries = RandomTree.files(50_000, &seed)
        let old = try RandomTree.pages(try RandomTree.build(entries, into: pages), pages)
        var made = 0
        let rounds = 20
        for round in 0..<rounds {
            var edited = entries
            let index = Int.random(in: 0..<entries.count, using: &seed)
            if round % 2 == 0 {
                edited.remove(at: index)
            } else {
                let path = TreePath(trusted: entries[index].path.bytes + [0x7e])
                edited.insert(RandomTree.plainFile(path, &seed), at: index + 1)
            }
            let new = try RandomTree.pages(try RandomTree.build(edited, into: pages), pages)
            made += new.subtracting(old).count
        }
        // Of about a hundred pages: the leaf and the root, and now and then some neighbours.
        #expect(made <= rounds * 5, "seed \(seed.value): \(made) pages in \(rounds) edits")
    }

    @Test("Leaves of plain files have about 32 KiB")
    func leafSize() throws {
        var seed = Seed.fromEnvironment(usual: 41)
        let pages = MemoryPages()
        _ = try RandomTree.build(RandomTree.files(100_000, &seed), into: pages)
        let leaves = pages.pages.values.filter { $0[3] == UInt8(ascii: "e") }.map(\.count)
        let mean = leaves.reduce(0, +) / leaves.count
        #expect((24 << 10...40 << 10).contains(mean), "seed \(seed.value): \(mean) bytes")
        #expect((leaves.max() ?? 0) < 192 << 10)
    }

    @Test("A plain file with one chunk takes its ID, its name's end and at most 22 bytes more")
    func plainFileIsSmall() throws {
        var seed = Seed.fromEnvironment(usual: 42)
        let pages = MemoryPages()
        let entries = RandomTree.files(100, &seed)
        let root = try RandomTree.build(entries, into: pages)
        // Names end in three digits, of which neighbours share two mostly.
        #expect(try pages.page(root.page).count < 100 * (32 + 2 + 22) + 60, "seed \(seed.value)")
    }
}
