internal import Hashing
internal import Model

/// The name of a node of a listing: the first sixteen bytes of the digest of what it holds.
struct NodeName: Hashable, Sendable {
    static let byteCount = 16

    private let first, second: UInt64

    /// The name that begins `digest`.
    init(_ digest: Digest) { self = digest.withUnsafeBytes { NodeName($0) } }

    /// A copy of the first sixteen of `bytes`.
    init(_ bytes: UnsafeRawBufferPointer) {
        first = bytes.loadUnaligned(as: UInt64.self)
        second = bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self)
    }

    /// Appends the sixteen bytes.
    func append(to out: inout [UInt8]) {
        withUnsafeBytes(of: first) { out.append(contentsOf: $0) }
        withUnsafeBytes(of: second) { out.append(contentsOf: $0) }
    }
}

/// A Merkle tree over how the files of a tree look, path by path, so that two sites find what differs by comparing names.
///
/// A leaf lists some paths in order with their ``FileState``; a node above lists the names of some nodes below. Where one
/// ends depends on the hash of the path that it ends with, so that after a change the others are as they were. The
/// destination builds the tree of what it remembers of the source, the source that of what it has now: a name that the
/// destination has stands for the same paths in the same states. A path of which the destination cannot say that both
/// ends are as remembered is given no state, and its leaf a name that no other leaf has.
///
/// Memory: 40 bytes a leaf, of about forty paths.
struct ListingTree: Sendable {
    /// A node: a leaf with its entries, or what holds some nodes of the level below.
    struct Node: Sendable {
        let name: NodeName
        /// The place of its first entry or child.
        let first: UInt32
        /// How many it has.
        let count: UInt32
        /// Whether all paths below have a state.
        let isWhole: Bool
        /// The hash of the path that it ends with.
        fileprivate let mark: UInt64
    }

    /// A leaf has at least so many entries, at most so many, and ends where a path's hash has so many bits of zeros.
    static let leaf = (least: 8, most: 128, mask: UInt64(31))
    /// The same for the nodes above.
    static let fold = (least: 16, most: 256, mask: UInt64(63))

    /// The nodes, the leaves first, up to the level that has one.
    let levels: [[Node]]

    /// The topmost node; nil where there are no entries.
    var root: Node? { levels.last?.first }

    /// The nodes above `leaves`.
    fileprivate init(above leaves: [Node]) {
        var levels = [leaves]
        while let last = levels.last, last.count > 1 { levels.append(Self.above(last, level: levels.count)) }
        self.levels = levels
    }

    private static func above(_ below: [Node], level: Int) -> [Node] {
        var nodes: [Node] = []
        var first = 0
        for (index, child) in below.enumerated() {
            let count = index + 1 - first
            let ends = count >= fold.most || count >= fold.least && child.mark >> (8 * level) & fold.mask == 0
            guard ends || index + 1 == below.count else { continue }
            let children = below[first...index]
            nodes.append(
                Node(
                    name: name(children, level: level), first: UInt32(first), count: UInt32(count),
                    isWhole: children.allSatisfy(\.isWhole), mark: child.mark))
            first = index + 1
        }
        return nodes
    }

    private static func name(_ children: ArraySlice<Node>, level: Int) -> NodeName {
        var bytes: [UInt8] = [UInt8(level)]
        for child in children { child.name.append(to: &bytes) }
        return NodeName(bytes.withUnsafeBytes { Blake3.hash($0) })
    }

    /// Makes the tree from paths in order.
    struct Builder {
        private var leaves: [Node] = []
        private var bytes: [UInt8] = []
        private var first: UInt32 = 0
        private var count: UInt32 = 0
        private var isWhole = true
        private var mark: UInt64 = 0

        /// Adds the next path; without a `state` its leaf is like no other.
        ///
        /// - Returns: whether a leaf ended with it.
        mutating func add(_ path: TreePath, _ state: FileState?) -> Bool {
            if let state {
                RecordEntry(path: path, source: state).encode(into: &bytes)
            } else {
                // No entry begins like this.
                bytes.append(contentsOf: [0xff, 0xff])
                isWhole = false
            }
            count += 1
            mark = path.bytes.withUnsafeBytes { Blake3.hash($0) }.prefix
            guard count >= leaf.most || count >= leaf.least && mark & leaf.mask == 0 else { return false }
            close()
            return true
        }

        private mutating func close() {
            let name = NodeName(bytes.withUnsafeBytes { Blake3.hash($0) })
            leaves.append(Node(name: name, first: first, count: count, isWhole: isWhole, mark: mark))
            (first, count, isWhole) = (first + count, 0, true)
            bytes.removeAll(keepingCapacity: true)
        }

        /// The tree of all that was added.
        mutating func finish() -> ListingTree {
            if count > 0 { close() }
            defer { self = Builder() }
            return ListingTree(above: leaves)
        }
    }
}
