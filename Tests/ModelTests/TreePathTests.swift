import Model
import TestSupport
import Testing

@Suite("A path in a tree")
struct TreePathTests {
    @Test("orders what lies in a folder right after the folder, before any sibling")
    func order() {
        let sorted = ["", "a", "a/b", "a/b/c", "a/b-c", "a-b", "a.b", "ab", "b"].map { TreePath($0)! }
        #expect(sorted.shuffled().sorted() == sorted)
    }

    @Test("is ordered as its list of names is, for any bytes")
    func orderIsByNames() {
        var seed = Seed.fromEnvironment()
        for _ in 0..<20_000 {
            let (a, b) = (Self.path(&seed), Self.path(&seed))
            let byNames = a.names.lexicographicallyPrecedes(b.names) { $0.lexicographicallyPrecedes($1) }
            #expect((a < b) == byNames, "seed \(seed.value): \(a) and \(b)")
            #expect((a == b) == (!(a < b) && !(b < a)), "seed \(seed.value): \(a) and \(b)")
        }
    }

    @Test("is a strict total order")
    func orderIsTotal() {
        var seed = Seed.fromEnvironment()
        let paths = (0..<60).map { _ in Self.path(&seed) }
        for a in paths {
            for b in paths {
                for c in paths where a < b && b < c { #expect(a < c, "seed \(seed.value): \(a), \(b), \(c)") }
            }
        }
    }

    @Test("keeps a folder and all below it together when sorted")
    func foldersAreContiguous() {
        var seed = Seed.fromEnvironment()
        let paths = Array(Set((0..<2000).map { _ in Self.path(&seed) })).sorted()
        for folder in paths.prefix(200) {
            let inside = paths.indices.filter { paths[$0].isWithin(folder) }
            guard let first = inside.first, let last = inside.last else { continue }
            #expect(last - first + 1 == inside.count, "seed \(seed.value): \(folder)")
            #expect(paths[first] == folder || !paths.contains(folder), "seed \(seed.value): \(folder)")
        }
    }

    @Test("is made of names that a file system may be given, and of nothing else")
    func validation() {
        for bad in ["/a", "a/", "a//b", "..", "a/../b", ".", "./a", "a/.", "a\0b"] {
            #expect(TreePath(validating: Array(bad.utf8)) == nil, "\(bad)")
        }
        for good in ["", "a", "a/b", "...", ".a", "a/..b", "-", "\u{7f}", " "] {
            #expect(TreePath(validating: Array(good.utf8))?.bytes == Array(good.utf8), "\(good)")
        }
        #expect(TreePath(validating: [0xff, 0x2f, 0xfe])?.names.map(Array.init) == [[0xff], [0xfe]])
    }

    @Test("is read from text generously, but never leads out")
    func text() {
        #expect(TreePath("/docs//a.txt/")?.description == "docs/a.txt")
        #expect(TreePath("./docs/./a")?.description == "docs/a")
        #expect(TreePath("/")?.isRoot == true)
        #expect(TreePath("docs/../../etc") == nil)
    }

    @Test("tells its parts")
    func parts() throws {
        let path = try #require(TreePath("a/b/c"))
        #expect(Array(path.name) == Array("c".utf8))
        #expect(path.parent == TreePath("a/b"))
        #expect(TreePath.root.parent == .root)
        #expect(TreePath.root.appending("x".utf8).appending("y".utf8) == TreePath("x/y"))
        #expect(path.isWithin(.root) && path.isWithin(path) && path.isWithin(TreePath("a")!))
        #expect(!TreePath("ab")!.isWithin(TreePath("a")!))
    }

    @Test("is safe to print, whatever its bytes are")
    func printing() {
        #expect(TreePath(trusted: Array("ü/日本".utf8)).description == "ü/日本")
        #expect(TreePath(trusted: [0x61, 0x1b, 0x5b, 0x5c, 0x0a]).description == #"a\x1b[\x5c\x0a"#)
        #expect(TreePath(trusted: [0xff, 0x61, 0x5c]).description == #"\xffa\x5c"#)
        #expect(TreePath(trusted: Array("\u{85}".utf8)).description == #"\x85"#)
        #expect(TreePath.root.description == ".")
    }

    /// A short path of few different bytes, those around `/` among them, so that pairs share beginnings.
    private static func path(_ seed: inout Seed) -> TreePath {
        let letters: [UInt8] = [0x01, 0x2d, 0x2e, 0x30, 0x61, 0xff]
        let names = (0..<Int.random(in: 0...4, using: &seed)).map { _ in
            (0..<Int.random(in: 1...3, using: &seed)).map { _ in letters.randomElement(using: &seed)! }
        }
        return TreePath(validating: Array(names.joined(separator: [0x2f]))) ?? .root
    }
}
