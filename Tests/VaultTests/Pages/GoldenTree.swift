import Content
import Hashing
import Model
import Vault

/// The values that the golden pages hold; never to be changed.
enum GoldenTree {
    /// The chunk `number`: its ID is BLAKE3 of the number's eight bytes, little endian.
    static func chunk(_ number: Int) -> ChunkReference {
        let id = withUnsafeBytes(of: UInt64(number).littleEndian) { ContentID(Blake3.hash($0)) }
        return ChunkReference(id: id, length: UInt32(1 + number * 7919 % 262_144))
    }

    /// `count` files of one chunk each.
    static func numbered(_ count: Int) -> [Entry] {
        (0..<count).map { number in
            let path = TreePath(trusted: Array("folder-\(100 + number / 100)/file-\(100 + number % 100).txt".utf8))
            let chunk = chunk(number)
            let modified = Timestamp(seconds: 1_700_000_000 + Int64(number), nanoseconds: UInt32(number))
            let attributes = Attributes(
                kind: .file, mode: 0o644, owner: 1000, group: 1000, modified: modified, size: UInt64(chunk.length))
            return Entry(path: path, attributes: attributes, content: .inline([chunk]))
        }
    }

    /// Every kind of entry, and every field.
    static var entries: [Entry] { (special + files).sorted { $0.path < $1.path } }

    private static func path(_ text: String) -> TreePath { TreePath(trusted: Array(text.utf8)) }

    private static func attributes(_ kind: EntryKind, _ mode: UInt16, second: Int64) -> Attributes {
        Attributes(kind: kind, mode: mode, owner: 1000, group: 100, modified: Timestamp(seconds: second))
    }

    private static var special: [Entry] {
        var link = attributes(.symlink, 0o777, second: 1_700_000_001)
        link.target = Array("../elsewhere/\u{e4}".utf8)
        var character = attributes(.characterDevice, 0o620, second: 1_700_000_002)
        (character.owner, character.group, character.device) = (0, 5, 0x0501)
        var block = attributes(.blockDevice, 0o660, second: 1_700_000_003)
        (block.owner, block.group, block.device) = (0, 6, .max)
        var folder = attributes(.directory, 0o2775, second: -86_400)
        folder.modified.nanoseconds = 999_999_999
        folder.extended = [
            ExtendedAttribute(name: Array("system.posix_acl_access".utf8), value: [2, 0, 0, 0, 1, 0, 7, 0]),
            ExtendedAttribute(name: Array("user.comment".utf8), value: []),
        ]
        var oldest = attributes(.directory, 0, second: .min)
        (oldest.owner, oldest.group) = (.max, .max)
        return [
            Entry(path: .root, attributes: attributes(.directory, 0o755, second: 1_700_000_000)),
            Entry(path: path("dev"), attributes: folder),
            Entry(path: path("dev/console"), attributes: character),
            Entry(path: path("dev/disk"), attributes: block),
            Entry(path: path("dev/link"), attributes: link),
            Entry(path: path("dev/overlay"), attributes: attributes(.characterDevice, 0, second: .max)),
            Entry(path: path("dev/pipe"), attributes: attributes(.fifo, 0o600, second: 0)),
            Entry(path: path("dev/socket"), attributes: attributes(.socket, 0o4755, second: 1)),
            Entry(path: path("oldest"), attributes: oldest),
        ]
    }

    private static var files: [Entry] {
        let empty = attributes(.file, 0o600, second: 1_700_000_004)
        var one = attributes(.file, 0o644, second: 1_700_000_005)
        (one.modified.nanoseconds, one.size, one.linkGroup) = (
            123_456_789, UInt64(chunk(1).length), 0x0123_4567_89ab_cdef
        )
        var sparse = attributes(.file, 0o644, second: 1_700_000_006)
        let chunks = (2..<18).map { chunk($0) }
        sparse.holes = [Extent(offset: 0, length: 4096), Extent(offset: 8192, length: 1 << 40)]
        sparse.size = chunks.reduce(4096 + (1 << 40)) { $0 + UInt64($1.length) }
        var hole = attributes(.file, 0o400, second: 1_700_000_007)
        (hole.size, hole.holes) = (1 << 50, [Extent(offset: 0, length: 1 << 50)])
        var large = attributes(.file, 0o444, second: 1_700_000_008)
        large.size = 1 << 44
        let odd = TreePath(trusted: [0xff, 0xfe, 0x0a, 0x5c])
        return [
            Entry(path: path("files"), attributes: attributes(.directory, 0o755, second: 1_700_000_000)),
            Entry(path: path("files/empty"), attributes: empty),
            Entry(path: path("files/one"), attributes: one, content: .inline([chunk(1)])),
            Entry(path: path("files/one-more"), attributes: one, content: .inline([chunk(1)])),
            Entry(path: path("files/sparse"), attributes: sparse, content: .inline(chunks)),
            Entry(path: path("files/hole"), attributes: hole),
            Entry(
                path: path("files/large"), attributes: large, content: .paged(root: chunk(99).id, chunks: 268_435_456)),
            Entry(path: odd, attributes: empty),
        ]
    }
}
