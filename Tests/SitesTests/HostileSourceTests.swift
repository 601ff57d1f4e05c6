import Files
import Foundation
import Model
import Replication
import Synchronization
import TestSupport
import Testing

/// A source that sends what it should not: refused, and nothing is published half.
@Suite struct HostileSourceTests {
    private let folder: TemporaryFolder
    private let target: String

    init() throws {
        folder = try TemporaryFolder()
        target = try folder.folder("target")
        try Data("old".utf8).write(to: URL(fileURLWithPath: "\(target)/kept"))
    }

    /// A message of entries, stored: 4, then codec, plain length, length, items.
    private static func entries(_ items: [UInt8]) -> [UInt8] {
        [4 + 1, 0] + number(items.count) + number(items.count) + items
    }

    private static func number(_ value: Int) -> [UInt8] {
        value < 0x80 ? [UInt8(value)] : [UInt8(value & 0x7f) | 0x80] + number(value >> 7)
    }

    /// An entry with a path, all of it given, and nothing special: kind, mode 0755, owner, group, time.
    private static func entry(_ path: String, kind: UInt8 = 1, shared: Int = 0) -> [UInt8] {
        let form: [UInt8] = [kind, 0xed, 0x03, 0, 0, 0, 0] + (kind == 1 ? [0] : [])
        // Device, inode, ctime; one name.
        return [1] + number(shared) + number(path.utf8.count) + Array(path.utf8) + form + [1, 9, 0, 0, 2]
    }

    /// A failure: path, error texts, no retry.
    private static func failure(_ path: String) -> [UInt8] {
        func text(_ text: String) -> [UInt8] { number(text.utf8.count) + Array(text.utf8) }
        return [3, 0] + text(path) + text("denied") + text("cannot open it") + text(path) + text("") + [0]
    }

