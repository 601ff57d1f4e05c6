import Content
import Foundation
import Vault
import Yardsticks

/// Lookups beside what the machine takes to fetch as much from memory or file.
enum BesideMemory {
    private static let lookups = 200_000

    private static func name(_ what: String, _ count: Int) -> String {
        "\(what) among \(count / 1_000_000) million IDs"
    }

    /// Unknown IDs, beside reading a line of 64 bytes at random from as much memory as the filters have.
    static func misses(_ count: Int, threshold: Double) -> Yardstick {
        Yardstick("index", name("misses", count), against: "reading a random line of memory", threshold: threshold) {
            let index = try MadeIndex(count)
            let ids = (0..<lookups).map { MadeIndex.id(count + $0) }
            let lines = RandomLines(byteCount: 2 * count)
            var found = 0
            return .race(
                Race(
                    amount: Double(lookups), unit: .itemsPerSecond,
                    pass: { for id in ids where index.vault.index.lookup(id) != nil { found += 1 } },
                    limit: [Race.Step("lines") { lines.read(lookups) }]))
        }
    }

    /// Known IDs, beside reading 2 KiB at a random place of a file that is in the page cache.
    static func hits(_ count: Int, threshold: Double) -> Yardstick {
        Yardstick("index", name("hits", count), against: "reading 2 KiB of a cached file", threshold: threshold) {
            let index = try MadeIndex(count)
            let step = max(1, count / lookups)
            let ids = (0..<lookups).map { MadeIndex.id($0 * step % count) }
            let tree = try SampleTree(in: ScratchFolder(), files: 1, of: 256 << 20)
            let file = try FileHandle(forReadingFrom: URL(fileURLWithPath: tree.files[0]))
            let places = (0..<lookups).map { ($0 &* 0x9e37_79b9) % (255 << 20) }
            let buffer = UnsafeMutableRawPointer.allocate(byteCount: 2048, alignment: 64)
            var missed = 0
            return .race(
                Race(
                    amount: Double(lookups), unit: .itemsPerSecond,
                    pass: {
                        for id in ids where index.vault.index.lookup(id) == nil { missed += 1 }
                        guard missed == 0 else { throw CocoaError(.fileReadCorruptFile) }
                    },
                    limit: [
                        Race.Step("pread") {
                            withExtendedLifetime(tree) {
                                for place in places { _ = pread(file.fileDescriptor, buffer, 2048, place) }
                            }
                        }
                    ]))
        }
    }

    /// The question that a writer asks of unknown IDs, beside the same line of memory.
    static func claims(_ count: Int, threshold: Double) -> Yardstick {
        Yardstick(
            "index", name("a writer's misses", count), against: "reading a random line of memory", threshold: threshold
        ) {
            let index = try MadeIndex(count)
            let writer = try index.vault.beginWriting(.stored).chunkWriter()
            let ids = (0..<lookups).map { MadeIndex.id(count + $0) }
            let lines = RandomLines(byteCount: 2 * count)
            var found = 0
            return .race(
                Race(
                    amount: Double(lookups), unit: .itemsPerSecond,
                    pass: { for id in ids where writer.isKnown(id) { found += 1 } },
                    limit: [Race.Step("lines") { lines.read(lookups) }]))
        }
    }
}

/// Memory of which lines are read at random.
final class RandomLines {
    private let memory: [UInt64]
    private var sum: UInt64 = 0
    private var state: UInt64 = 1

    init(byteCount: Int) { memory = (0..<UInt64(max(1024, byteCount / 8))).map { $0 } }

    /// Reads so many lines.
    @inline(never)
    func read(_ count: Int) {
        for _ in 0..<count {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            sum ^= memory[Int(state.multipliedFullWidth(by: UInt64(memory.count)).high)]
        }
    }
}
