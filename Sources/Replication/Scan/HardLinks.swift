internal import Hashing
public import Model

/// Finds which names of a scan belong to one file, link, pipe, socket or node.
///
/// A file's group is the same in every scan in which its first name is the same: the first eight bytes, little endian, of
/// the BLAKE3 digest of that name's path. A file is forgotten once all its names were met, so that the memory follows the
/// files whose names lie far apart, not their number.
public struct HardLinks {
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

    /// The group of an entry, and whether this is its first name.
    ///
    /// Entries must come in path order, each once; one that has a single name is its own group.
    public mutating func group(of entry: ScannedEntry) -> (id: UInt64, isFirst: Bool) {
        guard entry.links > 1 else { return (Self.group(firstPath: entry.path), true) }
        let key = Key(device: entry.identity.device, inode: entry.identity.inode)
        guard var known = files[key] else {
            let group = Self.group(firstPath: entry.path)
            files[key] = Known(group: group, missing: entry.links - 1)
            return (group, true)
        }
        known.missing -= 1
        files[key] = known.missing > 0 ? known : nil
        return (known.group, false)
    }

    /// The group of the file whose first name in path order is `path`.
    public static func group(firstPath path: TreePath) -> UInt64 {
        let digest = path.bytes.withUnsafeBytes { Blake3.hash($0) }
        return digest.withUnsafeBytes { UInt64(littleEndian: $0.loadUnaligned(as: UInt64.self)) }
    }
}
