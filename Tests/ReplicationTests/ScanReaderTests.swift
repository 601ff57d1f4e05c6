import Files
import Foundation
import Hashing
import Model
import Replication
import TestSupport
import Testing

@Suite struct ScanReaderTests {
    private func write(_ folder: TemporaryFolder, _ name: String, _ bytes: [UInt8]) throws {
        try Data(bytes).write(to: URL(fileURLWithPath: folder.path(name)))
    }

    private func entry(_ folder: TemporaryFolder, _ name: String) throws -> (SourceTree, ScannedEntry) {
        let tree = try SourceTree(root: folder.path)
        return (tree, try tree.scan(try #require(TreePath(name))))
    }

    private func code(_ body: () throws -> Void) -> PerigeeError.Code? {
        do {
            try body()
            return nil
        } catch {
            return (error as? PerigeeError)?.code
        }
    }

    @Test func `data is read without the holes, from any place`() throws {
        let folder = try TemporaryFolder()
        var seed = Seed.fromEnvironment(usual: 5)
        let data = seed.bytes(300_000)
        let file = try folder.handle.file(Array("sparse".utf8), .creating(mode: 0o600))
        try data[..<100_000].withUnsafeBytes { try file.write($0, at: 1 << 20) }
        try data[100_000...].withUnsafeBytes { try file.write($0, at: 5 << 20) }
        try file.truncate(to: 9 << 20)
        let (tree, scanned) = try entry(folder, "sparse")
        try #require(scanned.mayBeSparse)
        let reader = try tree.open(scanned)
        let plain = Array(try Data(contentsOf: URL(fileURLWithPath: folder.path("sparse"))))
        let expected = reader.dataExtents.flatMap { plain[Int($0.offset)..<Int($0.end)] }
        #expect(reader.dataSize == UInt64(expected.count))
        #expect(reader.dataSize < 1 << 20)
        #expect(reader.attributes.size == 9 << 20)
        #expect(reader.attributes.holes.count == 3)
        for hole in reader.attributes.holes {
            #expect(plain[Int(hole.offset)..<Int(hole.end)].allSatisfy { $0 == 0 })
        }
        for offset in [0, 1, 90_000, expected.count - 5, expected.count] {
            var buffer = [UInt8](repeating: 1, count: expected.count)
            let count = try buffer.withUnsafeMutableBytes { try reader.read(into: $0, at: UInt64(offset)) }
            #expect(Array(buffer[..<count]) == Array(expected[offset...]), "seed \(seed.value), offset \(offset)")
        }
        try reader.recheck()
    }

    @Test func `a file that changes before or while it is read is noticed`() throws {
        let folder = try TemporaryFolder()
        try write(folder, "f", [1, 2, 3])
        let (tree, old) = try entry(folder, "f")
        let reader = try tree.open(old)
        try reader.recheck()
        // The same length and the same time of modification, in place: only ctime tells.
        let times = try FileManager.default.attributesOfItem(atPath: folder.path("f"))
        usleep(20_000)
        let file = try folder.handle.file(Array("f".utf8), .updating)
        try [UInt8]([7, 7, 7]).withUnsafeBytes { try file.write($0, at: 0) }
        try FileManager.default.setAttributes(
            [.modificationDate: try #require(times[.modificationDate])], ofItemAtPath: folder.path("f"))
        #expect(code { try reader.recheck() } == .changed)
        #expect(code { _ = try tree.open(old) } == .changed)
        let (_, fresh) = try entry(folder, "f")
        try write(folder, "g", [1, 2, 3])
        #expect(rename(folder.path("g"), folder.path("f")) == 0)
        #expect(code { _ = try tree.open(fresh) } == .changed)
        unlink(folder.path("f"))
        #expect(code { _ = try tree.open(fresh) } == .notFound)
        #expect(code { _ = try tree.scan(fresh.path) } == .notFound)
    }

    @Test func `a file or folder that was swapped for a link outside is not followed`() throws {
        let folder = try TemporaryFolder()
        let outside = try TemporaryFolder()
        try write(outside, "f", [6, 6, 6])
        _ = try folder.folder("d")
        try write(folder, "d/f", [1, 2, 3])
        try write(folder, "f", [1, 2, 3])
        let (tree, inner) = try entry(folder, "d/f")
        let (_, plain) = try entry(folder, "f")
        #expect(rename(folder.path("d"), folder.path("old")) == 0)
        symlink(outside.path, folder.path("d"))
        unlink(folder.path("f"))
        symlink(outside.path("f"), folder.path("f"))
        #expect(code { _ = try tree.open(inner) } != nil)
        #expect(code { _ = try tree.scan(inner.path) } != nil)
        #expect(code { _ = try tree.complete(inner) } != nil)
        #expect(code { _ = try tree.open(plain) } == .changed)
        #expect(try tree.scan(plain.path).attributes.kind == .symlink)
    }

    @Test func `a pipe in the place of a file does not block`() throws {
        let folder = try TemporaryFolder()
        try write(folder, "f", [1])
        let (tree, old) = try entry(folder, "f")
        unlink(folder.path("f"))
        mkfifo(folder.path("f"), 0o600)
        #expect(code { _ = try tree.open(old) } == .changed)
    }

    @Test func `attributes are complete for every kind`() throws {
        let folder = try TemporaryFolder()
        var maker = TreeMaker(Seed.fromEnvironment(usual: 6))
        maker.longestFile = 1000
        try maker.make(400, in: folder.handle)
        let naive = try TreeComparison.items(folder.path)
        let tree = try SourceTree(root: folder.path)
        try tree.scanner().forEach { scanned in
            var wanted = try #require(naive[scanned.path]?.attributes)
            wanted.linkGroup = nil
            if scanned.attributes.kind == .file {
                #expect(try tree.open(scanned).attributes == wanted)
                wanted.holes = []
            }
            #expect(try tree.complete(scanned) == wanted)
            #expect(try tree.scan(scanned.path).attributes == scanned.attributes)
        }
    }

    @Test func `names of one file share a group that its first path decides`() throws {
        let folder = try TemporaryFolder()
        for name in ["b", "single", "z"] { try write(folder, name, [1]) }
        link(folder.path("b"), folder.path("a"))
        link(folder.path("b"), folder.path("c"))
        link(folder.path("z"), folder.path("y"))
        var links = HardLinks()
        var groups = [String: HardLinks.Name]()
        try Scanner(root: folder.path).forEach { entry in
            guard entry.attributes.kind == .file else { return }
            groups["\(entry.path)"] = links.group(of: entry)
        }
        let digest = Array("a".utf8).withUnsafeBytes { Blake3.hash($0) }
        let first = digest.withUnsafeBytes { UInt64(littleEndian: $0.loadUnaligned(as: UInt64.self)) }
        #expect(
            groups.mapValues(\.isFirst) == ["a": true, "b": false, "c": false, "single": true, "y": true, "z": false])
        #expect(
            groups.mapValues(\.isLast) == ["a": false, "b": false, "c": true, "single": true, "y": false, "z": true])
        #expect(["a", "b", "c"].allSatisfy { groups[$0]?.id == first })
        #expect(groups["y"]?.id == groups["z"]?.id)
        #expect(groups["y"]?.id != first)
    }
}
