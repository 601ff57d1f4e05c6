import Files
import Foundation
import Model
import Replication
import TestSupport
import Testing

/// A listing of which the first entries come along with the job.
@Suite struct ListingAheadTests {
    private let sites: TwoSites
    private let state: StateFolder

    init() throws {
        sites = try TwoSites()
        state = StateFolder(path: sites.folder.path("state"))
    }

    private func run(
        _ ahead: MemoryExchange.Ahead, _ change: (inout SyncOptions) -> Void = { _ in }
    ) throws -> (report: RunReport, exchange: MemoryExchange) {
        let exchange = MemoryExchange()
        let report = try exchange.run(sites.source, sites.target, state: state, ahead: ahead, change)
        return (report, exchange)
    }

    private func make(_ count: Int) throws {
        for index in 0..<count { try sites.write(Array("content of \(index)".utf8), "file-\(index)") }
        // What was made in the last tenth of a second proves nothing later.
        usleep(150_000)
    }

    @Test(arguments: [5, 31, 32, 33, 500])
    func `Has the first data come a round trip sooner`(count: Int) throws {
        try make(count)
        let (report, exchange) = try run(.taken)
        #expect(report.files.new == UInt64(count) && report.failures == [])
        #expect(try sites.differences() == [])
        // The destination asks for files when it begins, and the files are the answer.
        #expect(exchange.files.first.chainToFirst == 1)
        if count < 32 { #expect(exchange.files.second.chainToFirst == 2 && exchange.roundTrips == 1) }
        try FileManager.default.removeItem(atPath: sites.target)
        // Without it begins, is told the listing, asks for files, and gets them.
        let later = try run(.none).exchange
        // At the least: what overtakes what can make them more.
        let chains = (
            asked: try #require(later.files.first.chainToFirst), told: try #require(later.files.second.chainToFirst)
        )
        #expect(chains.asked >= 3 && chains.told >= 4 && later.roundTrips >= 2)
    }

    @Test(arguments: [5, 31, 32, 33, 500], MemoryExchange.Ahead.allCases)
    func `Brings what one that is asked for brings, now and when some of it has changed`(
        count: Int, ahead: MemoryExchange.Ahead
    ) throws {
        try make(count)
        #expect(try run(ahead).report.files.new == UInt64(count))
        #expect(try sites.differences() == [])
        _ = try run(ahead)
        let (again, exchange) = try run(ahead)
        #expect(again.files.unchanged == UInt64(count) && again.files.new + again.files.changed == 0)
        // A listing that is there as a whole is not even compared.
        #expect(exchange.roundTrips <= 1)
        #expect(exchange.bytes < 1024 || ahead == .passedOver)
        try sites.write(Array("another".utf8), "file-3")
        unlink("\(sites.source)/file-1")
        try sites.write(Array("new".utf8), "a new one")
        let (changed, _) = try run(ahead, TwoSites.replacing)
        #expect(changed.files.new == 1 && changed.files.changed == 1 && changed.files.deleted == 1)
        #expect(try sites.differences() == [])
    }

    @Test func `Keeps to the rules of what belongs to the tree`() throws {
        try make(20)
        let (report, _) = try run(.taken) { options in
            options.scan = ScanOptions(filter: (try? PathFilter([.exclude("file-1*")])) ?? PathFilter())
        }
        #expect(report.files.new == 9)
    }

    @Test func `Does not go along where its first entries are long`() throws {
        for index in 0..<40 {
            let target = (0..<200).map { "\(index * 7919 + $0 * 104_729 % 9973)" }.joined(separator: "/")
            symlink(target, "\(sites.source)/link-\(index)")
        }
        let source = ExchangeSource(root: sites.source, context: RunContext(threads: 2, state: nil))
        let start = try #require(source.start(ScanOptions()))
        #expect(start.ahead == nil)
        let (report, _) = try run(.taken)
        #expect(report.failures == [])
        #expect(try sites.differences() == [])
    }

    @Test func `Is refused where it is more than goes along`() {
        #expect(throws: PerigeeError.self) { try ListingAhead([]) }
        #expect(throws: PerigeeError.self) { try ListingAhead([[UInt8](repeating: 5, count: 4097)]) }
        #expect(throws: PerigeeError.self) { try ListingAhead([[UInt8]](repeating: [5], count: 5)) }
    }

    @Test(
        arguments: [
            [[5]], [[5, 0]], [[6]], [[1, 3]], [[3, 1, 1]], [[5, 0, 3, 3, 1, 0, 0]], [[]], [[5, 0, 1, 1, 9]],
        ] as [[[UInt8]]])
    func `Ends the run where it is anything else`(messages: [[UInt8]]) throws {
        try make(3)
        let exchange = MemoryExchange()
        let (root, listing, files) = (sites.source, exchange.listing.first, exchange.files.first)
        #expect(throws: PerigeeError.self) {
            _ = try exchange.run(
                sites.target, state: state, ahead: ListingAhead(messages), TwoSites.replacing
            ) {
                let source = ExchangeSource(root: root, context: RunContext(threads: 2, state: nil))
                try? source.run(listing: listing, files: files, start: source.start(ScanOptions()))
            }
        }
    }
}