    private func refused(
        _ listing: [[UInt8]], files: [[UInt8]] = [], _ change: (inout SyncOptions) -> Void = { _ in }
    ) throws -> PerigeeError? {
        let exchange = MemoryExchange()
        let (first, second) = (exchange.listing.first, exchange.files.first)
        return #expect(throws: PerigeeError.self) {
            _ = try exchange.run(target, state: nil, change) {
                for message in listing { try? first.send(message) }
                for message in files { try? second.send(message) }
                // Until the destination gives up.
                while (try? first.receive()) != nil {}
            }
        }
    }

    private func isUntouched() throws -> Bool {
        try folder.handle.names().count == 1 && TreeComparison.items(target).count == 2
            && String(contentsOfFile: "\(target)/kept", encoding: .utf8) == "old"
    }

    @Test(
        arguments: [
            entry("../up"), entry("a/../../up"), entry("/etc/up"), entry("a//b"), entry("./a"), entry("a/."),
            entry("a\0b"), entry(""), entry(".perigee-0123456789abcdef~"), entry("a", kind: 9), entry("a", kind: 0),
            entry("a", shared: 4), [9], [1], [1, 0],
        ] as [[UInt8]])
    func `A path that must not be, or an entry that is none, is refused`(item: [UInt8]) throws {
        let root = Self.entry("", kind: 2)
        let error = try refused([Self.entries(root + item)])
        #expect(error?.code == .damaged && error?.remedy != nil)
        #expect(try isUntouched())
    }

    @Test func `Entries out of order, without a root, or for ever are refused`() throws {
        let root = Self.entry("", kind: 2)
        for items in [Self.entry("a"), root + root, root + Self.entry("b") + Self.entry("a")] {
            _ = try refused([Self.entries(items)])
        }
        // A listing that comes as a comparison that nobody asked for.
        _ = try refused([[3, 1, 1] + [UInt8](repeating: 7, count: 16)])
        _ = try refused([Self.entries(root + [2])])
        #expect(try TreeComparison.items(target).keys.allSatisfy { !"\($0)".contains(".perigee-") })
    }

    @Test func `Lengths that are not there are refused before memory is taken for them`() throws {
        let huge: [UInt8] = [0xff, 0xff, 0xff, 0xff, 0x7f]
        for message in [[5, 0] + huge + huge, [5, 1] + huge + [0], [5, 77, 1, 1, 0], [5], []] as [[UInt8]] {
            _ = try refused([message])
        }
        #expect(try isUntouched())
    }

    @Test func `Files that nobody asked for, and data that is not what its digest says, are refused`() throws {
        let digest = [UInt8](repeating: 1, count: 16)
        let record: [UInt8] = [5, 0x80, 1, 0]
        let batch = [3] + digest + [0, 4, 4] + record + [0, 0, 0]
        _ = try refused([], files: [batch])
        _ = try refused([], files: [[3] + digest])
        _ = try refused([], files: [[1, 0]])
        #expect(try isUntouched())
    }

    @Test func `More failures than a listing may have are refused`() throws {
        let many = (0..<16_384).flatMap { _ in Self.failure("locked") }
        // What comes last is refused in any case, by another word.
        let error = try refused(Array(repeating: Self.entries(many), count: 9) + [[9]])
        #expect(error?.code == .damaged && error?.message.contains("failures") == true, "\(String(describing: error))")
        #expect(try isUntouched())
    }

    @Test func `A part that the source could not read keeps the destination from deleting`() throws {
        let exchange = MemoryExchange()
        let (first, second) = (exchange.listing.first, exchange.files.first)
        let items = Self.entry("", kind: 2) + Self.failure("locked")
        let report = try exchange.run(target, state: nil, TwoSites.replacing) {
            _ = try? first.receive()
            try? first.send(Self.entries(items))
            try? first.send([6, 1])
            while (try? first.receive()) != nil {}
            try? first.finish()
            while (try? second.receive()) != nil {}
            try? second.finish()
        }
        #expect(report.files.failed == 1 && report.failures.first?.path == "locked" && report.files.deleted == 0)
        #expect(report.warnings.contains { $0.contains("nothing was deleted") })
        #expect(FileManager.default.fileExists(atPath: "\(target)/kept"))
    }

    @Test func `Whatever is damaged on the way, files stay whole`() throws {
        var seed = Seed.fromEnvironment()
        for round in 0..<30 {
            let sites = try TwoSites()
            var maker = TreeMaker(Seed(seed.next() % 4))
            maker.longestFile = 400_000
            try maker.make(40, in: FolderHandle(path: sites.source))
            try sites.write(seed.bytes(700_000), "large")
            let whole = try TreeComparison.items(sites.source)
            let state = StateFolder(path: sites.folder.path("state-\(round)"))
            if round % 2 == 1 { _ = try MemoryExchange().run(sites.source, sites.target, state: state) }
            if round % 4 == 1 { try sites.write(seed.bytes(700_000), "large") }
            let now = try TreeComparison.items(sites.source)
            let damage = Mutex((seed: Seed(seed.next()), left: Int(seed.next() % 12)))
            let exchange = MemoryExchange { message in
                damage.withLock { damage in
                    damage.left -= 1
                    guard damage.left < 0, damage.left > -3, !message.isEmpty else { return message }
                    var message = message
                    message[Int(damage.seed.next() % UInt64(message.count))] ^= UInt8(1 << (damage.seed.next() % 8))
                    return damage.seed.next() % 4 == 0 ? Array(message.dropLast(3)) : message
                }
            }
            _ = try? exchange.run(sites.source, sites.target, state: state, TwoSites.replacing)
            guard FileManager.default.fileExists(atPath: sites.target) else { continue }
            for (path, item) in try TreeComparison.items(sites.target)
            where item.attributes.kind == .file && !"\(path)".contains(".perigee-") {
                let isWhole = [whole[path]?.content, now[path]?.content].contains(item.content)
                // Damage of a listing can give a file another name, not other bytes.
                let isElsewhere = whole.values.contains { $0.content == item.content }
                #expect(isWhole || isElsewhere, "\(path), seed \(seed.value), round \(round)")
            }
        }
    }
}
