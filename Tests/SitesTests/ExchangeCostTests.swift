import Files
import Foundation
import Model
import Replication
import TestSupport
import Testing
import Workers

/// What a sync between sites costs: round trips and bytes.
@Suite struct ExchangeCostTests {
    private let sites: TwoSites
    private let state: StateFolder

    init() throws {
        sites = try TwoSites()
        state = StateFolder(path: sites.folder.path("state"))
    }

    private func run(_ change: (inout SyncOptions) -> Void = { _ in }) throws -> (RunReport, MemoryExchange) {
        let exchange = MemoryExchange()
        return (try exchange.run(sites.source, sites.target, state: state, change), exchange)
    }

    private func makeMany(_ count: Int) throws {
        let root = try FolderHandle(path: sites.source)
        for index in 0..<count {
            let folder = try root.makeFolders(Array("d\(index / 100)".utf8))
            let file = try folder.file(Array("file-\(index)".utf8), .creating(mode: 0o644))
            try Array("content of \(index)".utf8).withUnsafeBytes { try file.write($0, at: 0) }
        }
        // What was made in the last tenth of a second proves nothing later.
        usleep(150_000)
    }

    @Test func `Nothing changed costs a round trip and next to no bytes`() throws {
        try makeMany(6000)
        let (first, _) = try run()
        #expect(first.files.new == 6000 && first.failures == [])
        let (again, exchange) = try run()
        #expect(again.files.unchanged == 6000 && again.files.new + again.files.changed == 0)
        #expect(exchange.roundTrips <= 1)
        #expect(exchange.bytes < 1024)
        #expect(try sites.differences() == [])
    }

    @Test func `A destination that has all does not wait for the source to end`() throws {
        try makeMany(100)
        let exchange = MemoryExchange()
        let (isDone, isOver) = (Monitor(false), Monitor(false))
        let files = UnendingChannel(exchange.files.first, until: isDone)
        let (root, listing) = (sites.source, exchange.listing.first)
        let source = Companion {
            try? ExchangeSource(root: root, context: RunContext(threads: 2, state: nil)).run(
                listing: listing, files: files)
            isOver.change { $0 = true }
        }
        let report = try exchange.run(sites.target, state: state) {}
        // The source says its last only now.
        #expect(report.files.new == 100 && !isOver.read { $0 })
        isDone.change { $0 = true }
        source.join()
    }

    @Test func `A changed file among thousands costs few round trips and about a page`() throws {
        try makeMany(6000)
        _ = try run()
        try sites.write(Array("another content".utf8), "d31/file-3141")
        let (report, exchange) = try run()
        #expect(report.files.changed == 1 && report.files.unchanged == 5999)
        // Listing, two levels of names, the leaf, the file.
        #expect(exchange.roundTrips <= 5)
        // The names of the nodes on the way, a leaf, and the file.
        #expect(exchange.bytes < 8 << 10)
        #expect(try sites.differences() == [])
    }

    @Test func `A first run waits for no round trip per file`() throws {
        try makeMany(6000)
        let (report, exchange) = try run()
        #expect(report.files.new == 6000)
        #expect(exchange.roundTrips <= 40)
        #expect(exchange.source.sentMessages < 400)
    }

    @Test func `What was touched at the destination is mended, and the rest is not looked at`() throws {
        try makeMany(2000)
        _ = try run()
        try Data("spoilt".utf8).write(to: URL(fileURLWithPath: "\(sites.target)/d7/file-700"))
        unlink("\(sites.target)/d9/file-900")
        chmod("\(sites.target)/d11/file-1100", 0o600)
        let (report, exchange) = try run()
        #expect(report.files.new + report.files.changed == 3)
        #expect(report.files.unchanged == 1997)
        #expect(exchange.bytes < 24 << 10)
        #expect(try sites.differences() == [])
    }

    @Test func `Of a large file that changed in one place only that place crosses`() throws {
        var seed = Seed.fromEnvironment()
        var bytes = seed.bytes(6 << 20)
        try sites.write(bytes, "large")
        _ = try run()
        for index in 3_000_000..<3_000_100 { bytes[index] ^= 0x55 }
        try sites.write(bytes, "large")
        let (report, exchange) = try run()
        #expect(report.files.changed == 1, "seed \(seed.value)")
        #expect(report.bytes.missing < 600_000 && report.bytes.reused > 5_000_000)
        #expect(exchange.bytes < 620_000)
        #expect(try sites.differences() == [])
    }

