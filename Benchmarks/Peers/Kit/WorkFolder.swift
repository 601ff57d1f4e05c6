internal import Glibc

/// The folder that a run works in, with all that its tools read and write; nothing of it outlives the run.
package final class WorkFolder {
    /// Its path, without symbolic links.
    package let path: String

    /// Makes a new folder within `parent`.
    package init(within parent: String) throws {
        try Tree.makeFolder(parent)
        guard let full = realpath(parent, nil) else { throw PeersError("\(parent) cannot be reached") }
        defer { free(full) }
        var template = Array((String(cString: full) + "/peers-XXXXXX").utf8CString)
        guard mkdtemp(&template) != nil else {
            throw PeersError("\(parent) takes no new folder: \(lastSystemError())")
        }
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// The tree that is replicated.
    package var live: Tree { Tree("\(path)/live") }
    /// Where data is made that is kept nowhere else.
    package var data: String { "\(path)/data" }
    /// The room in it.
    package var room: Room { Room(path) }
    /// What tools print.
    package var log: String { "\(path)/log" }
    var destination: Tree { Tree("\(path)/destination") }
    var restored: Tree { Tree("\(path)/restored") }
    var state: Tree { Tree("\(path)/state") }

    /// Empties what a tool works in, for the next one.
    func renew() throws {
        for tree in [destination, restored, state] {
            try tree.remove()
            try Tree.makeFolder(tree.root)
        }
    }

    /// Removes all.
    package func remove() throws { try Tree(path).remove() }

    /// `text` with paths in the place of their names.
    func filled(_ text: String) -> String {
        var text = text
        for (name, tree) in [
            ("{source}", live), ("{destination}", destination), ("{restored}", restored), ("{state}", state),
        ] {
            while let place = text.firstRange(of: name) { text.replaceSubrange(place, with: tree.root) }
        }
        return text
    }
}
