internal import CSyscalls
internal import Files
internal import Model

/// A folder on the way through the tree.
///
/// All but what is constant is guarded by the scan's lock.
final class ScanFolder {
    let parent: ScanFolder?
    let name: [UInt8]
    /// Open while something below it is still to be opened or looked up, and room for open folders lasts.
    var handle: FolderHandle?
    /// What was looked up and not yet consumed, in order.
    var batches: [ScanBatch] = []
    /// The names that were not yet taken for looking up; nil once there are none.
    var names: SortedRecords?
    /// Whether the names are known (or known to be unreadable).
    var isListed = false
    /// Where the rest of the names stands in the frontier.
    var restNode: ScanFrontier.Node?

    init(parent: ScanFolder?, name: [UInt8], handle: FolderHandle? = nil) {
        self.parent = parent
        self.name = name
        self.handle = handle
    }

    /// The names from `ancestor` (or the root) down to this, joined by `/`.
    func path(below ancestor: ScanFolder? = nil) -> [UInt8] {
        var names = [[UInt8]]()
        var folder: ScanFolder? = self
        while let current = folder, current !== ancestor, current.parent != nil {
            names.append(current.name)
            folder = current.parent
        }
        return Array(names.reversed().joined(separator: [UInt8(ascii: "/")]))
    }
}

/// Up to so many neighbouring names of a folder and what the file system says of them.
///
/// Filled by one thread, then handed over under the scan's lock and only read.
final class ScanBatch {
    /// The most names in one.
    static let size = 1024

    let folder: ScanFolder
    /// The names, each followed by a zero byte and the kind that the listing told, or zero.
    private(set) var bytes: [UInt8] = []
    private(set) var starts: [UInt32] = []
    /// One for each name; a mode of zero means that the name is left out.
    var statuses: UnsafeMutableBufferPointer<csys_status>
    /// The targets of symbolic links, by place, in order.
    var targets: [(index: Int, target: [UInt8])] = []
    /// The places of the folders that are to be entered, in order.
    var folders: [Int] = []

    // Guarded by the scan's lock:
    /// How many of ``folders`` were begun.
    var begun = 0
    /// The folders that were begun and not yet consumed, in order.
    var children: [ScanFolder] = []
    /// Where the folders not yet begun stand in the frontier.
    var foldersNode: ScanFrontier.Node?
    var isDone = false

    init(folder: ScanFolder) {
        self.folder = folder
        statuses = UnsafeMutableBufferPointer(start: nil, count: 0)
    }

    deinit { statuses.deallocate() }

    var count: Int { starts.count }

    /// The memory that it takes, about.
    var cost: Int { 256 + bytes.count + count * 100 + targets.reduce(0) { $0 + 64 + $1.target.count } }

    /// Takes the next names; the last byte of a record, after a zero byte, is the kind or zero.
    ///
    /// - Returns: whether there may be more.
    func take(from names: SortedRecords) throws -> Bool {
        var more = true
        while more, count < Self.size {
            let taken: Void? = try names.next { record in
                starts.append(UInt32(bytes.count))
                bytes.append(contentsOf: record)
            }
            more = taken != nil
        }
        statuses = .allocate(capacity: count)
        statuses.initialize(repeating: csys_status())
        return more
    }

    /// The bytes of a name.
    func name(_ index: Int) -> ArraySlice<UInt8> {
        bytes[Int(starts[index])..<(end(index) - 2)]
    }

    /// Gives a name, with the zero byte that ends it, to a system call.
    func withName<Number>(_ index: Int, _ body: (UnsafePointer<CChar>) -> Number) -> Number {
        bytes.withUnsafeBytes { all in
            let start = all.baseAddress! + Int(starts[index])
            return body(start.assumingMemoryBound(to: CChar.self))
        }
    }

    /// Whether the listing told the kind.
    func wasKindListed(_ index: Int) -> Bool { bytes[end(index) - 1] != 0 }

    private func end(_ index: Int) -> Int { index + 1 < starts.count ? Int(starts[index + 1]) : bytes.count }
}
