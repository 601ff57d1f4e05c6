internal import Glibc

/// A folder with all that is in it.
package struct Tree {
    /// What a name in a tree stands for.
    package enum Kind: Equatable { case file, folder, link, other }

    /// A name in a tree.
    package struct Entry {
        /// The path below the tree's root.
        package let path: String
        package let kind: Kind
        /// Bytes, of a file.
        package let size: Int
        package let mode: UInt32
        let modified: FileTime
    }

    /// The path of the folder.
    package let root: String

    /// The tree at `root`.
    package init(_ root: String) { self.root = root }

    /// All entries but the root, folders before what is in them, names in byte order.
    package func entries() throws -> [Entry] {
        var found: [Entry] = []
        try list("", into: &found)
        return found
    }

    /// The bytes of all files, and the number of names other than folders.
    package func extent() throws -> (bytes: Int, files: Int) {
        var bytes = 0
        var files = 0
        for entry in try entries() where entry.kind != .folder {
            bytes += entry.size
            files += 1
        }
        return (bytes, files)
    }

    /// The full path of an entry.
    package func path(_ relative: String) -> String { "\(root)/\(relative)" }

    /// What `relative` is, without following a link, or nothing where there is no such name.
    package func entry(_ relative: String) -> Entry? {
        var status = stat()
        guard lstat(path(relative), &status) == 0 else { return nil }
        return Entry(relative, status)
    }

    /// Where the link `relative` points to.
    package func target(_ relative: String) throws -> String {
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX) + 1)
        let count = readlink(path(relative), &buffer, Int(PATH_MAX))
        guard count >= 0 else { throw PeersError("\(path(relative)) cannot be read: \(lastSystemError())") }
        return String(decoding: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    private func list(_ folder: String, into found: inout [Entry]) throws {
        let full = folder.isEmpty ? root : path(folder)
        guard let stream = opendir(full) else { throw PeersError("\(full) cannot be listed: \(lastSystemError())") }
        defer { closedir(stream) }
        var names: [String] = []
        while let next = readdir(stream) {
            let name = try withUnsafePointer(to: &next.pointee.d_name) { pointer in
                try pointer.withMemoryRebound(to: CChar.self, capacity: 256) { bytes in
                    guard let name = String(validatingCString: bytes) else {
                        throw PeersError("\(full) has a name that is not UTF-8; measure with a tree without such names")
                    }
                    return name
                }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        for name in names.sorted(by: { $0.utf8.lexicographicallyPrecedes($1.utf8) }) {
            let relative = folder.isEmpty ? name : "\(folder)/\(name)"
            guard let entry = entry(relative) else { continue }
            found.append(entry)
            if entry.kind == .folder { try list(relative, into: &found) }
        }
    }
}

extension Tree.Entry {
    init(_ path: String, _ status: stat) {
        self.path = path
        switch status.st_mode & S_IFMT {
        case S_IFREG: kind = .file
        case S_IFDIR: kind = .folder
        case S_IFLNK: kind = .link
        default: kind = .other
        }
        size = kind == .file ? Int(status.st_size) : 0
        mode = status.st_mode & 0o7777
        modified = FileTime(seconds: status.st_mtim.tv_sec, nanoseconds: status.st_mtim.tv_nsec)
    }
}
