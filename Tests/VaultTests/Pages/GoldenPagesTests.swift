import Content
import Foundation
import Hashing
import Model
import TestSupport
import Testing
import Vault

/// Pages of format version 1, as they were first written: later versions must read them, and write the same bytes.
///
/// The files in `Golden/Pages` are these values' pages under unkeyed BLAKE3. They are never made anew for version 1; a new
/// version adds its own with `PERIGEE_WRITE_GOLDEN=<folder> swift test -c release --filter GoldenPages`, which writes them
/// into that folder instead of comparing.
@Suite("Golden pages of format version 1")
struct GoldenPagesTests {
    private static func check(_ page: [UInt8], _ name: String) throws {
        if let folder = ProcessInfo.processInfo.environment["PERIGEE_WRITE_GOLDEN"] {
            try Data(page).write(to: URL(fileURLWithPath: folder).appendingPathComponent(name))
            return
        }
        #expect(try golden(name) == page, "\(name)")
    }

    private static func golden(_ name: String) throws -> [UInt8] {
        let file = try #require(Bundle.module.url(forResource: "Golden/Pages/\(name)", withExtension: nil))
        return Array(try Data(contentsOf: file))
    }

    private static var isWriting: Bool { ProcessInfo.processInfo.environment["PERIGEE_WRITE_GOLDEN"] != nil }

    @Test("A tree with every kind of entry")
    func entries() throws {
        let pages = MemoryPages()
        let root = try RandomTree.build(GoldenTree.entries, into: pages)
        try Self.check(try pages.page(root.page), "entries.page")
        if Self.isWriting { return }
        let golden = try Self.golden("entries.page")
        let id = try golden.withUnsafeBytes { try MemoryPages().store($0) }
        #expect(try RandomTree.read(root, Forger(golden, as: id)) == GoldenTree.entries)
    }

    @Test("The root of a tree of 5,000 entries, whose digest vouches for all pages below")
    func children() throws {
        let pages = MemoryPages()
        let root = try RandomTree.build(GoldenTree.numbered(5000), into: pages)
        try Self.check(try pages.page(root.page), "entry-children.page")
    }

    @Test("A list of 40 chunks, and the root of one of 5,000")
    func chunkLists() throws {
        for (count, name) in [(40, "chunks.page"), (5000, "chunk-children.page")] {
            let pages = MemoryPages()
            let content = try ChunkListTests.build((0..<count).map { GoldenTree.chunk($0) }, into: pages)
            guard case .paged(let root, UInt64(count)) = content else {
                Issue.record("not paged")
                continue
            }
            try Self.check(try pages.page(root), name)
        }
    }

    @Test("A snapshot with all fields, and one with the fewest")
    func snapshots() throws {
        let id = GoldenTree.chunk(1).id
        let full = SnapshotDraft(
            created: Timestamp(seconds: 1_795_438_800, nanoseconds: 250_000_000),
            tree: TreeRoot(page: GoldenTree.chunk(2).id, entries: 78_123, bytes: 1_234_567_890_123),
            source: "/srv/photos", host: "north", program: "1.0.0",
            statistics: SnapshotStatistics(
                files: 70_000, unread: 2, addedBytes: 10_000_000_000, addedChunks: 150_000, storedBytes: 8_000_000_000,
                averageChunk: 66_000))
        try Self.check(try Snapshot.page(of: full, dataset: "photos", parent: id, sequence: 41), "snapshot.page")
        let few = SnapshotDraft(
            created: Timestamp(seconds: -1), tree: TreeRoot(page: id, entries: 0, bytes: 0), source: "", host: "",
            program: "")
        try Self.check(try Snapshot.page(of: few, dataset: "d", parent: nil, sequence: 0), "snapshot-first.page")
        if Self.isWriting { return }
        #expect(try Snapshot(page: try Self.golden("snapshot.page"), id: id).draft == full)
        #expect(try Snapshot(page: try Self.golden("snapshot-first.page"), id: id).draft == few)
    }
}
