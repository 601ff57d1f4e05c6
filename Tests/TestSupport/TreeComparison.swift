internal import Files
public import Model

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

/// Compares two trees with plain system calls, name by name, and says in words what differs.
///
/// Written apart from the scanner, so that one can prove the other. For small trees: it holds what it sees.
public struct TreeComparison {
    /// What is not compared.
    public struct Leniency: OptionSet, Sendable {
        /// The options as bits.
        public let rawValue: Int
        /// Options from bits.
        public init(rawValue: Int) { self.rawValue = rawValue }
        /// Where the holes of a file lie.
        public static let holes = Leniency(rawValue: 1)
        /// The modification times of folders.
        public static let folderTimes = Leniency(rawValue: 2)
        /// Owners and groups.
        public static let owners = Leniency(rawValue: 4)
    }

    /// Everything about one name.
    public struct Item: Hashable, Sendable {
        /// All attributes; the link group is the place of the file's first name in the listing.
        public var attributes: Attributes
        /// A file's bytes.
        public var content: [UInt8]
    }

    /// One sentence for each difference between the trees at `a` and `b`.
    public static func differences(_ a: String, _ b: String, except leniency: Leniency = []) throws -> [String] {
        let (left, right) = (try items(a), try items(b))
        var sentences = [String]()
        for path in Set(left.keys).union(right.keys).sorted() {
            guard let x = left[path] else {
                sentences.append("\(path): only in the second")
                continue
            }
            guard let y = right[path] else {
                sentences.append("\(path): only in the first")
                continue
            }
            if x.content != y.content { sentences.append("\(path): the bytes differ") }
            let (old, new) = (lenient(x.attributes, leniency), lenient(y.attributes, leniency))
            if old != new { sentences.append("\(path): \(describe(old, new))") }
        }
        return sentences
    }

    /// All names of a tree, its root as the empty path.
    public static func items(_ root: String) throws -> [TreePath: Item] {
        var items = [TreePath: Item]()
        var groups = [Guard: UInt64]()
        var folders: [(TreePath, FolderHandle)] = [(.root, try FolderHandle(path: root))]
        while let (path, folder) = folders.popLast() {
            if path.isRoot {
                items[path] = try item([], folder, folder.status([]), ExtendedAttributes(folder), &groups)
            }
            for name in try folder.names().sorted(by: { $0.lexicographicallyPrecedes($1) }) {
                let child = path.appending(name)
                let status = try folder.status(name)
                items[child] = try item(name, folder, status, ExtendedAttributes(name, in: folder), &groups)
                if status?.kind == .directory { folders.append((child, try folder.folder(name))) }
            }
        }
        return firstNames(items, groups)
    }

    private static func item(
        _ name: [UInt8], _ folder: FolderHandle, _ status: FileStatus?, _ extended: ExtendedAttributes,
        _ groups: inout [Guard: UInt64]
    ) throws -> Item {
        guard let status, let kind = status.kind else { throw PerigeeError(.changed, "a tree changed under the test") }
        var attributes = status.attributes(kind)
        let kept = ["user.", "system.posix_acl_", "trusted."]
        attributes.extended = try extended.read { name in kept.contains { name.starts(with: Array($0.utf8)) } }
        if status.links > 1, kind != .directory {
            attributes.linkGroup = groups[status.identity] ?? UInt64(groups.count)
            groups[status.identity] = attributes.linkGroup
        }
        if kind == .symlink {
            var buffer = [CChar](repeating: 0, count: 4096)
            let count = readlinkat(folder.descriptor, name.map { CChar(bitPattern: $0) } + [0], &buffer, 4096)
            attributes.target = buffer.prefix(max(0, count)).map { UInt8(bitPattern: $0) }
        }
        guard kind == .file else { return Item(attributes: attributes, content: []) }
        let file = try folder.file(name, .reading)
        var content = [UInt8](repeating: 0, count: Int(status.size))
        _ = try content.withUnsafeMutableBytes { try file.read(into: $0, at: 0) }
        var end: UInt64 = 0
        for extent in file.dataExtents(size: status.size) + [Extent(offset: status.size, length: 0)] {
            if extent.offset > end { attributes.holes.append(Extent(offset: end, length: extent.offset - end)) }
            end = extent.end
        }
        return Item(attributes: attributes, content: content)
    }

    /// Names the groups by the place of their first name, so that they compare between trees.
    private static func firstNames(_ items: [TreePath: Item], _ groups: [Guard: UInt64]) -> [TreePath: Item] {
        var (items, first) = (items, [UInt64: UInt64]())
        for (place, path) in items.keys.sorted().enumerated() {
            guard let group = items[path]?.attributes.linkGroup else { continue }
            if first[group] == nil { first[group] = UInt64(place) }
            items[path]?.attributes.linkGroup = first[group]
        }
        return items
    }

    private static func lenient(_ attributes: Attributes, _ leniency: Leniency) -> Attributes {
        var attributes = attributes
        if leniency.contains(.holes) { attributes.holes = [] }
        if leniency.contains(.owners) { (attributes.owner, attributes.group) = (0, 0) }
        if leniency.contains(.folderTimes), attributes.kind == .directory {
            attributes.modified = Timestamp(seconds: 0)
        }
        return attributes
    }

    private static func describe(_ a: Attributes, _ b: Attributes) -> String {
        let parts = zip(Mirror(reflecting: a).children, Mirror(reflecting: b).children)
        return parts.compactMap { old, new in
            let (x, y) = ("\(old.value)", "\(new.value)")
            return x == y ? nil : "\(old.label ?? "?") \(x) against \(y)"
        }.joined(separator: ", ")
    }
}
