import Files
import Foundation
import Model
import Replication
import TestSupport
import Testing
import Workers

/// What a sync leaves at the destination, compared by plain calls.
@Suite struct PublishTests {
    private func sync(
        _ source: String, _ destination: String, _ change: (inout SyncOptions) -> Void = { _ in }
    ) throws -> RunReport {
        var options = SyncOptions()
        change(&options)
        var report = RunReport(verb: "sync", source: source, destination: destination)
        let pair = EndpointPair(source: source, destination: destination)
        let run = TreeSync(
            source: source, destination: destination, pair: pair, options: options,
            context: RunContext(threads: 2, state: nil))
        try run.run(&report)
        return report
    }

    private func replacing(_ options: inout SyncOptions) {
        options.deletes = true
        options.deletionLimit = .percent(100)
    }

    private func write(_ text: String, _ path: String) throws {
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
    }
    private func read(_ path: String) throws -> String { try String(contentsOfFile: path, encoding: .utf8) }

    private func leftovers(_ root: String) throws -> [String] {
        try TreeComparison.items(root).keys.map { "\($0)" }.filter { $0.contains(".perigee-") }
    }

    @Test(arguments: [11, 12, 13] as [UInt64]) func `a tree of all kinds arrives whole`(number: UInt64) throws {
        let folder = try TemporaryFolder()
        var maker = TreeMaker(Seed(number))
        let source = try folder.folder("source")
        try maker.make(300, in: FolderHandle(path: source))
        let report = try sync(source, folder.path("target"))
        #expect(report.failures == [])
        if geteuid() == 0 { #expect(report.warnings == []) }
        let leniency: TreeComparison.Leniency = geteuid() == 0 ? [] : [.owners]
        #expect(try TreeComparison.differences(source, folder.path("target"), except: leniency) == [], "seed \(number)")
        let again = try sync(source, folder.path("target"))
        #expect(again.files.new == 0, "seed \(number)")
        #expect(try TreeComparison.differences(source, folder.path("target"), except: leniency) == [], "seed \(number)")
    }

    @Test(arguments: [21, 22] as [UInt64]) func `anything takes the place of anything`(number: UInt64) throws {
        let folder = try TemporaryFolder()
        var roots = [String]()
        for seed in [number, number + 100] {
            roots.append(try folder.folder("source\(seed)"))
            let root = try FolderHandle(path: roots[roots.count - 1])
            // Few plain names, so that the two trees have most of them in common, as other kinds.
            var random = Seed(seed)
            for _ in 0..<60 {
                let name = Array("k\(random.next() % 40)".utf8)
                switch random.next() % 4 {
                case 0:
                    guard let inner = try? root.makeFolders(name) else { continue }
                    for child in ["a", "b"] { _ = try? inner.file(Array(child.utf8), .creating(mode: 0o600)) }
                case 1: try? root.symlink(name, target: Array("x\(seed)".utf8))
                case 2: mkfifoat(root.descriptor, name.map { CChar(bitPattern: $0) } + [0], 0o600)
                default: _ = try? root.file(name, .creating(mode: 0o640))
                }
            }
        }
        let target = folder.path("target")
        for source in roots + roots.prefix(1) {
            let report = try sync(source, target, replacing)
            #expect(report.failures == [], "seed \(number)")
            #expect(try TreeComparison.differences(source, target) == [], "seed \(number)")
            #expect(try leftovers(target) == [])
        }
    }

    @Test func `a link in the destination is replaced and not followed`() throws {
        let folder = try TemporaryFolder()
        let outside = try TemporaryFolder()
        for name in ["source", "source/d", "target"] { _ = try folder.folder(name) }
        try write("new", folder.path("source/d/f"))
        try write("new", folder.path("source/f"))
        try write("precious", outside.path("f"))
        symlink(outside.path, folder.path("target/d"))
        symlink(outside.path("f"), folder.path("target/f"))
        let report = try sync(folder.path("source"), folder.path("target"))
        #expect(report.failures == [])
        #expect(try read(outside.path("f")) == "precious")
        #expect(try outside.handle.names().count == 1)
        #expect(try TreeComparison.differences(folder.path("source"), folder.path("target")) == [])
    }

    @Test func `names of 255 bytes and a path far beyond PATH_MAX arrive`() throws {
        let folder = try TemporaryFolder(in: TemporaryFolder.inMemory)
        let source = try FolderHandle(path: try folder.folder("source"))
        var handle = source
        let name = [UInt8](repeating: 0xfe, count: 255)
        for _ in 0..<30 {
            try handle.makeFolder(name)
            handle = try handle.folder(name)
        }
        let file = try handle.file(name, .creating(mode: 0o600))
        try name.withUnsafeBytes { try file.write($0, at: 0) }
        let report = try sync(folder.path("source"), folder.path("target"))
        #expect(report.failures == [])
        #expect(try TreeComparison.differences(folder.path("source"), folder.path("target")) == [])
    }

    @Test func `a folder thousands of levels deep makes way for a file`() throws {
        let folder = try TemporaryFolder(in: TemporaryFolder.inMemory)
        _ = try folder.folder("source")
        try write("file", folder.path("source/x"))
        var handle = try FolderHandle(path: try folder.folder("target"))
        try handle.makeFolder(Array("x".utf8))
        handle = try handle.folder(Array("x".utf8))
        for _ in 0..<5000 {
            try handle.makeFolder([0x64])
            handle = try handle.folder([0x64])
        }
        let report = try sync(folder.path("source"), folder.path("target"), replacing)
        #expect(report.failures == [])
        #expect(try read(folder.path("target/x")) == "file")
        #expect(try leftovers(folder.path("target")) == [])
    }

    @Test func `what a killed run left is swept, whatever it is`() throws {
        let folder = try TemporaryFolder()
        for name in ["source", "source/d", "target"] { _ = try folder.folder(name) }
        try write("x", folder.path("source/d/f"))
        let left = ".perigee-0123456789abcdef~"
        for name in ["target/\(left)", "target/\(left)/deep"] { _ = try folder.folder(name) }
        try write("half", folder.path("target/\(left)/deep/f"))
        _ = try sync(folder.path("source"), folder.path("target"))
        try write("half", folder.path("target/d/.perigee-0123456789abcdee~"))
        _ = try sync(folder.path("source"), folder.path("target"))
        #expect(try leftovers(folder.path("target")) == [])
    }

    @Test func `an ACL that the destination's folder would hand down is not kept`() throws {
        let folder = try TemporaryFolder()
        for name in ["source", "source/d", "target"] { _ = try folder.folder(name) }
        try write("x", folder.path("source/f"))
        try write("x", folder.path("source/d/f"))
        let list = ExtendedAttribute(name: Array("system.posix_acl_default".utf8), value: TreeMaker.accessList)
        try #require(ExtendedAttributes(Array("target".utf8), in: folder.handle).set(list) == 0)
        let report = try sync(folder.path("source"), folder.path("target"))
        #expect(report.failures == [])
        #expect(try TreeComparison.differences(folder.path("source"), folder.path("target")) == [])
    }

    @Test(.enabled(if: geteuid() == 0 && OrdinaryUser.isPossible, "the superuser must make what nobody copies"))
    func `a user who may not give files away gets no set-user-ID program of somebody else's as their own`() throws {
        let folder = try TemporaryFolder()
        for name in ["source", "target"] { _ = try folder.folder(name) }
        try write("program", folder.path("source/p"))
        chown(folder.path("source/p"), 1234, 1234)
        chmod(folder.path("source/p"), 0o4755)
        for name in ["", "/source", "/target"] { chmod(folder.path + name, 0o777) }
        var report: RunReport?
        try OrdinaryUser.run { report = try sync(folder.path("source"), folder.path("target")) }
        #expect(report?.failures == [])
        #expect(report?.warnings.isEmpty == false)
        let status = try #require(try folder.handle.status(Array("target/p".utf8)))
        #expect(status.owner == 65_534)
        #expect(status.mode == 0o755)
    }

    @Test(.enabled(if: TemporaryMount.isPossible, "mounting needs the superuser"))
    func `a full destination keeps its old files and says so, and the next run finishes`() throws {
        let folder = try TemporaryFolder()
        for name in ["source", "target"] { _ = try folder.folder(name) }
        let mount = try TemporaryMount(folder.path("target"), "size=1m")
        defer { withExtendedLifetime(mount) {} }
        try write("old", folder.path("source/a"))
        _ = try sync(folder.path("source"), folder.path("target"))
        var seed = Seed(3)
        let large = Data(seed.bytes(2 << 20))
        try large.write(to: URL(fileURLWithPath: folder.path("source/a")))
        let error = #expect(throws: PerigeeError.self) { _ = try sync(folder.path("source"), folder.path("target")) }
        #expect(error?.code == .noSpace)
        #expect(error?.place?.hasSuffix("/target/a") == true, "the file that was to be: \(error?.place ?? "")")
        #expect(error?.remedy != nil)
        #expect(try read(folder.path("target/a")) == "old")
        #expect(try leftovers(folder.path("target")) == [])
        try large.prefix(500_000).write(to: URL(fileURLWithPath: folder.path("source/a")))
        _ = try sync(folder.path("source"), folder.path("target"))
        #expect(try TreeComparison.differences(folder.path("source"), folder.path("target")) == [])
    }

    @Test(.enabled(if: TemporaryMount.isPossible, "mounting needs the superuser"))
    func `sparse files whose sizes come to more than a number holds are counted up to the greatest number`() throws {
        let folder = try TemporaryFolder()
        let mount = try TemporaryMount(folder.folder("source"), "size=1m")
        defer { withExtendedLifetime(mount) {} }
        let root = try FolderHandle(path: mount.path)
        for name in ["f1", "f2", "f3"] {
            let file = try root.file(Array(name.utf8), .creating(mode: 0o644))
            try file.truncate(to: 9_223_372_036_854_771_712)
        }
        let report = try sync(mount.path, folder.path("target")) { $0.isDryRun = true }
        #expect(report.files.scanned == 3 && report.failures == [])
        #expect(report.bytes.logical == .max)
    }

    @Test func `a run that is stopped while it compares a file ends within it`() throws {
        let folder = try TemporaryFolder()
        let (source, target) = (try folder.folder("source"), try folder.folder("target"))
        for root in [source, target] { try write("the same", "\(root)/file") }
        let old = Date(timeIntervalSince1970: 1_000_000)
        try FileManager.default.setAttributes([.modificationDate: old], ofItemAtPath: "\(target)/file")
        // The clock is asked when a file is about to be read.
        let stop = StopFlag()
        let context = RunContext(threads: 1, state: nil, stop: stop) {
            stop.raise()
            return Timestamp(seconds: 2_000_000_000)
        }
        var report = RunReport(verb: "sync", source: source, destination: target)
        let error = #expect(throws: PerigeeError.self) {
            try TreeSync(
                source: source, destination: target, pair: EndpointPair(source: source, destination: target),
                context: context
            ).run(&report)
        }
        #expect(error?.code == .interrupted)
        let attributes = try FileManager.default.attributesOfItem(atPath: "\(target)/file")
        #expect(attributes[.modificationDate] as? Date == old)
    }
}
