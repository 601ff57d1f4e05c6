internal import Model

/// A pattern for paths, as ``PathFilter`` explains it.
///
/// Matching walks the bytes once with the set of places in the pattern that can be reached, so that no pattern takes
/// longer than (length of path) x (length of pattern).
struct Glob: Sendable {
    private enum Token: Sendable {
        /// This byte.
        case byte(UInt8)
        /// Any byte but `/`.
        case any
        /// A byte in the set, which never holds `/`.
        case set([Bool])
        /// Bytes other than `/`, or none.
        case star
        /// Bytes, or none.
        case anything
        /// Whole folders with their `/`, or none.
        case folders
    }

    /// The longest pattern.
    static let longest = 1024

    private let tokens: [Token]
    /// Whether it has no `/` and no `**` and is matched against the last name only.
    private let isNameOnly: Bool
    /// Whether only folders match.
    let isFolderOnly: Bool

    /// - Throws: `usage` where the pattern is empty, too long or has a `[` or `\` without its end.
    init(_ pattern: String) throws(PerigeeError) {
        var bytes = Array(pattern.utf8)
        guard bytes.count <= Self.longest else { throw Self.failure(pattern, "is longer than \(Self.longest) bytes") }
        let slash = UInt8(ascii: "/")
        isFolderOnly = bytes.count > 1 && bytes.last == slash
        while bytes.count > 1, bytes.last == slash { bytes.removeLast() }
        let isAnchored = bytes.first == slash
        if isAnchored { bytes.removeFirst() }
        guard !bytes.isEmpty else { throw Self.failure(pattern, "names nothing") }
        let passesSlashes =
            bytes.contains(slash)
            || bytes.indices.dropFirst().contains {
                bytes[$0 - 1] == UInt8(ascii: "*") && bytes[$0] == UInt8(ascii: "*")
            }
        isNameOnly = !isAnchored && !passesSlashes
        var parser = GlobParser(bytes)
        var tokens: [Token] = isAnchored || isNameOnly ? [] : [.folders]
        while let token = try Self.next(&parser, pattern) { tokens.append(token) }
        self.tokens = tokens
    }

    private static func next(_ parser: inout GlobParser, _ pattern: String) throws(PerigeeError) -> Token? {
        guard let byte = parser.next() else { return nil }
        switch byte {
        case UInt8(ascii: "?"): return .any
        case UInt8(ascii: "*"): return star(&parser)
        case UInt8(ascii: "["):
            guard let set = parser.set() else { throw failure(pattern, "has a [ without its ]") }
            return .set(set)
        case UInt8(ascii: "\\"):
            guard let literal = parser.next() else { throw failure(pattern, "ends in a \\ with nothing behind it") }
            return .byte(literal)
        default: return .byte(byte)
        }
    }

    private static func star(_ parser: inout GlobParser) -> Token {
        let isAtStart = parser.isAtNameStart
        guard parser.skip(UInt8(ascii: "*")) else { return .star }
        while parser.skip(UInt8(ascii: "*")) {}
        return isAtStart && parser.skip(UInt8(ascii: "/")) ? .folders : .anything
    }

    private static func failure(_ pattern: String, _ problem: String) -> PerigeeError {
        PerigeeError(
            .usage, "the pattern \(problem)", at: TreePath.printable(pattern.utf8),
            remedy: "write \\[ for a plain bracket; `*`, `**`, `?` and `[a-z]` are what a pattern knows")
    }

    /// Whether it matches the whole of `path`, which is relative to the root.
    func matches(_ path: [UInt8], isFolder: Bool) -> Bool {
        guard isFolder || !isFolderOnly else { return false }
        var start = 0
        if isNameOnly { start = (path.lastIndex(of: UInt8(ascii: "/")) ?? -1) + 1 }
        return withUnsafeTemporaryAllocation(of: Bool.self, capacity: 2 * (tokens.count + 1)) { places in
            places.initialize(repeating: false)
            var now = UnsafeMutableBufferPointer(rebasing: places[..<(tokens.count + 1)])
            var then = UnsafeMutableBufferPointer(rebasing: places[(tokens.count + 1)...])
            reach(0, now)
            for byte in path[start...] {
                then.update(repeating: false)
                for place in tokens.indices where now[place] { step(place, byte, then) }
                swap(&now, &then)
            }
            return now[tokens.count]
        }
    }

    /// Marks `place` and all places behind it that are reached by matching nothing.
    private func reach(_ place: Int, _ places: UnsafeMutableBufferPointer<Bool>) {
        var place = place
        while !places[place] {
            places[place] = true
            guard place < tokens.count else { return }
            switch tokens[place] {
            case .star, .anything, .folders: place += 1
            default: return
            }
        }
    }

    private func step(_ place: Int, _ byte: UInt8, _ places: UnsafeMutableBufferPointer<Bool>) {
        let isSlash = byte == UInt8(ascii: "/")
        switch tokens[place] {
        case .byte(let wanted): if byte == wanted { reach(place + 1, places) }
        case .any: if !isSlash { reach(place + 1, places) }
        case .set(let set): if set[Int(byte)] { reach(place + 1, places) }
        case .star: if !isSlash { reach(place, places) }
        case .anything: reach(place, places)
        case .folders:
            // Inside a folder's name only this place goes on; after its slash the rest may begin.
            places[place] = true
            if isSlash { reach(place + 1, places) }
        }
    }
}

/// Reads a pattern byte by byte.
private struct GlobParser {
    private let bytes: [UInt8]
    private var place = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// Whether the byte read last began a name.
    var isAtNameStart: Bool { place == 1 || (place > 1 && bytes[place - 2] == UInt8(ascii: "/")) }

    mutating func next() -> UInt8? {
        guard place < bytes.count else { return nil }
        place += 1
        return bytes[place - 1]
    }

    mutating func skip(_ byte: UInt8) -> Bool {
        guard place < bytes.count, bytes[place] == byte else { return false }
        place += 1
        return true
    }

    /// What follows a `[`; nil where the `]` is missing.
    mutating func set() -> [Bool]? {
        var set = [Bool](repeating: false, count: 256)
        let isInverse = skip(UInt8(ascii: "!")) || skip(UInt8(ascii: "^"))
        var isFirst = true
        while let byte = next() {
            if byte == UInt8(ascii: "]"), !isFirst {
                if isInverse { set = set.map { !$0 } }
                set[Int(UInt8(ascii: "/"))] = false
                return set
            }
            isFirst = false
            guard let low = byte == UInt8(ascii: "\\") ? next() : byte else { return nil }
            var high = low
            if place + 1 < bytes.count, bytes[place] == UInt8(ascii: "-"), bytes[place + 1] != UInt8(ascii: "]") {
                place += 1
                guard let end = next(), let literal = end == UInt8(ascii: "\\") ? next() : end else { return nil }
                high = literal
            }
            if low <= high { for value in low...high { set[Int(value)] = true } }
        }
        return nil
    }
}
