internal import Model
internal import Replication

/// Paths inside trees and snapshots, as the command line names them.
enum InnerPath {
    /// Reads a path; the root where there is none.
    ///
    /// - Throws: `usage` where it leads out.
    static func parse(_ text: String?) throws -> TreePath {
        guard let text else { return .root }
        let names = RawText.bytes(of: text).split(separator: UInt8(ascii: "/")).filter { !$0.elementsEqual([0x2e]) }
        guard let path = TreePath(validating: Array(names.joined(separator: [UInt8(ascii: "/")]))) else {
            throw PerigeeError(
                .usage, "the path leads out of the tree", at: TreePath.printable(RawText.bytes(of: text)),
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
