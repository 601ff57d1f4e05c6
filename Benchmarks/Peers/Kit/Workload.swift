internal import Glibc

/// Data that is replicated, and how it changes.
package struct Workload {
    /// What kind of data.
    package let kind: Kind
    /// The first version.
    package let first: Tree
    /// The way to the second one.
    package var change: Change
    /// The bytes of its files.
    package let bytes: Int
    /// Its files and links.
    package let files: Int

    /// The workload of data that is there: its first version, and perhaps a second one.
    package init(kind: Kind, first: String, second: String?, seed: UInt64) throws {
        self.kind = kind
        self.first = Tree(first)
        (bytes, files) = try self.first.extent()
        guard files > 0 else { throw PeersError("\(first) holds no files; give another folder") }
        change = try Change(from: self.first, to: second.map { Tree($0) }, seed: seed)
    }

    /// The workload of data that is made in `folder`, or was made there before.
    package init(kind: Kind, madeIn folder: String, scale: Double, seed: UInt64) throws {
        guard let maker = kind.maker else {
            throw PeersError("\(kind.rawValue) is not made but found; give a folder with --tree")
        }
        let base = "\(folder)/\(kind.rawValue)-\(Words.fixed(scale, 4))-\(seed)"
        let complete = "\(base)/complete"
        let changes = "\(base)/with-second"
        if access(complete, F_OK) != 0 {
            try Tree(base).remove()
            try Tree.makeFolder("\(base)/first")
            try Tree.makeFolder("\(base)/second")
            let hasSecond = try maker.make(
                first: "\(base)/first", second: "\(base)/second", scale: scale, seed: seed)
            if hasSecond { _ = try OutputFile(changes) }
            _ = try OutputFile(complete)
        }
        let second = access(changes, F_OK) == 0 ? "\(base)/second" : nil
        try self.init(kind: kind, first: "\(base)/first", second: second, seed: seed)
    }

    /// What it is and how it changes, for a record.
    package var facts: WorkloadFacts {
        WorkloadFacts(kind: kind, bytes: bytes, files: files, change: change.summary)
    }
}
