internal import Files
internal import Model

// Large files that are kept where a run breaks off, under names by which the next one finds them.
extension TreeWriter {
    /// Where runs before can have left something of the file at `path`: what this run writes itself comes first.
    static func parts(of path: TreePath) -> [TreePath] {
        [false, true].map { path.parent.appending(AsideName.kept(for: path.name, second: $0)) }
    }

    /// Begins a file that will appear at `path`, and stays where its owner lets go.
    ///
    /// What a run before has left makes way to the second of ``parts(of:)``; of two such, the longer one stays.
    func beginPart(_ path: TreePath) throws -> AsideFile {
        let names = Self.parts(of: path).map { Array($0.name) }
        return try within(path.parent) { folder in
            if let first = try folder.status(names[0]) {
                let second = try folder.status(names[1])
                if second.map({ $0.blocks <= first.blocks }) ?? true {
                    try folder.rename(names[0], to: folder, names[1])
                } else {
                    try folder.unlink(names[0])
                }
            }
            return try AsideFile(path: path, in: folder, keptName: names[0])
        }
    }

    /// Removes what was left of the file at `path`, which has its place in `folder` now.
    static func removeParts(of path: TreePath, in folder: FolderHandle) {
        for part in parts(of: path) { _ = folder.unlinkResult(part.name) }
    }
}