    @Test func `Of a large file that changed a little everywhere only little crosses`() throws {
        var seed = Seed.fromEnvironment()
        var bytes = seed.bytes(12 << 20)
        try sites.write(bytes, "large")
        _ = try run()
        // An edit, an insertion or a removal in every chunk or so, and all behind it shifted.
        var position = 0
        while position + 70_000 < bytes.count {
            position += 30_000 + Int(seed.next() % 60_000)
            guard position < bytes.count else { break }
            switch seed.next() % 3 {
            case 0: bytes[position] ^= 1
            case 1: bytes.insert(contentsOf: seed.bytes(20), at: position)
            default: bytes.removeSubrange(position..<min(bytes.count, position + 9))
            }
        }
        try sites.write(bytes, "large")
        let (report, exchange) = try run()
        #expect(report.files.changed == 1, "seed \(seed.value)")
        // Whole chunks would be most of it; about 1.2 KiB an edit crosses, and a signature of half a per cent.
        #expect(report.bytes.missing > 6 << 20)
        #expect(exchange.bytes < 900_000, "seed \(seed.value)")
        #expect(try sites.differences() == [])
    }

    @Test func `A large file that is another altogether crosses once, with little said about the old one`() throws {
        var seed = Seed.fromEnvironment()
        try sites.write(seed.bytes(12 << 20), "large")
        _ = try run()
        try sites.write(seed.bytes(12 << 20), "large")
        let (_, exchange) = try run()
        #expect(exchange.bytes < 12 << 20 + 300_000, "seed \(seed.value)")
        #expect(try sites.differences() == [])
    }

    @Test func `Renamed files are renamed, and their bytes do not cross`() throws {
        var seed = Seed.fromEnvironment()
        for name in ["a", "b", "small"] { try sites.write(seed.bytes(name == "small" ? 3000 : 1 << 20), name) }
        try FileManager.default.createDirectory(atPath: "\(sites.source)/folder", withIntermediateDirectories: false)
        try sites.write(seed.bytes(1 << 20), "folder/inside")
        usleep(150_000)
        _ = try run()
        let before = try #require(try FolderHandle(path: sites.target).status(Array("a".utf8)))
        for (old, new) in [("a", "z"), ("b", "0"), ("small", "smaller"), ("folder", "other")] {
            rename("\(sites.source)/\(old)", "\(sites.source)/\(new)")
        }
        let (report, exchange) = try run(TwoSites.replacing)
        #expect(report.files.renamed == 4 && report.files.new == 0, "seed \(seed.value)")
        #expect(exchange.bytes < 20_000)
        #expect(try sites.differences() == [])
        #expect(try FolderHandle(path: sites.target).status(Array("z".utf8))?.identity.inode == before.identity.inode)
    }

    @Test func `A file that both have is not written again, though nothing is remembered of it`() throws {
        var seed = Seed.fromEnvironment()
        try sites.write(seed.bytes(3 << 20), "large")
        try sites.write(seed.bytes(2000), "small")
        _ = try MemoryExchange().run(sites.source, sites.target, state: nil)
        let before = try FolderHandle(path: sites.target).status(Array("large".utf8))?.identity
        let exchange = MemoryExchange()
        let report = try exchange.run(sites.source, sites.target, state: nil)
        #expect(report.files.unchanged == 2, "seed \(seed.value)")
        #expect(exchange.bytes < 12_000)
        #expect(try FolderHandle(path: sites.target).status(Array("large".utf8))?.identity == before)
    }
}

/// The files' channel of a source that ends only when it is told to.
private final class UnendingChannel: MessageChannel {
    private let channel: MemoryChannel
    private let isDone: Monitor<Bool>

    init(_ channel: MemoryChannel, until isDone: Monitor<Bool>) { (self.channel, self.isDone) = (channel, isDone) }

    func send(_ message: [UInt8]) throws { try channel.send(message) }

    func receive() throws -> [UInt8]? { try channel.receive() }

    func finish() throws {
        isDone.wait { $0 ? () : nil }
        try channel.finish()
    }

    func fail(_ error: any Error) { channel.fail(error) }
}
