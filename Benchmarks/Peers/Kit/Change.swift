/// A small change of a tree, and its undoing: what happens between two runs of a tool in real life.
///
/// Without a second version: one folder is renamed, one file in a hundred is edited (a new first line; in files of more
/// than a megabyte a hundredth of the bytes, in the middle) and one in a thousand removed. With a second version the
/// files that differ take its bytes, and a folder is renamed as well.
package struct Change {
    /// The folder that is renamed, and its new name.
    package private(set) var renamed: (old: String, new: String)?
    /// Files that are edited.
    package private(set) var edited: [String] = []
    /// Files and links that are not there afterwards.
    package private(set) var removed: [String] = []
    /// Files and links that come from the second version, new or changed.
    package private(set) var replaced: [String] = []

    private let first: Tree
    private let second: Tree?
    private let seed: UInt64
    private var madeFolders: [String] = []

    private static let largeFile = 1 << 20
    /// The share of all files that the renamed folder should hold, as near as can be.
    private static let renamedShare = 0.02

    /// Plans a change from `first`, to `second` where it is given.
    package init(from first: Tree, to second: Tree?, seed: UInt64) throws {
        self.first = first
        self.second = second
        self.seed = seed
        let entries = try first.entries()
        renamed = Self.folderToRename(entries)
        if let second {
            try findDifferences(entries, second)
        } else {
            chooseFiles(entries.filter { $0.kind == .file && $0.size > 0 }.map(\.path))
        }
    }

    /// What it does, in words.
    package var summary: String {
        var parts: [String] = []
        if let renamed { parts.append("\(renamed.old) renamed") }
        if !edited.isEmpty { parts.append(Words.count(edited.count, "file") + " edited") }
        if !replaced.isEmpty { parts.append(Words.count(replaced.count, "file") + " new or changed") }
        if !removed.isEmpty { parts.append(Words.count(removed.count, "file") + " removed") }
        return parts.joined(separator: ", ")
    }

    /// Changes `live`, which is equal to the first version.
    package mutating func apply(to live: Tree) throws {
        for path in removed { try live.removeFile(path) }
        for path in edited { try edit(path, in: live) }
        if let second {
            for path in replaced {
                madeFolders += try live.makeParents(of: path)
                try live.take(path, from: second, editedNow: true)
            }
        }
        if let renamed { try live.rename(renamed.old, to: renamed.new) }
    }

    /// Makes `live`, which was changed, equal to the first version again.
    package mutating func revert(_ live: Tree) throws {
        if let renamed { try live.rename(renamed.new, to: renamed.old) }
        for path in removed + edited + replaced {
            if first.entry(path) == nil {
                try live.removeFile(path)
            } else {
                try live.take(path, from: first, editedNow: false)
            }
        }
        live.removeFolders(madeFolders)
        madeFolders = []
    }

    private mutating func chooseFiles(_ files: [String]) {
        guard !files.isEmpty else { return }
        var generator = Seeded(seed, purpose: 0xc4a)
        let shuffled = files.shuffled(using: &generator)
        let edits = max(1, files.count / 100)
        edited = shuffled.prefix(edits).sorted()
        removed = shuffled.dropFirst(edits).prefix(files.count / 1000).sorted()
    }

    private mutating func findDifferences(_ entries: [Tree.Entry], _ second: Tree) throws {
        for entry in entries where entry.kind != .folder && second.entry(entry.path) == nil {
            removed.append(entry.path)
        }
        for entry in try second.entries() where entry.kind == .file || entry.kind == .link {
            guard let old = first.entry(entry.path), old.kind == entry.kind, old.size == entry.size else {
                guard first.entry(entry.path)?.kind != .folder else { continue }
                replaced.append(entry.path)
                continue
            }
            let same =
                entry.kind == .link
                ? try first.target(entry.path) == second.target(entry.path)
                : try InputFile.same(first.path(entry.path), second.path(entry.path))
            if !same { replaced.append(entry.path) }
        }
    }

    private func edit(_ path: String, in live: Tree) throws {
        let size = live.entry(path)?.size ?? 0
        var generator = Seeded(seed, purpose: 0xed17, part: UInt64(size))
        try live.rewrite(path) { file in
            if size < Self.largeFile { try file.write(Array("Edited since the last run.\n".utf8)) }
            let middle = size < Self.largeFile ? 0..<0 : size / 2..<size / 2 + size / 100
            var offset = 0
            try InputFile.forEachBlock(of: live.path(path)) { block in
                let new = middle.clamped(to: offset..<offset + block.count)
                try file.write(UnsafeRawBufferPointer(rebasing: block[..<max(0, new.lowerBound - offset)]))
                if !new.isEmpty {
                    try withUnsafeTemporaryAllocation(byteCount: new.count, alignment: 16) { noise in
                        generator.fill(noise)
                        try file.write(UnsafeRawBufferPointer(noise))
                    }
                }
                try file.write(UnsafeRawBufferPointer(rebasing: block[max(0, new.upperBound - offset)...]))
                offset += block.count
            }
        }
    }

    /// The folder that holds nearest to its share of all files; of several the deepest.
    private static func folderToRename(_ entries: [Tree.Entry]) -> (old: String, new: String)? {
        var held: [String: Int] = [:]
        var files = 0
        for entry in entries where entry.kind != .folder {
            files += 1
            var path = entry.path[...]
            while let slash = path.lastIndex(of: "/") {
                path = path[..<slash]
                held[String(path), default: 0] += 1
            }
        }
        let wanted = max(1, Double(files) * renamedShare)
        func distance(_ count: Int) -> Double { max(Double(count) / wanted, wanted / Double(count)) }
        let best = held.min { a, b in
            (distance(a.value), b.key.utf8.count, b.key) < (distance(b.value), a.key.utf8.count, a.key)
        }
        return best.map { ($0.key, $0.key + "-renamed") }
    }
}
