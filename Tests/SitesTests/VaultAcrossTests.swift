import Content
import Files
import Foundation
import Hashing
import Model
import Replication
import Sites
import Storage
import TestSupport
import Testing
import Vault
import Wire
import Workers

/// A tree at one site, a vault at the other, which keeps its keys.
@Suite struct VaultAcrossTests {
    private let sites: TwoSites
    private let vault: Vault
    private let other: Vault

    init() throws {
        sites = try TwoSites()
        let chunker = try ChunkerParameters(average: 4096, secret: nil)
        let secret = Secret.passphrase(Array("correct horse battery staple".utf8))
        vault = try Vault.create(
            at: DirectoryStore(path: sites.folder.path("vault"), create: true), secret: secret,
            options: VaultOptions(chunker: chunker, keyCost: .trivial))
        other = try Vault.create(
            at: MemoryStore(), secret: secret, options: VaultOptions(chunker: chunker, keyCost: .trivial))
    }

    private func archive() throws -> (report: RunReport, crossed: UInt64) {
        var report = RunReport(verb: "snapshot", source: "there", destination: "here")
        var crossed: UInt64 = 0
        try sites.joined { connection, context in
            try RemoteTree(connection, path: sites.source, name: "there").archive(
                into: vault, dataset: "d", pair: EndpointPair(source: "there", destination: "vault#d"),
                options: Archiver.Options(), context: context, &report)
            crossed = connection.traffic.sent + connection.traffic.received
        }
        return (report, crossed)
    }

    private func restore(_ snapshot: Snapshot, only: PathSelection? = nil) throws -> RunReport {
        var report = RunReport(verb: "restore", source: "here", destination: "there")
        var options = SyncOptions()
        TwoSites.replacing(&options)
        try sites.joined { connection, context in
            try RemoteTree(connection, path: sites.target, name: "there").push(
                from: vault, snapshot, only: only, named: "vault#d", options: options, compression: .auto,
                context: context, &report)
        }
        return report
    }

