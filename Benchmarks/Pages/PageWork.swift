import Content
import Hashing
import Model
import Vault
import Yardsticks

/// What is done with the pages of snapshots of a million entries.
enum PageWork {
    private static let entries = 1_000_000

    /// Which entries changed from one snapshot to the next: one of a hundred.
    enum Changes: String {
        /// Every hundredth.
        case scattered = "scattered"
        /// Neighbours, as in a folder that was worked in.
        case together = "side by side"

        func hits(_ index: Int) -> Bool {
            switch self {
            case .scattered: index % 100 == 50
            case .together: (entries / 2..<entries / 2 + entries / 100).contains(index)
            }
        }
    }

    /// A tree made, beside the hash of its pages alone.
    static func build(threshold: Double) -> Yardstick {
        Yardstick(
            "pages", "making a tree of \(entries) entries", against: "hashing its pages", threshold: threshold
        ) {
            let pages = MemoryPages()
            _ = try tree(in: pages, changed: nil)
            let all = Array(pages.pages.values)
            var last: Digest?
            return .race(
                Race(
                    amount: Double(entries), unit: .itemsPerSecond,
                    pass: { _ = try tree(in: MemoryPages(), changed: nil) },
                    limit: [
                        Race.Step("hash") {
                            for page in all { last = page.withUnsafeBytes { Blake3.hash($0) } }
                            precondition(last != nil, "a tree has pages")
                        }
                    ]))
        }
    }

    /// The differences of two trees, beside walking both.
    static func diff(_ changes: Changes, threshold: Double) -> Yardstick {
        Yardstick(
            "pages", "diff of two trees of \(entries) entries, 1 % changed, \(changes.rawValue)",
            against: "walking both", threshold: threshold
        ) {
            let pages = MemoryPages()
            let old = try tree(in: pages, changed: nil), new = try tree(in: pages, changed: changes)
            var count = 0
            return .race(
                Race(
                    amount: Double(entries), unit: .itemsPerSecond,
                    pass: {
                        count = 0
                        var diff = TreeDiff(old: old, new: new, source: pages)
                        while try diff.next() != nil { count += 1 }
                        precondition(count == entries / 100, "one of a hundred entries changed")
                    },
                    limit: [
                        Race.Step("walk") {
                            var a = EntryCursor(old, source: pages), b = EntryCursor(new, source: pages)
                            while let first = try a.next(), let second = try b.next() {
                                if first.path != second.path { count += 1 }
                            }
                        }
                    ]))
        }
    }

    /// A thousand folders with a thousand files each, every file a chunk.
    private static func tree(in pages: MemoryPages, changed: Changes?) throws -> TreeRoot {
        var builder = EntryTreeBuilder(sink: pages)
        for index in 0..<entries {
            var id = Digest.zero
            id.withUnsafeMutableBytes { bytes in
                for word in 0..<4 {
                    bytes.storeBytes(
                        of: UInt64(index * 4 + word) &* 0x9e37_79b9_7f4a_7c15, toByteOffset: word * 8, as: UInt64.self)
                }
            }
            let isChanged = changed?.hits(index) ?? false
            let path = "folder-\(padded(index / 1000, 4))/file-\(padded(index % 1000, 4)).dat"
            try builder.add(
                Entry(
                    path: TreePath(trusted: Array(path.utf8)),
                    attributes: Attributes(
                        kind: .file, mode: 0o644, owner: 1000, group: 1000,
                        modified: Timestamp(seconds: 1_700_000_000 + Int64(index), nanoseconds: isChanged ? 1 : 0),
                        size: 4096),
                    content: .inline([ChunkReference(id: ContentID(id), length: 4096)])))
        }
        return try builder.finish()
    }

    private static func padded(_ number: Int, _ width: Int) -> String {
        let text = String(number)
        return String(repeating: "0", count: width - text.count) + text
    }
}
