import Dispatching
import Foundation
import Model
import Placement
import TestSupport
import Testing

/// What every store of jobs promises.
@Suite("Stores of jobs")
struct JobStoreTests {
    private static let kinds = ["memory", "folder"]

    private func store(_ kind: String, _ folder: TemporaryFolder) -> any JobStore {
        kind == "memory" ? MemoryJobStore() : FolderJobStore(path: folder.path("state/jobs"))
    }

    private func job(_ number: Int, _ batch: String = Some.batch, at now: Double = 1) -> JobRecord {
        var run = Scenario.Run(.line("echo 'ü' \"$X\""))
        run.environment = ["X": "a'b\n"]
        return Some.job(
            number, run: run, outputs: ["m"], stages: [Some.move("d")], returns: [Some.move("m")], batch: batch, at: now
        )
    }

    @Test("keep what they were given, batch by batch, the newest first", arguments: kinds)
    func keep(kind: String) throws {
        let folder = try TemporaryFolder()
        let store = store(kind, folder)
        #expect(try store.jobs(limit: 10).isEmpty && store.job(Some.id(1)) == nil)
        let (old, new) = ("kaaaaaaaaa", "kbbbbbbbbb")
        try store.create([job(1, old, at: 1), job(2, old, at: 1)])
        try store.create([job(1, new, at: 2)])
        #expect(try store.job(JobID(batch: old, number: 2)) == job(2, old, at: 1))
        #expect(try store.jobs(limit: 10).map(\.id.batch) == [new, old, old])
        #expect(try store.jobs(limit: 1).map(\.id.batch) == [new])
        #expect(try store.batch(old).map(\.id.number) == [1, 2])
        #expect { try store.create([job(1, old)]) } throws: { ($0 as? PerigeeError)?.code == .exists }
    }

    @Test("write only over what the writer has seen", arguments: kinds)
    func revisions(kind: String) throws {
        let folder = try TemporaryFolder()
        let store = store(kind, folder)
        try store.create([job(1)])
        var mine = try #require(try store.job(Some.id(1)))
        let theirs = mine
        mine.askForEnd(at: 5)
        let kept = try store.update(mine)
        #expect(kept.revision == 1)
        #expect(try store.job(Some.id(1)) == kept)
        #expect { try store.update(theirs) } throws: { ($0 as? PerigeeError)?.code == .conflict }
        #expect { try store.update(job(7)) } throws: { ($0 as? PerigeeError)?.code == .notFound }
    }

    @Test("let one at a time carry a job on", arguments: kinds)
    func claims(kind: String) throws {
        let folder = try TemporaryFolder()
        let store = store(kind, folder)
        try store.create([job(1), job(2)])
        var first: (any JobClaim)? = try store.claim(Some.id(1))
        #expect(first != nil)
        #expect(try store.claim(Some.id(1)) == nil)
        #expect(try store.claim(Some.id(2)) != nil)
        first = nil
        #expect(try store.claim(Some.id(1)) != nil)
    }

    @Test("keep logs", arguments: kinds)
    func logs(kind: String) throws {
        let folder = try TemporaryFolder()
        let store = store(kind, folder)
        try store.create([job(1)])
        #expect(try store.log(Some.id(1)) == nil)
        try store.keepLog(Some.id(1), [1, 0, 255])
        #expect(try store.log(Some.id(1)) == [1, 0, 255])
        try store.keepLog(Some.id(1), [])
        #expect(try store.log(Some.id(1)) == [])
    }

    @Test("a folder tells of a file that is damaged, and of nothing that is half written")
    func damage() throws {
        let folder = try TemporaryFolder()
        let store = FolderJobStore(path: folder.path("jobs"))
        try store.create([job(1)])
        let file = folder.path("jobs/\(Some.batch)/1.json")
        try FileManager.default.createDirectory(
            atPath: folder.path("jobs/.new-kcccccccc2-1"), withIntermediateDirectories: false)
        try Data("{\"half".utf8).write(to: URL(fileURLWithPath: file + ".new"))
        #expect(try store.jobs(limit: 10).count == 1)
        for text in ["", "{}", "{\"id\":{\"batch\":\"x\",\"number\":1}}", "[", String(repeating: "[", count: 100_000)] {
            try Data(text.utf8).write(to: URL(fileURLWithPath: file))
            #expect { try store.job(Some.id(1)) } throws: {
                ($0 as? PerigeeError)?.code == .damaged && ($0 as? PerigeeError)?.place == file
            }
        }
    }

    @Test("a folder is made for its owner alone, with those above it")
    func privacy() throws {
        let folder = try TemporaryFolder()
        try FolderJobStore(path: folder.path("state/jobs")).create([job(1)])
        for name in ["state", "state/jobs", "state/jobs/\(Some.batch)"] {
            let attributes = try FileManager.default.attributesOfItem(atPath: folder.path(name))
            #expect((attributes[.posixPermissions] as? NSNumber)?.intValue == 0o700, "\(name)")
        }
    }

    @Test("IDs are read as they are written, and nothing else is")
    func ids() {
        var seed = Seed(7)
        for _ in 0..<100 {
            let id = JobID(batch: JobID.newBatch(using: &seed), number: Int.random(in: 1...99_999, using: &seed))
            #expect(JobID(parsing: "\(id)") == id)
        }
        for text in [
            "", "-", "k3f9x2ab7q", "k3f9x2ab7q-", "k3f9x2ab7q-0", "k3f9x2ab7q-01", "../etc/pass-1", "K3F9X2AB7Q-1",
        ] {
            #expect(JobID(parsing: text) == nil, "\(text)")
        }
    }
}
