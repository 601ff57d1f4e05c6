internal import Hashing
public import Model

/// Finds which names of a scan belong to one file, link, pipe, socket or node.
///
/// A file's group is the same in every scan in which its first name is the same: the first eight bytes, little endian, of
/// the BLAKE3 digest of that name's path. A file is forgotten once all its names were met, so that the memory follows the
/// files whose names lie far apart, not their number.
public struct HardLinks {
    /// What a name is to the file that it belongs to.
    public struct Name: Hashable, Sendable {
        /// The file's group.
        public var id: UInt64
        /// Whether it is the first of the file's names.
        public var isFirst: Bool
        /// Whether all of the file's names are met with it.
        public var isLast: Bool
    }

    private struct Key: Hashable {
        var device: UInt64
        var inode: UInt64
    }

    private struct Known {
        var group: UInt64
        var missing: UInt32
    }

    private var files: [Key: Known] = [:]

    /// No file is known.
    public init() {}

    /// The group of an entry, and whether this is its first name, and its last.
    ///
    /// Entries must come in path order, each once; one that has a single name is its own group.
    public mutating func group(of entry: ScannedEntry) -> Name {
        guard entry.links > 1 else { return Name(id: Self.group(firstPath: entry.path), isFirst: true, isLast: true) }
        let key = Key(device: entry.identity.device, inode: entry.identity.inode)
        guard var known = files[key] else {
            let group = Self.group(firstPath: entry.path)
            files[key] = Known(group: group, missing: entry.links - 1)
            return Name(id: group, isFirst: true, isLast: false)
        }
        known.missing -= 1
        files[key] = known.missing > 0 ? known : nil
        return Name(id: known.group, isFirst: false, isLast: known.missing == 0)
    }

    /// The group of the file whose first name in path order is `path`.
    public static func group(firstPath path: TreePath) -> UInt64 {
        let digest = path.bytes.withUnsafeBytes { Blake3.hash($0) }
        return digest.withUnsafeBytes { UInt64(littleEndian: $0.loadUnaligned(as: UInt64.self)) }
    }
}
