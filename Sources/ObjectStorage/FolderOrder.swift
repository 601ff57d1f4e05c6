/// Brings names that a server lists folder by folder into the order of their bytes.
///
/// Some servers keep objects in folders and list `a/b` before `a-c`, since the folder is called `a`: in the order of
/// bytes it is the other way, `-` and `.` being less than `/`. So a name is held back while one may follow that comes
/// before it. Names without `-` and `.`, as nearly all of a vault's are, are never held back for long.
package struct FolderOrder {
    /// The most names that are held back.
    static let heldMax = 50_000

    private struct Held {
        let name: [UInt8]
        let item: XMLElement
    }

    /// What all names begin with: what goes by the name of a folder within it cannot be passed over.
    private let prefix: Int
    private var held: [Held] = []

    /// An order of names that begin with `prefix`.
    package init(prefix: String) { self.prefix = prefix.utf8.count }

    /// How many names are held back.
    package var heldCount: Int { held.count }

    /// Takes the next name of the server's order; gives those that can go before all that follow, in order.
    package mutating func take(_ name: String, _ item: XMLElement) -> [(String, XMLElement)] {
        let name = Array(name.utf8)
        let free = held.prefix { !isHeldBack($0.name, by: name) }.count
        defer { insert(Held(name: name, item: item)) }
        return give(free)
    }

    /// Gives all that was held back: nothing follows.
    package mutating func finish() -> [(String, XMLElement)] { give(held.count) }

    /// Where the server's listing must begin so that nothing is missed that comes after `cursor` in the order of bytes.
    package func start(after cursor: String) -> String {
        let name = Array(cursor.utf8)
        guard let place = name.indices.first(where: { $0 >= prefix && Self.isLess(name[$0]) }) else { return cursor }
        return String(decoding: name[..<place], as: UTF8.self) + "/"
    }

    /// Whether `a` comes before `b` where a server lists folder by folder.
    package static func precedes(_ a: some Sequence<UInt8>, _ b: some Sequence<UInt8>) -> Bool {
        a.lexicographicallyPrecedes(b) { rank($0) < rank($1) }
    }

    private static func rank(_ byte: UInt8) -> UInt8 { byte == UInt8(ascii: "/") ? 0 : byte }

    /// Whether a byte is less than a slash, and so comes first in the order of bytes only.
    private static func isLess(_ byte: UInt8) -> Bool { byte < UInt8(ascii: "/") }

    /// Whether something that follows `next` in the server's order may come before `name` in the order of bytes.
    private func isHeldBack(_ name: [UInt8], by next: [UInt8]) -> Bool {
        for slash in name.indices where slash >= prefix && name[slash] == UInt8(ascii: "/") {
            guard next.starts(with: name[..<slash]) else { return false }
            guard slash < next.count else { return true }
            if next[slash] == UInt8(ascii: "/") { return true }
            if Self.isLess(next[slash]) { return true }
        }
        return false
    }

    private mutating func insert(_ new: Held) {
        // Nearly always at the end.
        var place = held.count
        while place > 0, new.name.lexicographicallyPrecedes(held[place - 1].name) { place -= 1 }
        held.insert(new, at: place)
    }

    private mutating func give(_ count: Int) -> [(String, XMLElement)] {
        defer { held.removeFirst(count) }
        return held.prefix(count).map { (String(decoding: $0.name, as: UTF8.self), $0.item) }
    }
}
