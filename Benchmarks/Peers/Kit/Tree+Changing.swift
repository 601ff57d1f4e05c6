internal import Glibc

/// What the driver itself does to trees, never timed.
extension Tree {
    /// Makes the folder at `path` and those on the way to it.
    package static func makeFolder(_ path: String) throws {
        var made = path.hasPrefix("/") ? "/" : ""
        for name in path.split(separator: "/") {
            made += made.isEmpty || made == "/" ? name : "/\(name)"
            if mkdir(made, 0o755) != 0, errno != EEXIST {
                throw PeersError("\(made) cannot be made: \(lastSystemError())")
            }
        }
    }

    /// Removes the tree, where there is one.
    package func remove() throws {
        guard access(root, F_OK) == 0 else { return }
        var status = stat()
        guard lstat(root, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else { return }
        for entry in try entries().reversed() {
            let done = entry.kind == .folder ? rmdir(path(entry.path)) : unlink(path(entry.path))
            guard done == 0 else { throw PeersError("\(path(entry.path)) cannot be removed: \(lastSystemError())") }
        }
        guard rmdir(root) == 0 else { throw PeersError("\(root) cannot be removed: \(lastSystemError())") }
    }

    /// Removes the file or link `relative`.
    func removeFile(_ relative: String) throws {
        guard unlink(path(relative)) == 0 else {
            throw PeersError("\(path(relative)) cannot be removed: \(lastSystemError())")
        }
    }

    /// Renames within the tree.
    func rename(_ old: String, to new: String) throws {
        guard Glibc.rename(path(old), path(new)) == 0 else {
            throw PeersError("\(path(old)) cannot be renamed: \(lastSystemError())")
        }
    }

    /// Puts the file or link `relative` of `other` in the place of what has that name here, with its permissions, and
    /// its time unless it is to look edited now.
    func take(_ relative: String, from other: Tree, editedNow: Bool) throws {
        guard let entry = other.entry(relative) else { throw PeersError("\(other.path(relative)) is gone") }
        let aside = path(relative) + ".peers-new"
        if entry.kind == .link {
            guard symlink(try other.target(relative), aside) == 0 else {
                throw PeersError("\(aside) cannot be made: \(lastSystemError())")
            }
        } else {
            let file = try OutputFile(aside)
            try InputFile.forEachBlock(of: other.path(relative)) { try file.write($0) }
            try file.set(mode: entry.mode, modified: editedNow ? .now : entry.modified)
        }
        guard Glibc.rename(aside, path(relative)) == 0 else {
            throw PeersError("\(path(relative)) cannot be replaced: \(lastSystemError())")
        }
    }

    /// Replaces the file `relative` by what `write` puts into a new one, which keeps the permissions.
    func rewrite(_ relative: String, _ write: (OutputFile) throws -> Void) throws {
        let aside = path(relative) + ".peers-new"
        let file = try OutputFile(aside)
        try write(file)
        try file.set(mode: entry(relative)?.mode, modified: .now)
        guard Glibc.rename(aside, path(relative)) == 0 else {
            throw PeersError("\(path(relative)) cannot be replaced: \(lastSystemError())")
        }
    }

    /// Makes the folders that lead to `relative`; gives those that were not there, outermost first.
    func makeParents(of relative: String) throws -> [String] {
        var made: [String] = []
        var folder = ""
        for name in relative.split(separator: "/").dropLast() {
            folder += folder.isEmpty ? name : "/\(name)"
            if mkdir(path(folder), 0o755) == 0 {
                made.append(folder)
            } else if errno != EEXIST {
                throw PeersError("\(path(folder)) cannot be made: \(lastSystemError())")
            }
        }
        return made
    }

    /// Removes folders that are empty again, the last one first.
    func removeFolders(_ folders: [String]) { for folder in folders.reversed() { rmdir(path(folder)) } }
}
