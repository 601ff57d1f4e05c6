import Content
import Foundation
import Hashing

/// What moving a tree's changes may cost: 1.05 times what is missing, compressed; 64 bytes a missing chunk; 1 KiB a changed
/// page of a listing, whether of a tree or of a vault, which is sealed.
///
/// Found by reading both trees, by no other part of the program than what cuts and compresses.
struct WireBound: CustomStringConvertible {
    /// Chunks that the old tree has in none of its files.
    private(set) var chunks = 0
    /// What they compress to, each by itself.
    private(set) var compressed = 0
    /// Pages of the listing that are not as they were: of 40 paths each, and of 80 pages below above these.
    private(set) var pages = 0

    /// The most bytes that may cross, both ways.
    var bytes: Int { compressed * 105 / 100 + 64 * chunks + 1024 * pages }

    var description: String { "\(bytes): \(chunks) chunks of \(compressed), \(pages) pages" }

    /// What the tree at `new` has that the one at `old` has not.
    init(from old: String, to new: String) throws {
        let (before, after) = (try Self.files(old), try Self.files(new))
        var known = Set<Digest>()
        for bytes in before.values { try Self.forEachChunk(bytes) { known.insert(Blake3.hash($0)) } }
        let compressor = try Compressor(.zstd(level: 3))
        var room = [UInt8](repeating: 0, count: Compressor.bound(1 << 20))
        for (path, bytes) in after where before[path] != bytes {
            try Self.forEachChunk(bytes) { chunk in
                guard known.insert(Blake3.hash(chunk)).inserted else { return }
                chunks += 1
                compressed += try room.withUnsafeMutableBytes { try compressor.compress(chunk, into: $0).count }
            }
        }
        pages = Self.pages(before, after)
    }

    private static func files(_ root: String) throws -> [String: Data] {
        var files = [String: Data]()
        for name in try FileManager.default.subpathsOfDirectory(atPath: root) {
            files[name] = FileManager.default.contents(atPath: "\(root)/\(name)") ?? Data()
        }
        return files
    }

    private static func forEachChunk(_ bytes: Data, _ body: (UnsafeRawBufferPointer) throws -> Void) throws {
        var lengths = [Int]()
        try bytes.withUnsafeBytes { all in
            _ = Chunker(.standard).cut(all, isLast: true, into: &lengths)
            var offset = 0
            for length in lengths {
                try body(UnsafeRawBufferPointer(rebasing: all[offset..<(offset + length)]))
                offset += length
            }
        }
    }

    /// Pages with a path that was added, removed or changed; and those above them.
    private static func pages(_ before: [String: Data], _ after: [String: Data]) -> Int {
        let paths = Set(before.keys).union(after.keys).sorted()
        var changed = Set(paths.indices.filter { before[paths[$0]] != after[paths[$0]] }.map { $0 / 40 })
        var (count, width) = (changed.count, (paths.count + 39) / 40)
        while width > 1 {
            changed = Set(changed.map { $0 / 80 })
            width = (width + 79) / 80
            count += changed.count
        }
        return count
    }
}
