/// How one tree differs from another.
package struct TreeComparison {
    /// Names, kinds, contents and targets that differ, in words; the first few.
    package private(set) var differences: [String] = []

    /// How many differ.
    package private(set) var count = 0

    /// How many files and folders have other permissions, and how many files another time, to the second.
    package private(set) var attributes = 0

    private static let listed = 3

    /// Whether names, kinds, contents and targets are the same.
    package var isSame: Bool { count == 0 }

    /// What was found, in a line.
    package var summary: String {
        let more = count > differences.count ? ", and \(count - differences.count) more" : ""
        return differences.joined(separator: ", ") + more
    }

    /// Compares all of `copy` with all of `original`.
    package init(of copy: Tree, with original: Tree) throws {
        let wanted = try original.entries()
        let there = try copy.entries()
        var left = wanted[...]
        var right = there[...]
        while let one = left.first ?? right.first {
            if let a = left.first, let b = right.first, a.path == b.path {
                try compare(a, b, original, copy)
                left.removeFirst()
                right.removeFirst()
            } else if right.isEmpty || (left.first.map { Self.precedes($0, right[right.startIndex]) } ?? false) {
                note("\(one.path) is missing")
                left.removeFirst()
            } else {
                note("\(right[right.startIndex].path) is too much")
                right.removeFirst()
            }
        }
    }

    private mutating func compare(_ a: Tree.Entry, _ b: Tree.Entry, _ original: Tree, _ copy: Tree) throws {
        guard a.kind == b.kind, a.size == b.size else { return note("\(a.path) is of another kind or size") }
        switch a.kind {
        case .file:
            guard try InputFile.same(original.path(a.path), copy.path(b.path)) else {
                return note("\(a.path) has other bytes")
            }
            if a.mode != b.mode || a.modified.seconds != b.modified.seconds { attributes += 1 }
        case .link:
            if try original.target(a.path) != copy.target(b.path) { note("\(a.path) points elsewhere") }
        case .folder:
            if a.mode != b.mode { attributes += 1 }
        case .other: break
        }
    }

    /// Whether `a` comes first in the order of a listing: by its names, one after the other.
    private static func precedes(_ a: Tree.Entry, _ b: Tree.Entry) -> Bool {
        a.path.split(separator: "/").lexicographicallyPrecedes(b.path.split(separator: "/")) {
            $0.utf8.lexicographicallyPrecedes($1.utf8)
        }
    }

    private mutating func note(_ difference: String) {
        count += 1
        if differences.count < Self.listed { differences.append(difference) }
    }
}
