import Files
import Foundation
import Model
import Replication
import TestSupport
import Testing

@Suite struct ScannerTests {
    private func scan(_ root: String, _ options: ScanOptions = ScanOptions()) throws -> [ScannedEntry] {
        var entries = [ScannedEntry]()
        try Scanner(root: root, options: options).forEach { entries.append($0) }
        return entries
    }

    private func make(_ folder: TemporaryFolder, _ names: [String]) throws {
        for name in names {
            let path = folder.path(name)
            let parent = (path as NSString).deletingLastPathComponent
            try FileManager.default.createDirectory(atPath: parent, withIntermediateDirectories: true)
            if !name.hasSuffix("/") { try Data(name.utf8).write(to: URL(fileURLWithPath: path)) }
        }
    }

    private func names(_ entries: [ScannedEntry]) -> [String] { entries.map { "\($0.path)" } }

    @Test(arguments: [1, 2, 4]) func `entries come in path order and tell what plain calls tell`(threads: Int) throws {
        let seed = Seed.fromEnvironment(usual: 77)
        let folder = try TemporaryFolder()
        var maker = TreeMaker(seed)
        maker.longestFile = 5000
        try maker.make(1500, in: folder.handle)
        let entries = try scan(folder.path, ScanOptions(threads: threads))
        let naive = try TreeComparison.items(folder.path)
        #expect(entries.map(\.path) == naive.keys.sorted(), "seed \(seed.value)")
        for entry in entries {
            var wanted = try #require(naive[entry.path]?.attributes)
            (wanted.extended, wanted.holes, wanted.linkGroup) = ([], [], nil)
            #expect(entry.attributes == wanted, "seed \(seed.value)")
        }
    }

    @Test func `behind a path all comes, and what lies before it is not looked at`() throws {
        var seed = Seed.fromEnvironment(usual: 76)
        let folder = try TemporaryFolder()
        var maker = TreeMaker(seed)
        maker.longestFile = 10
        try maker.make(1500, in: folder.handle)
        let all = try scan(folder.path)
        for round in 0..<30 {
            var options = ScanOptions(threads: [1, 3][round % 2])
            let after = all[Int.random(in: 0..<all.count, using: &seed)].path
            options.after = after
            let found = try scan(folder.path, options).map(\.path)
            #expect(found.filter { after < $0 } == all.map(\.path).filter { after < $0 }, "seed \(seed.value)")
            #expect(found.allSatisfy { !($0 < after) || after.isWithin($0) }, "seed \(seed.value)")
        }
    }

    @Test func `a tiny bound of memory changes nothing`() throws {
        let folder = try TemporaryFolder()
        var maker = TreeMaker(Seed.fromEnvironment(usual: 78))
        maker.longestFile = 10
        try maker.make(3000, in: folder.handle)
        let usual = try scan(folder.path)
        let tight = try scan(folder.path, ScanOptions(threads: 3, memory: 1))
        #expect(usual.map(\.path) == tight.map(\.path))
    }

    @Test func `a folder of 300,000 names is sorted in files and comes whole`() throws {
        let folder = try TemporaryFolder(in: TemporaryFolder.inMemory)
        let first = Array("f".utf8)
        _ = try folder.handle.file(first, .creating(mode: 0o600))
        var seed = Seed.fromEnvironment(usual: 79)
        var expected: Set<[UInt8]> = [first]
        // File systems bound the names of one inode, so some are links and some files.
        for _ in 0..<300_000 {
            let name = Array("\(seed.next() % 1_000_000_000)".utf8)
            guard expected.insert(name).inserted else { continue }
            try folder.handle.symlink(name, target: first)
        }
        let sorted = expected.sorted { $0.lexicographicallyPrecedes($1) }
        let entries = try scan(folder.path, ScanOptions(threads: 2, memory: 1 << 20))
        #expect(entries.dropFirst().map(\.path.bytes) == sorted, "seed \(seed.value)")
        #expect(entries.dropFirst(2).allSatisfy { $0.attributes.target == first || $0.attributes.kind == .file })
    }

