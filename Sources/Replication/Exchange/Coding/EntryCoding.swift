internal import Model
internal import Vault

/// Writes scanned entries one after the other, each path with what it shares with the one before.
struct EntryEncoder {
    private var last: [UInt8] = []

    /// Forgets the entry before, as at the beginning of a message.
    mutating func begin() { last = [] }

    mutating func encode(_ entry: ScannedEntry, into out: inout MessageWriter) {
        PathCoding.encode(entry.path, after: last, into: &out)
        last = entry.path.bytes
        AttributesCoding.encode(entry.attributes, into: &out)
        FileStateCoding.encode(entry.identity, into: &out)
        out.number(UInt64(entry.links) << 1 | (entry.mayBeSparse ? 1 : 0))
    }
}

/// Reads what an ``EntryEncoder`` wrote.
struct EntryDecoder {
    private let isOwn: Bool
    private var last: [UInt8] = []

    /// A decoder; `isOwn` says that this program wrote what it reads, so that names of files in the making may be there.
    init(isOwn: Bool = false) { self.isOwn = isOwn }

    mutating func begin() { last = [] }

    mutating func decode(_ input: inout MessageReader) throws -> ScannedEntry {
        let path = try PathCoding.decode(&input, after: last, isOwn: isOwn)
        last = path.bytes
        let attributes = try AttributesCoding.decode(&input)
        let identity = try FileStateCoding.decode(&input)
        let links = try input.number(upTo: Int(UInt32.max) << 1 | 1, "a count of names")
        guard isOwn || links >> 1 > 0 else { throw ExchangeFault.hostile("an entry without a name") }
        guard !path.isRoot || attributes.kind == .directory else {
            throw ExchangeFault.hostile("a root that is no folder")
        }
        return ScannedEntry(
            path: path, attributes: attributes, identity: identity, links: UInt32(links >> 1),
            mayBeSparse: links & 1 == 1)
    }
}

/// The form of paths in messages: how many bytes are shared with the path before, how many follow, these.
enum PathCoding {
    static func encode(_ path: TreePath, after last: [UInt8], into out: inout MessageWriter) {
        let most = min(last.count, path.bytes.count)
        var shared = 0
        while shared < most, last[shared] == path.bytes[shared] { shared += 1 }
        out.number(shared)
        out.counted(path.bytes[shared...])
    }

    /// - Throws: where it is no path that may ever reach a file system, or one of this program's own aside names.
    static func decode(_ input: inout MessageReader, after last: [UInt8], isOwn: Bool = false) throws -> TreePath {
        let shared = try input.number(upTo: last.count, "the shared length of a path")
        let rest = try input.counted(upTo: PageLimits.path - shared, "the length of a path")
        guard let path = TreePath(validating: last[..<shared] + rest) else {
            throw ExchangeFault.hostile("a path with an empty name, `.`, `..` or a zero byte")
        }
        guard isOwn || !AsideName.matches(path.name) else {
            throw ExchangeFault.hostile("a name that is kept for files in the making")
        }
        return path
    }
}

/// The form of what tells any later change of a file: device, inode, ctime.
enum FileStateCoding {
    static func encode(_ identity: Guard, into out: inout MessageWriter) {
        out.number(identity.device)
        out.number(identity.inode)
        AttributesCoding.encode(identity.changed, into: &out)
    }

    static func decode(_ input: inout MessageReader) throws -> Guard {
        Guard(device: try input.number(), inode: try input.number(), changed: try AttributesCoding.timestamp(&input))
    }
}
