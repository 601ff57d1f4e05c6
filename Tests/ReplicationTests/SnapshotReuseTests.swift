import Content
import Files
import Foundation
import Model
import Replication
import TestSupport
import Testing
import Vault

/// What a snapshot takes over unread of the last one is what reading everything would have made.
@Suite struct `Leaves that are taken over` {
    @Test(arguments: [11, 12, 13] as [UInt64])
    func `A snapshot that remembers has the pages of one that reads everything`(number: UInt64) throws {
        var seed = Seed(number)
        let fixture = try EstimateFixture()
        var names = try Self.grow(fixture, folders: 12, files: 500)
        _ = try fixture.snapshot()
        for round in 0..<5 {
            try Self.settle()
            let changes = round == 0 ? 0 : Int(seed.next() % 40)
            for _ in 0..<changes { try Self.change(fixture, &names, &seed) }
            let remembered = try fixture.snapshot()
            let reread = try Self.reread(fixture)
            #expect(try Self.tree(remembered, fixture) == Self.tree(reread, fixture), "seed \(number), round \(round)")
            #expect(remembered.files.scanned == UInt64(names.count), "seed \(number), round \(round)")
            #expect(remembered.bytes.logical == reread.bytes.logical, "seed \(number), round \(round)")
        }
        // What was young is remembered by the next run, and then nothing is left to read.
        try Self.settle()
        _ = try fixture.snapshot()
        #expect(try fixture.snapshot().bytes.read == 0, "seed \(number)")
    }

    @Test func `Where nothing changed, one leaf is read and the record stays the file that it was`() throws {
        let fixture = try EstimateFixture()
        _ = try Self.grow(fixture, folders: 8, files: 500)
        _ = try fixture.snapshot()
        try Self.settle()
        _ = try fixture.snapshot()
        try Self.settle()
        _ = try fixture.snapshot()
        let record = try Self.record(fixture)
        let before = try FileManager.default.attributesOfItem(atPath: record)[.systemFileNumber] as? UInt64
        let report = try fixture.snapshot()
        #expect(report.files.unchanged == 4000 && report.files.scanned == 4000, "\(report.files)")
        #expect(report.bytes.missing == 0)
        #expect(report.bytes.read == 0)
        #expect(try FileManager.default.attributesOfItem(atPath: record)[.systemFileNumber] as? UInt64 == before)
        // The record speaks of the newest snapshot now: the next run finds all unchanged again.
        #expect(try fixture.snapshot().files.unchanged == 4000)
    }

    @Test func `A record whose name of its snapshot was cut short is as good as none`() throws {
        let fixture = try EstimateFixture()
        _ = try Self.grow(fixture, folders: 2, files: 400)
        _ = try fixture.snapshot()
        try Self.settle()
        let record = try Self.record(fixture)
        var bytes = try Data(contentsOf: URL(fileURLWithPath: record))
        for index in 40..<76 { bytes[index] = 0 }
        try bytes.write(to: URL(fileURLWithPath: record))
        let report = try fixture.snapshot()
        #expect(report.files.unchanged == 800 && report.bytes.missing == 0)
        #expect(report.bytes.read == report.bytes.logical)
    }

    @Test func `A folder that cannot be read keeps its leaves`() throws {
        let fixture = try EstimateFixture()
        _ = try Self.grow(fixture, folders: 6, files: 500)
        _ = try fixture.snapshot()
        try Self.settle()
        let closed = "\(fixture.source)/folder-003"
        try OrdinaryUser.run {
            guard chmod(closed, 0) == 0 else { return }
            defer { chmod(closed, 0o755) }
            guard (try? FolderHandle(path: closed)) == nil else { return }
            let report = try fixture.snapshot()
            #expect(report.failures.count == 1)
            #expect(try Self.paths(report, fixture).filter { $0.hasPrefix("folder-003/") }.count == 500)
        }
    }

    // MARK: helpers

    /// Files with few bytes, so that a leaf has some hundreds.
    private static func grow(_ fixture: EstimateFixture, folders: Int, files: Int) throws -> [String] {
        var names: [String] = []
        for folder in 0..<folders {
            for file in 0..<files {
                let name = "folder-\(String(format: "%03d", folder))/file-\(String(format: "%04d", file))"
                try fixture.write(name, Array(name.utf8))
                names.append(name)
            }
        }
        return names
    }

    private static func change(_ fixture: EstimateFixture, _ names: inout [String], _ seed: inout Seed) throws {
        let index = Int(seed.next() % UInt64(names.count))
        let path = "\(fixture.source)/\(names[index])"
        switch seed.next() % 6 {
        case 0, 1: try fixture.write(names[index], seed.bytes(Int(seed.next() % 3000)))
        case 2:
            try FileManager.default.removeItem(atPath: path)
            names.remove(at: index)
        case 3:
            let name = "folder-\(String(format: "%03d", seed.next() % 14))/new-\(seed.next())"
            try fixture.write(name, seed.bytes(100))
            names.append(name)
        case 4:
            let name = "\(names[index])-link-\(seed.next())"
            guard link(path, "\(fixture.source)/\(name)") == 0 else { return }
            names.append(name)
        default:
            guard chmod(path, 0o600) == 0 else { throw PerigeeError(.io, "chmod failed", at: path) }
        }
    }

    /// Stamps are trusted once they are older than a tenth of a second.
    private static func settle() throws { Thread.sleep(forTimeInterval: 0.15) }

    private static func reread(_ fixture: EstimateFixture) throws -> RunReport {
        var options = Archiver.Options()
        options.rereads = true
        var report = RunReport(verb: "snapshot", source: fixture.source, destination: "vault:memory#other")
        try Archiver(
            root: fixture.source, vault: fixture.vault, dataset: "other", pair: fixture.intoVault, options: options,
            context: RunContext(threads: 2, state: nil)
        ).run(&report)
        return report
    }

    private static func snapshot(_ report: RunReport, _ fixture: EstimateFixture) throws -> Snapshot {
        let dataset = report.destination.hasSuffix("#other") ? "other" : "data"
        return try fixture.vault.resolve(dataset, .prefix(try #require(report.snapshot)))
    }

    private static func tree(_ report: RunReport, _ fixture: EstimateFixture) throws -> TreeRoot {
        try snapshot(report, fixture).tree
    }

    private static func paths(_ report: RunReport, _ fixture: EstimateFixture) throws -> [String] {
        var cursor = EntryCursor(try tree(report, fixture), source: try fixture.vault.pages())
        var paths: [String] = []
        while let entry = try cursor.next() { paths.append(entry.path.description) }
        return paths
    }

    private static func record(_ fixture: EstimateFixture) throws -> String {
        let folder = fixture.folder.path("state/records")
        let name = try #require(try FileManager.default.contentsOfDirectory(atPath: folder).first)
        return "\(folder)/\(name)"
    }
}
