import Files
import Foundation
import Model
import Replication
import TestSupport
import Testing

/// Files that have the same content under several names cross once.
@Suite struct SameContentTests {
    private let sites: TwoSites
    private let state: StateFolder

    init() throws {
        sites = try TwoSites()
        state = StateFolder(path: sites.folder.path("state"))
    }

    private func run(
        _ change: @escaping (inout SyncOptions) -> Void = { _ in }
    ) throws -> (RunReport, MemoryExchange) {
        let exchange = MemoryExchange()
        return (try exchange.run(sites.source, sites.target, state: state, change), exchange)
    }

    @Test(arguments: [2000, 300_000, 700_000, 9_000_000])
    func `what is there under many names crosses once`(count: Int) throws {
        var seed = Seed(UInt64(count))
        let (content, other) = (seed.bytes(count), seed.bytes(count))
        for name in ["a", "b", "c", "y", "z"] { try sites.write(content, name) }
        // As long as the others, and not like them.
        try sites.write(other, "m")
        let (report, exchange) = try run()
        #expect(report.files.new == 6 && report.failures == [])
        #expect(exchange.bytes < 2 * count + 8192)
        #expect(report.bytes.missing == UInt64(2 * count))
        #expect(try sites.differences() == [] && sites.leftovers() == [])
    }

    @Test func `many small files of few contents cross as so many`() throws {
        var seed = Seed(5)
        let contents = (0..<20).map { _ in seed.bytes(3000) }
        for number in 0..<2000 { try sites.write(contents[number % 20], "\(number)") }
        let (report, exchange) = try run()
        #expect(report.files.new == 2000 && report.failures == [])
        #expect(exchange.bytes < 20 * 3000 + 2000 * 100)
        #expect(try sites.differences() == [])
    }

    @Test func `what is there under many names crosses once again after somebody has emptied the destination`() throws {
        var seed = Seed(6)
        let content = seed.bytes(300_000)
        for name in ["a", "b", "c", "d"] { try sites.write(content, name) }
        try FileManager.default.createDirectory(atPath: sites.target, withIntermediateDirectories: true)
        for _ in 0..<2 {
            let (report, exchange) = try run { $0.deletes = true }
            #expect(report.files.new == 4 && report.files.renamed == 0 && report.failures == [])
            #expect(exchange.bytes < 300_000 + 8192)
            #expect(try sites.differences() == [] && sites.leftovers() == [])
            for name in ["a", "b", "c", "d"] { try FileManager.default.removeItem(atPath: "\(sites.target)/\(name)") }
        }
    }

    @Test func `a file keeps its own attributes beside those of its twin`() throws {
        let content = [UInt8](repeating: 7, count: 5000)
        for (name, mode) in [("a", 0o600), ("b", 0o755)] {
            try sites.write(content, name)
            try FileManager.default.setAttributes(
                [.posixPermissions: mode], ofItemAtPath: "\(sites.source)/\(name)")
        }
        _ = try run()
        #expect(try sites.differences() == [])
    }
}
