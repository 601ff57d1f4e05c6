import Files
import Foundation
import Model
import Replication
import TestSupport
import Testing
import Workers

/// A destination that asks for what it should not: refused, and nothing outside the tree is read.
@Suite struct HostileDestinationTests {
    private let folder: TemporaryFolder
    private let source: String

    init() throws {
        folder = try TemporaryFolder()
        source = try folder.folder("source")
        try Data("inside".utf8).write(to: URL(fileURLWithPath: "\(source)/a"))
        try Data("xyzzy".utf8).write(to: URL(fileURLWithPath: folder.path("secret")))
        symlink(folder.path, "\(source)/way")
    }

    /// A beginning: all at once, everything, a key, the usual chunker, auto, a run.
    private static func begin(compares: Bool = false) -> [UInt8] {
        // The form of the usual chunker: version, average, constants.
        var chunker: [UInt8] = [1, 0, 0, 0, 0, 0, 1, 0, 0x2d, 0x6b, 0x35, 0x9e, 16, 0, 0, 0]
        chunker += [UInt8](repeating: 7, count: 72)
        let head: [UInt8] = [1, 3, compares ? 1 : 0, 0, 0] + [UInt8](repeating: 5, count: 32)
        return head + chunker + [4] + Array("auto".utf8) + [0]
    }

    /// A request for one file, stored: flags, path.
    private static func fetch(_ path: String, flags: UInt8 = 0) -> [UInt8] {
        let plain: [UInt8] = [0, 1, flags, 0, UInt8(path.utf8.count)] + Array(path.utf8)
        return [1, 0, UInt8(plain.count), UInt8(plain.count)] + plain
    }

    /// What the source throws after these messages; nil where it is content.
    private func serve(_ listing: [[UInt8]], _ files: [[UInt8]]) throws -> (error: PerigeeError?, sent: Int) {
        let exchange = MemoryExchange()
        let (lists, data) = (exchange.listing.second, exchange.files.second)
        let other = Companion {
            for message in listing { try? lists.send(message) }
            for message in files { try? data.send(message) }
            try? lists.finish()
            try? data.finish()
            while (try? lists.receive()) != nil {}
            while (try? data.receive()) != nil {}
        }
        defer { other.join() }
        do {
            try ExchangeSource(root: source, context: RunContext(threads: 2, state: nil)).run(
                listing: exchange.listing.first, files: exchange.files.first)
            return (nil, exchange.source.sentBytes)
        } catch {
            return (error as? PerigeeError, exchange.source.sentBytes)
        }
    }

    @Test(
        arguments: [
            fetch("../secret"), fetch("/etc/passwd"), fetch("a/../../secret"), fetch(""), fetch("a", flags: 128),
            [1], [1, 0, 9, 9], [2, 0, 0, 0, 0, 0], [2, 0, 0], [2], [9], [3, 0], [1, 0, 3, 3, 0, 0xff, 0x7f],
        ] as [[UInt8]])
    func `A request that must not be is refused`(message: [UInt8]) throws {
        let found = try serve([Self.begin()], [message])
        // Wishes for files that are not on their way are passed over: such a file may have failed meanwhile.
        #expect(found.error?.code == (message == [2, 0, 0, 0, 0, 0] ? nil : .damaged))
    }

    @Test(arguments: [2, 3, 255] as [UInt8])
    func `One that wants the rest of a listing of which nothing was sent is refused`(way: UInt8) throws {
        var begin = Self.begin()
        begin[2] = way
        let found = try serve([begin], [])
        #expect(found.error?.code == .damaged && found.sent == 0)
    }

    @Test func `A way through a link leads nowhere`() throws {
        let exchange = MemoryExchange()
        let (lists, data) = (exchange.listing.second, exchange.files.second)
        let source = source
        let other = Companion {
            try? ExchangeSource(root: source, context: RunContext(threads: 2, state: nil)).run(
                listing: exchange.listing.first, files: exchange.files.first)
        }
        defer { other.join() }
        try lists.send(Self.begin())
        try data.send(Self.fetch("way/secret"))
        let answer = try #require(try data.receive())
        #expect(!String(decoding: answer, as: UTF8.self).contains("xyzzy"))
        try data.finish()
        try lists.finish()
        while try lists.receive() != nil {}
    }

    @Test(
        arguments: [[2, 0, 1, 0xff, 0x7f], [2, 9, 1, 0], [2, 0, 2, 0, 0], [2, 0, 0xff, 0xff, 0x7f], [3], [1]]
            as [[UInt8]])
    func `A question that must not be is refused`(message: [UInt8]) throws {
        let found = try serve([Self.begin(compares: true), message], [])
        #expect(found.error?.code == .damaged)
    }

    @Test func `A beginning that is none is refused`() throws {
        for message in [[], [1], [2], Self.begin().dropLast(), [1, 9] + Self.begin().dropFirst(2)] as [[UInt8]] {
            #expect(try serve([Array(message)], []).error != nil)
        }
    }
}