    @Test func `a tree of 10,000 levels is walked to its end`() throws {
        let folder = try TemporaryFolder(in: TemporaryFolder.inMemory)
        var handle = folder.handle
        let name = Array("d".utf8)
        for _ in 0..<10_000 {
            try handle.makeFolder(name)
            handle = try handle.folder(name)
        }
        _ = try handle.file(Array("end".utf8), .creating(mode: 0o600))
        let entries = try scan(folder.path)
        #expect(entries.count == 10_002)
        #expect(entries.last?.path.bytes.count == 20_003)
        let tree = try SourceTree(root: folder.path)
        #expect(try tree.scan(entries[10_001].path).identity == entries[10_001].identity)
        #expect(try tree.open(entries[10_001]).dataSize == 0)
        // Left halfway, with threads far ahead, it lets go without a deep recursion.
        let scanner = try Scanner(root: folder.path)
        for _ in 0..<10 { _ = try scanner.next() }
        usleep(100_000)
        scanner.close()
        #expect(try scanner.next() == nil)
    }

    @Test func `many wide folders on the way down keep few files open`() throws {
        let folder = try TemporaryFolder(in: TemporaryFolder.inMemory)
        var handle = folder.handle
        for _ in 0..<600 {
            for sibling in ["a", "m", "z"] { try handle.makeFolder(Array(sibling.utf8)) }
            handle = try handle.folder(Array("m".utf8))
        }
        let entries = try scan(folder.path, ScanOptions(threads: 4))
        #expect(entries.count == 1801)
        #expect(entries.map(\.path) == entries.map(\.path).sorted())
    }

    @Test func `links are given and not followed`() throws {
        let folder = try TemporaryFolder()
        try make(folder, ["real/file"])
        try folder.handle.symlink(Array("loop".utf8), target: Array(".".utf8))
        try folder.handle.symlink(Array("dangling".utf8), target: Array("nowhere".utf8))
        try folder.handle.symlink(Array("out".utf8), target: Array("/etc".utf8))
        #expect(names(try scan(folder.path)) == [".", "dangling", "loop", "out", "real", "real/file"])
    }

    @Test func `filters leave out and take in again`() throws {
        let folder = try TemporaryFolder()
        try make(folder, ["a.o", "keep.o", "build/x", "build/keep", "src/build/y", "src/a.c", "src/cache/z"])
        let options = ScanOptions(
            filter: try PathFilter([
                .exclude("*.o"), .include("keep.o"), .exclude("/build/*"), .include("build/keep"), .exclude("cache/"),
            ]))
        #expect(
            names(try scan(folder.path, options))
                == [".", "build", "build/keep", "keep.o", "src", "src/a.c", "src/build", "src/build/y"])
    }

    @Test(.enabled(if: OrdinaryUser.isPossible, "the superuser cannot act as nobody here"))
    func `a folder that may not be read is a failure and the rest is given`() throws {
        let folder = try TemporaryFolder()
        try make(folder, ["a/x", "b/y", "c/z"])
        chmod(folder.path("b"), 0)
        chmod(folder.path, 0o755)
        defer { chmod(folder.path("b"), 0o755) }
        try OrdinaryUser.run {
            let scanner = try Scanner(root: folder.path)
            var seen = [String]()
            try scanner.forEach { seen.append("\($0.path)") }
            #expect(seen == [".", "a", "a/x", "b", "c", "c/z"])
            let failure = try #require(scanner.failures.first)
            #expect(scanner.failureCount == 1)
            #expect(failure.path == TreePath("b"))
            #expect(failure.error.code == .denied)
            #expect(failure.error.place == folder.path("b"))
            #expect(failure.error.remedy != nil)
        }
        chmod(folder.path, 0)
        OrdinaryUser.run { #expect(throws: PerigeeError.self) { try Scanner(root: folder.path).next() } }
        chmod(folder.path, 0o755)
    }

    @Test func `a root that is missing or no folder is an error`() throws {
        let folder = try TemporaryFolder()
        try make(folder, ["file"])
        #expect(throws: PerigeeError.self) { try Scanner(root: folder.path("none")) }
        #expect(throws: PerigeeError.self) { try Scanner(root: folder.path("file")) }
    }

    @Test func `leftovers of killed runs are hidden in a source and not entered in a destination`() throws {
        let folder = try TemporaryFolder()
        try make(folder, ["a", ".perigee-0123456789abcdef~/inside", ".perigee-0123456789abcdeg~"])
        let tree = try SourceTree(root: folder.path)
        var seen = [String]()
        try tree.scanner().forEach { seen.append("\($0.path)") }
        #expect(seen == [".", ".perigee-0123456789abcdeg~", "a"])
        #expect(
            names(try scan(folder.path))
                == [".", ".perigee-0123456789abcdef~", ".perigee-0123456789abcdeg~", "a"])
    }
}
