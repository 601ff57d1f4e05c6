internal import Model
public import Workers

/// How large a tree is, by its listing: no file is read.
public struct TreeSize: Sendable {
    private let root: String
    private let options: ScanOptions

    /// The size of the tree at `root`, as far as `options` take it in.
    public init(root: String, options: ScanOptions = ScanOptions()) { (self.root, self.options) = (root, options) }

    /// Plain bytes of its files.
    ///
    /// - Throws: where it cannot be listed, or `stop` is raised.
    public func bytes(_ stop: StopFlag) throws -> UInt64 {
        let scanner = try SourceTree(root: root, options: options).scanner()
        var sum: UInt64 = 0
        while let entry = try scanner.next() {
            try stop.check()
            if entry.attributes.kind == .file { sum = sum.addingReportingOverflow(entry.attributes.size).partialValue }
        }
        return sum
    }
}