    @Test(arguments: [61, 62, 63] as [UInt64])
    func `a snapshot of a tree at another site has the entries of one made there`(number: UInt64) throws {
        var maker = TreeMaker(Seed(number))
        maker.longestFile = 900_000
        try maker.make(250, in: FolderHandle(path: sites.source))
        var seed = Seed(number)
        try sites.write(seed.bytes(7_000_000), "large")
        let report = try archive().report
        #expect(report.failures == [], "seed \(number)")
        var local = RunReport(verb: "snapshot", source: "", destination: "")
        let context = RunContext(threads: 2, state: nil)
        try Archiver(
            root: sites.source, vault: other, dataset: "d", pair: EndpointPair(source: "a", destination: "b"),
            context: context
        ).run(&local)
        #expect(report.files == local.files && report.bytes.logical == local.bytes.logical, "seed \(number)")
        #expect(report.chunks == local.chunks)
        let (far, near) = (try #require(try vault.latest("d")), try #require(try other.latest("d")))
        #expect(try entries(far, vault) == entries(near, other), "seed \(number)")
    }

    /// All that a snapshot says of each path; names of chunks differ from vault to vault.
    private func entries(_ snapshot: Snapshot, _ vault: Vault) throws -> [String] {
        var cursor = EntryCursor(snapshot.tree, source: try vault.pages())
        var found: [String] = []
        while let entry = try cursor.next() {
            var chunks = ChunkCursor(entry, source: try vault.pages())
            var lengths: [UInt32] = []
            while let chunk = try chunks.next() { lengths.append(chunk.length) }
            found.append("\(entry.path) \(entry.attributes) \(lengths)")
        }
        return found
    }

    @Test func `what is as it was is not read again, and of a changed file only what is new comes`() throws {
        var seed = Seed.fromEnvironment()
        for index in 0..<50 { try sites.write(seed.bytes(10_000), "small \(index)") }
        var large = seed.bytes(8_000_000)
        try sites.write(large, "large")
        usleep(150_000)
        let first = try archive()
        #expect(first.crossed > 8_500_000 && first.report.files.new == 51, "seed \(seed.value)")
        let again = try archive()
        #expect(again.report.files.unchanged == 51 && again.crossed < 12_000, "\(again.crossed)")
        large.replaceSubrange(4_000_000..<4_000_100, with: seed.bytes(100))
        try sites.write(large, "large")
        let third = try archive()
        #expect(third.report.files.changed == 1 && third.report.files.unchanged == 50)
        // The names of 2000 chunks, and a few chunks.
        #expect(third.crossed < 250_000, "\(third.crossed), seed \(seed.value)")
        #expect(try restore(#require(try vault.latest("d"))).failures == [])
        #expect(try sites.differences() == [], "seed \(seed.value)")
    }

    @Test(arguments: ["", "runs/a/"])
    func `of the next of a series only what another of it lacks comes`(folder: String) throws {
        var seed = Seed.fromEnvironment()
        try FileManager.default.createDirectory(
            atPath: "\(sites.source)/runs/a/logs", withIntermediateDirectories: true)
        for index in 0..<30 { try sites.write(seed.bytes(500), "runs/a/logs/\(index)") }
        var step = seed.bytes(5 << 20)
        for number in [8, 9] { try sites.write(step + seed.bytes(100), "\(folder)step-\(number).bin") }
        _ = try archive()
        for round in 10..<13 {
            let place = Int(seed.next() % 4_000_000)
            step.replaceSubrange(place..<(place + 1000), with: seed.bytes(1003))
            try sites.write(step, "\(folder)step-\(round).bin")
            let (report, crossed) = try archive()
            // The names of 1300 chunks, and a few chunks.
            #expect(report.files.new == 1 && crossed < 200_000, "\(crossed), seed \(seed.value)")
        }
        #expect(try restore(#require(try vault.latest("d"))).failures == [])
        #expect(try sites.differences() == [], "seed \(seed.value)")
    }

    @Test func `a series that has nothing in common comes whole, whatever was guessed`() throws {
        var seed = Seed.fromEnvironment()
        for number in 0..<12 { try sites.write(seed.bytes(1 << 20), "photo \(number).raw") }
        _ = try archive()
        for number in 12..<30 { try sites.write(seed.bytes((1 << 20) + number), "photo \(number).raw") }
        #expect(try archive().report.files.new == 18, "seed \(seed.value)")
        #expect(try restore(#require(try vault.latest("d"))).failures == [])
        #expect(try sites.differences() == [], "seed \(seed.value)")
    }

    @Test(arguments: [71, 72, 73] as [UInt64])
    func `a snapshot is put into a tree at another site, and the next one costs its changes`(number: UInt64) throws {
        var maker = TreeMaker(Seed(number))
        maker.longestFile = 900_000
        try maker.make(200, in: FolderHandle(path: sites.source))
        _ = try archive()
        let snapshot = try #require(try vault.latest("d"))
        let report = try restore(snapshot)
        #expect(report.failures == [] && report.snapshot == snapshot.id.hex, "seed \(number)")
        #expect(try sites.differences() == [], "seed \(number)")
        usleep(150_000)
        _ = try restore(snapshot)
        let again = try restore(snapshot)
        #expect(again.files.new + again.files.changed == 0, "seed \(number)")
        #expect(again.bytes.wireSent + again.bytes.wireReceived < 4096, "\(again.bytes), seed \(number)")
        // An edit, a removal, a new name.
        var seed = Seed(number)
        try sites.write(seed.bytes(30_000), "new one")
        _ = try archive()
        let next = try restore(#require(try vault.latest("d")))
        #expect(next.files.new == 1 && next.bytes.wireSent < 40_000, "\(next.files) \(next.bytes), seed \(number)")
        #expect(try sites.differences() == [], "seed \(number)")
    }

    @Test func `a part of a snapshot is put there alone`() throws {
        var seed = Seed.fromEnvironment()
        try FileManager.default.createDirectory(
            atPath: "\(sites.source)/a/b", withIntermediateDirectories: true)
        for name in ["a/b/one", "a/two", "three"] { try sites.write(seed.bytes(5_000), name) }
        _ = try archive()
        let report = try restore(#require(try vault.latest("d")), only: PathSelection(["a/b"]))
        #expect(report.failures == [])
        let found = try FileManager.default.subpathsOfDirectory(atPath: sites.target).sorted()
        #expect(found == ["a", "a/b", "a/b/one"])
    }

    @Test func `a line that is cut ends a snapshot with an error, and nothing is committed`() throws {
        var seed = Seed.fromEnvironment()
        try sites.write(seed.bytes(6_000_000), "large")
        for index in 0..<100 { try sites.write(seed.bytes(20_000), "small \(index)") }
        for bytes in [3_000, 200_000, 4_000_000] {
            var report = RunReport(verb: "snapshot", source: "there", destination: "here")
            #expect(throws: PerigeeError.self, "after \(bytes) bytes") {
                try sites.joined(wrap: { CutStream($0, after: bytes) }) { connection, context in
                    try RemoteTree(connection, path: sites.source, name: "there").archive(
                        into: vault, dataset: "d", pair: EndpointPair(source: "there", destination: "vault#d"),
                        options: Archiver.Options(), context: context, &report)
                }
            }
            #expect(try vault.latest("d") == nil)
        }
        #expect(try archive().report.failures == [])
    }

    @Test func `a byte that changes on the way ends a snapshot, and nothing is committed`() throws {
        var seed = Seed.fromEnvironment()
        try sites.write(seed.bytes(2_000_000), "large")
        for index in 0..<20 { try sites.write(TwoSites.text(20_000, &seed), "small \(index)") }
        for place in [20, 300, 5_000] {
            let exchange = MemoryExchange { message in
                // Files, and what is told of them.
                guard message.first == 3, message.count > place else { return message }
                var damaged = message
                damaged[place] ^= 4
                return damaged
            }
            let (root, listing, files) = (sites.source, exchange.listing.first, exchange.files.first)
            let other = Companion {
                try? ExchangeSource(root: root, context: RunContext(threads: 2, state: nil)).run(
                    listing: listing, files: files)
            }
            defer { other.join() }
            var report = RunReport(verb: "snapshot", source: "there", destination: "here")
            #expect(throws: PerigeeError.self, "byte \(place)") {
                do {
                    try Archiver(
                        listing: exchange.listing.second, files: exchange.files.second, vault: vault, dataset: "d",
                        pair: EndpointPair(source: "there", destination: "vault#d"),
                        context: RunContext(threads: 2, state: nil)
                    ).run(&report)
                } catch {
                    exchange.listing.second.fail(error)
                    exchange.files.second.fail(error)
                    throw error
                }
            }
            #expect(try vault.latest("d") == nil)
        }
    }
}
