import Content
import Hashing
import Model
import TestSupport
import Testing
import Vault

@Suite("What a tree of entries refuses")
struct EntryTreeRefusalTests {
    private static func file(_ path: String, _ change: (inout Entry) -> Void = { _ in }) -> Entry {
        var seed = Seed(1)
        var entry = RandomTree.plainFile(TreePath(trusted: Array(path.utf8)), &seed)
        change(&entry)
        return entry
    }

    private static func codes(_ entries: [Entry]) -> PerigeeError.Code? {
        do {
            _ = try RandomTree.build(entries, into: MemoryPages())
            return nil
        } catch let error as PerigeeError {
            return error.place == nil ? nil : error.code
        } catch {
            return nil
        }
    }

    @Test("Entries out of order", arguments: [("b", "a"), ("a", "a"), ("a-b", "a/b"), ("a/b", "a"), ("a", "")])
    func order(_ first: String, _ second: String) {
        #expect(Self.codes([Self.file(first), Self.file(second)]) == .format)
    }

    @Test(
        "Paths that must never reach a file system",
        arguments: ["/a", "a/", "a//b", ".", "..", "a/../b", "a/.", "a\u{0}"])
    func paths(_ path: String) {
        #expect(Self.codes([Self.file(path)]) == .format)
    }

    @Test("Entries that contradict themselves")
    func contradictions() {
        let bad: [Entry] = [
            Self.file("f") { $0.attributes.mode = 0o10000 },
            Self.file("f") { $0.attributes.modified.nanoseconds = 1_000_000_000 },
            Self.file("f") { $0.attributes.size += 1 },
            Self.file("f") { $0.attributes.target = [1] },
            Self.file("f") { $0.attributes.device = 1 },
            Self.file("f") { $0.attributes.kind = .directory },
            Self.file("f") { $0.attributes.holes = [Extent(offset: 0, length: 1 << 40)] },
            Self.file("f") { $0.attributes.holes = [Extent(offset: .max, length: 2)] },
            Self.file("f") { $0.attributes.holes = [Extent(offset: 0, length: 0)] },
            Self.file("f") { $0.attributes.extended = [ExtendedAttribute(name: [], value: [])] },
            Self.file("f") { entry in
                entry.attributes.extended = ["b", "a"].map { ExtendedAttribute(name: Array($0.utf8), value: []) }
            },
            Self.file("f") { $0.content = .paged(root: ContentID(.zero), chunks: 16) },
        ]
        for entry in bad { #expect(Self.codes([entry]) == .format, "\(entry)") }
    }

    @Test("Entries beyond a named limit")
    func limits() {
        let large: [Entry] = [
            Self.file(String(repeating: "n", count: PageLimits.path + 1)),
            Self.file("f") { entry in
                entry.attributes.size = 1 << 20
                entry.content = .none
                entry.attributes.holes = (0...PageLimits.holes).map { Extent(offset: UInt64($0) * 2, length: 1) }
            },
            Self.file("f") { entry in
                let value = [UInt8](repeating: 0, count: PageLimits.extended)
                entry.attributes.extended = [ExtendedAttribute(name: [0x61], value: value)]
            },
            Self.file("f") { entry in
                entry.content = .inline((0...16).map { _ in ChunkReference(id: ContentID(.zero), length: 1) })
                entry.attributes.size = 17
            },
        ]
        for entry in large { #expect(Self.codes([entry]) == .limit, "\(entry.path.bytes.count)") }
    }

    @Test("Entries at the limits are kept")
    func atTheLimits() throws {
        var seed = Seed.fromEnvironment(usual: 50)
        var largest = Self.file("f")
        largest.attributes.holes = (0..<PageLimits.holes).map { Extent(offset: UInt64($0) << 40 | 1, length: 1 << 39) }
        largest.attributes.size = UInt64(PageLimits.holes) << 40
        largest.attributes.extended = (0..<4).map { number in
            ExtendedAttribute(name: Array("\(number)".utf8), value: seed.bytes(PageLimits.extended / 4 - 9))
        }
        largest.content = .none
        var entries = (0..<10).map { number in
            var entry = largest
            let name = [UInt8(ascii: "0") + UInt8(number)] + [UInt8](repeating: 0x6e, count: PageLimits.path - 1)
            entry.path = TreePath(trusted: name)
            return entry
        }
        var link = Entry(
            path: TreePath(trusted: [0x7a]),
            attributes: Attributes(kind: .symlink, mode: 0o777, modified: largest.attributes.modified))
        link.attributes.target = [UInt8](repeating: 0x2e, count: PageLimits.target)
        entries.append(link)
        let pages = MemoryPages()
        let root = try RandomTree.build(entries, into: pages)
        #expect(try RandomTree.read(root, pages) == entries)
        #expect(pages.pages.values.allSatisfy { $0.count <= PageLimits.page })
    }
}
