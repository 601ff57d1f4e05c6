internal import Model
internal import Replication

/// Paths inside trees and snapshots, as the command line names them.
enum InnerPath {
    /// Reads a path; the root where there is none.
    ///
    /// - Throws: `usage` where it leads out.
    static func parse(_ text: String?) throws -> TreePath {
        guard let text else { return .root }
        return try path(RawText.bytes(of: text))
    }

    /// Reads a path as listings write it, with bytes that are no text as `\xNN`.
    ///
    /// - Throws: `usage` where it is none.
    static func printed(_ text: String) throws -> TreePath {
        var bytes: [UInt8] = []
        var rest = RawText.bytes(of: text)[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "\\") else {
                bytes.append(byte)
                continue
            }
            let digits = String(decoding: rest.dropFirst().prefix(2), as: UTF8.self)
            guard rest.first == UInt8(ascii: "x"), digits.utf8.count == 2, let value = UInt8(digits, radix: 16) else {
                throw PerigeeError(
                    .usage, "this is no path as listings write them", at: text,
                    remedy: "take the path of the last line, with each backslash that is part of a name as \\x5c")
            }
            bytes.append(value)
            rest = rest.dropFirst(3)
        }
        return try path(bytes)
    }

    private static func path(_ bytes: [UInt8]) throws -> TreePath {
        let names = bytes.split(separator: UInt8(ascii: "/")).filter { !$0.elementsEqual([0x2e]) }
        guard let path = TreePath(validating: Array(names.joined(separator: [UInt8(ascii: "/")]))) else {
            throw PerigeeError(
                .usage, "the path leads out of the tree", at: TreePath.printable(bytes),
                remedy: "name it from the tree's root, without ..")
        }
        return path
    }

    /// What a tree has at `path`.
    ///
    /// - Throws: `notFound` with what to do, where there is nothing.
    static func look(_ path: TreePath, in tree: SourceTree, _ place: String) throws -> ScannedEntry {
        do {
            return try tree.scan(path)
        } catch let error as PerigeeError where error.code == .notFound {
            throw missing(path, in: place)
        }
    }

    /// The error of a path that is not there.
    static func missing(_ path: TreePath, in place: String) -> PerigeeError {
        PerigeeError(.notFound, "there is no \(path)", at: place, remedy: "perigee ls \(place) shows what there is")
    }
}
