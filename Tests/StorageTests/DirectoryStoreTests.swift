import Files
import Foundation
import Model
import Storage
import TestSupport
import Testing
import Workers

@Suite("a store in a folder")
struct DirectoryStoreTests {
    private let folder: TemporaryFolder
    private let store: DirectoryStore
    private let key: BlobKey

    init() throws {
        folder = try TemporaryFolder()
        store = try DirectoryStore(path: folder.path)
        key = try #require(BlobKey("packs/ab/abcd"))
    }

    private func names(_ path: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: path).sorted()
    }

    private func code(_ body: () throws -> Void) -> PerigeeError.Code? {
        do { try body() } catch { return (error as? PerigeeError)?.code }
        return nil
    }

    @Test("a blob is a plain file at its key, which may be mapped")
    func plainFiles() throws {
        try store.put(key, [1, 2, 3], if: .absent)
        let path = try #require(store.localPath(of: key))
        #expect(path == folder.path("packs/ab/abcd"))
        let mapped = try MappedFile(path: path)
        #expect(withExtendedLifetime(mapped) { Array(mapped.bytes) } == [1, 2, 3])
        #expect(try names(folder.path(".staging")).isEmpty)
    }

    @Test("files are for the owner alone, unless the root folder is the group's too", arguments: [0o700, 0o755, 0o770])
    func modes(root: Int) throws {
        let path = try folder.folder("modes")
        chmod(path, mode_t(root))
        try DirectoryStore(path: path).put(key, [1], if: .always)
        let file = try #require(
            FileManager.default.attributesOfItem(atPath: "\(path)/\(key)")[.posixPermissions] as? Int)
        let parent = try #require(
            FileManager.default.attributesOfItem(atPath: "\(path)/packs")[.posixPermissions] as? Int)
        #expect(file == 0o600 | root & 0o060)
        #expect(parent == 0o700 | root & 0o070)
    }

    @Test("opening makes the folder and its parents only where it is asked to")
    func creation() throws {
        let path = folder.path("new/deep/er/")
        #expect(code { _ = try DirectoryStore(path: path) } == .notFound)
        let made = try DirectoryStore(path: path, create: true)
        try made.put(key, [1], if: .absent)
        #expect(try DirectoryStore(path: path, create: true).get(key, limit: ByteCount(1)) == [1])
        #expect(try names(path) == [".staging", "packs"])
    }

    @Test("reading makes nothing")
    func readingIsQuiet() throws {
        #expect(try store.info(key) == nil)
        #expect(try store.list("", after: nil, limit: 10).isEmpty)
        #expect(try names(folder.path).isEmpty)
    }

    @Test("links are not followed, neither to files nor through folders")
    func links() throws {
        let outside = try TemporaryFolder()
        try Data([9]).write(to: URL(filePath: outside.path("secret")))
        let link = try #require(BlobKey("link"))
        symlink(outside.path("secret"), folder.path("link"))
        symlink(outside.path, folder.path("packs"))
        let through = try #require(BlobKey("packs/secret"))
        for key in [link, through] {
            #expect(code { _ = try store.get(key, limit: ByteCount(10)) } == .refused)
        }
        #expect(throws: PerigeeError.self) { try store.put(through, [1], if: .always) }
        #expect(throws: PerigeeError.self) { try store.put(key, [1], if: .absent) }
        try store.delete(through)
        #expect(try names(outside.path) == ["secret"])
        #expect(try Data(contentsOf: URL(filePath: outside.path("secret"))) == Data([9]))
        #expect(try store.list("", after: nil, limit: 10).isEmpty)
        try store.put(link, [1], if: .always)
        #expect(try Data(contentsOf: URL(filePath: outside.path("secret"))) == Data([9]), "a link was written through")
    }

    @Test("folders deeper than any key are passed over, on a thread with little stack too")
    func deepFolders() throws {
        try store.put(key, [1], if: .absent)
        var place = try FolderHandle(path: folder.path)
        for _ in 0..<2000 { place = try place.makeFolders([UInt8(ascii: "d")]) }
        let found = Monitor([BlobKey]())
        let store = store
        // A crew's threads have 2 MiB of stack.
        try Crew.run(2, onError: { _ in }) { _ in
            let keys = try store.list("", after: nil, limit: 100).map(\.key)
            found.change { $0 += keys }
        }
        #expect(found.read { $0 } == [key, key])
    }

    @Test("what is no blob is not listed, and stays")
    func strangers() throws {
        try store.put(key, [1], if: .absent)
        for name in ["README.TXT", "lost+found", ".hidden", "packs/ab/.part", "packs/\u{fc}"] {
            try Data().write(to: URL(filePath: folder.path(name)))
        }
        mkfifo(folder.path("pipe"), 0o600)
        #expect(try store.list("", after: nil, limit: 100).map(\.key) == [key])
        let pipe = try #require(BlobKey("pipe"))
        #expect(try store.info(pipe) == nil)
        #expect(code { _ = try store.get(pipe, limit: ByteCount(10)) } == .notFound)
    }

    @Test("a folder of thousands is listed a page at a time, each name once")
    func manyNames() throws {
        var expected = [String]()
        for number in 0..<3000 {
            let name = "shard/\(String(number * 7919 % 3001, radix: 36))"
            expected.append(name)
            if number == 0 { mkdir(folder.path("shard"), 0o700) }
            _ = FileManager.default.createFile(atPath: folder.path(name), contents: nil)
        }
        for number in 0..<600 { mkdir(folder.path("shard/0empty\(number)"), 0o700) }
        for pageSize in [100, 1000, 5000] {
            var found = [String]()
            try store.listAll("shard/", pageSize: pageSize).forEach { found.append($0.key.text) }
            #expect(found == expected.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) })
        }
    }

    @Test("what a killed writer left is swept by the next, what a living one writes is not")
    func sweeping() throws {
        let living = try store.stage()
        try [1, 2, 3].withUnsafeBytes { try living.append($0) }
        let left = folder.path(".staging/4711-dead")
        try Data([1]).write(to: URL(filePath: left))
        #expect(try names(folder.path(".staging")).count == 2)
        try DirectoryStore(path: folder.path).put(key, [1], if: .absent)
        #expect(!FileManager.default.fileExists(atPath: left))
        #expect(try names(folder.path(".staging")).count == 1)
        _ = try living.commit(as: try #require(BlobKey("living")), if: .absent)
        #expect(try names(folder.path(".staging")).isEmpty)
    }

    @Test("stores on one folder do not lose each other's compare-and-set")
    func twoStores() throws {
        let other = try DirectoryStore(path: folder.path)
        try BlobStoreConformance.countersLoseNothing.run(Alternating(store, other))
        for key in try store.list("", after: nil, limit: 10).map(\.key) { try store.delete(key) }
        try BlobStoreConformance.oneWriterCreates.run(Alternating(store, other))
    }

    @Test(
        "a folder that is read-only or full says so, and keeps what it had",
        .enabled(if: TemporaryMount.isPossible, "mounting needs the superuser"))
    func fullAndReadOnly() throws {
        let mount = try TemporaryMount(folder.folder("tmpfs"), "size=1m")
        let store = try DirectoryStore(path: mount.path)
        try store.put(key, [1, 2, 3], if: .absent)
        let large = [UInt8](repeating: 1, count: 2 << 20)
        for condition in [PutCondition.always, .matches(try #require(try store.info(key)?.version))] {
            #expect(code { try store.put(key, large, if: condition) } == .noSpace)
        }
        do {
            let staging = try store.stage()
            #expect(code { try large.withUnsafeBytes { try staging.append($0) } } == .noSpace)
        }
        #expect(try store.get(key, limit: ByteCount(3)) == [1, 2, 3])
        try mount.remount("ro")
        let readOnly = try DirectoryStore(path: mount.path)
        #expect(code { try readOnly.put(key, [4], if: .always) } == .readOnly)
        #expect(code { try readOnly.delete(key) } == .readOnly)
        #expect(try readOnly.get(key, limit: ByteCount(3)) == [1, 2, 3])
        #expect(try readOnly.list("", after: nil, limit: 10).map(\.key) == [key])
    }

    @Test(
        "a folder that somebody else owns says so",
        .enabled(if: OrdinaryUser.isPossible, "the superuser cannot act as nobody here"))
    func denied() throws {
        try store.put(key, [1], if: .always)
        let other = try #require(BlobKey("packs/ab/other"))
        for path in ["packs/ab/abcd", "packs/ab", "packs"] { chmod(folder.path(path), 0o500) }
        chmod(folder.path, 0o555)
        OrdinaryUser.run {
            #expect(code { try DirectoryStore(path: folder.path).put(other, [1], if: .always) } == .denied)
            #expect(code { try store.delete(key) } == .denied)
        }
        for path in ["", "packs", "packs/ab"] { chmod(folder.path(path), 0o700) }
        #expect(try store.get(key, limit: ByteCount(1)) == [1])
    }
}

/// Two stores on the same blobs, used by turns.
private final class Alternating: BlobStore {
    private let stores: [DirectoryStore]
    let name = "both"

    init(_ stores: DirectoryStore...) { self.stores = stores }

    private var either: DirectoryStore { stores[Int.random(in: 0..<stores.count)] }

    func put(_ key: BlobKey, _ parts: [UnsafeRawBufferPointer], if condition: PutCondition) throws -> BlobVersion {
        try either.put(key, parts, if: condition)
    }

    func read(_ key: BlobKey, at offset: UInt64, into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        try either.read(key, at: offset, into: buffer)
    }

    func info(_ key: BlobKey) throws -> BlobInfo? { try either.info(key) }

    func list(_ prefix: String, after cursor: BlobKey?, limit: Int) throws -> [BlobInfo] {
        try either.list(prefix, after: cursor, limit: limit)
    }

    func delete(_ key: BlobKey) throws { try either.delete(key) }
}
