import Content
import Hashing
import Model
import TestSupport
import Testing
import Vault

@Suite("Snapshots")
struct SnapshotTests {
    static func draft(_ seed: inout Seed) -> SnapshotDraft {
        SnapshotDraft(
            created: Timestamp(seconds: 1_795_438_800, nanoseconds: 250_000_000),
            tree: TreeRoot(page: RandomTree.id(&seed), entries: 78_123, bytes: 1 << 40),
            source: "/srv/data", host: "north", program: "1.2.3",
            statistics: SnapshotStatistics(
                files: 70_000, unread: 2, addedBytes: 1 << 33, addedChunks: 140_000, storedBytes: 1 << 32,
                averageChunk: 65_000))
    }

    @Test("All fields come back")
    func roundTrips() throws {
        var seed = Seed.fromEnvironment(usual: 90)
        let draft = Self.draft(&seed)
        let parent = RandomTree.id(&seed)
        let page = try Snapshot.page(of: draft, dataset: "photos", parent: parent, sequence: 41)
        let snapshot = try Snapshot(page: page, id: ContentID(.zero))
        #expect(snapshot.draft == draft)
        #expect(snapshot.dataset == "photos" && snapshot.parent == parent && snapshot.sequence == 41)
        #expect(try snapshot.page == page)
    }

    @Test("The first snapshot of an empty tree, at any time, with nothing said of it")
    func smallest() throws {
        var seed = Seed.fromEnvironment(usual: 91)
        for seconds in [Int64.min, -1, 0, 1, .max] {
            let draft = SnapshotDraft(
                created: Timestamp(seconds: seconds), tree: TreeRoot(page: RandomTree.id(&seed), entries: 0, bytes: 0),
                source: "", host: "", program: "")
            let page = try Snapshot.page(of: draft, dataset: "d", parent: nil, sequence: 0)
            let snapshot = try Snapshot(page: page, id: ContentID(.zero))
            #expect(snapshot.draft == draft && snapshot.parent == nil && snapshot.sequence == 0)
        }
    }

    @Test("Fields of a newer version are skipped and kept; unknown ones that matter are an error")
    func additions() throws {
        var seed = Seed.fromEnvironment(usual: 92)
        let page = try Snapshot.page(of: Self.draft(&seed), dataset: "photos", parent: nil, sequence: 1)
        let newer = page + [64, 3, 1, 2, 3, 0x80, 0x01, 0]
        let snapshot = try Snapshot(page: newer, id: ContentID(.zero))
        #expect(snapshot.dataset == "photos")
        #expect(try snapshot.page == newer)
        let error = #expect(throws: PerigeeError.self) { try Snapshot(page: page + [63, 1, 1], id: ContentID(.zero)) }
        #expect(error?.code == .format && error?.remedy != nil)
    }

    @Test("Names and texts beyond the limits are refused")
    func limits() {
        var seed = Seed.fromEnvironment(usual: 93)
        var draft = Self.draft(&seed)
        for name in ["", String(repeating: "n", count: 256)] {
            #expect(throws: PerigeeError.self) {
                try Snapshot.page(of: draft, dataset: name, parent: nil, sequence: 0)
            }
        }
        draft.source = String(repeating: "s", count: PageLimits.text + 1)
        #expect(throws: PerigeeError.self) { try Snapshot.page(of: draft, dataset: "d", parent: nil, sequence: 0) }
    }

    @Test("A page of another kind or version is not a snapshot")
    func otherPages() throws {
        var seed = Seed.fromEnvironment(usual: 94)
        let page = try Snapshot.page(of: Self.draft(&seed), dataset: "photos", parent: nil, sequence: 1)
        for (index, byte, code) in [(0, 0, PerigeeError.Code.damaged), (2, 2, .format), (3, 0x65, .damaged)] {
            var other = page
            other[index] = UInt8(byte)
            let error = #expect(throws: PerigeeError.self) { try Snapshot(page: other, id: ContentID(.zero)) }
            #expect(error?.code == code)
        }
    }
}
