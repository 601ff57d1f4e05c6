internal import CSyscalls
public import Model

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

extension FolderHandle {
    /// Calls `body` with each name in the folder, in the file system's order, without `.` and `..`.
    ///
    /// The bytes of the name are followed by a zero byte, and end with the call. The kind is nil where the file system does
    /// not say it in the listing. Memory stays at `scratch` (32 KiB or more do well), whatever the size of the folder.
    ///
    /// Two listings of one handle at the same time get in each other's way.
    public func forEachName(
        scratch: UnsafeMutableRawBufferPointer, _ body: (UnsafeRawBufferPointer, EntryKind?) throws -> Void
    ) throws {
        guard answer(lseek(descriptor, 0, SEEK_SET)) >= 0 else {
            throw posixError(EBADF, "cannot list the folder", place)
        }
        while true {
            let count = uninterrupted { csys_getdents(descriptor, scratch.baseAddress, scratch.count) }
            // A folder that was removed while open lists nothing.
            if count == 0 || count == Int(-ENOENT) { return }
            guard count > 0 else { throw posixError(Int32(-count), "cannot list the folder", place) }
            try Self.parse(UnsafeRawBufferPointer(rebasing: scratch[..<count]), body)
        }
    }

    /// All names, for folders that are known to be small; in the file system's order.
    public func names() throws -> [[UInt8]] {
        var names = [[UInt8]]()
        try withUnsafeTemporaryAllocation(byteCount: 32 << 10, alignment: 8) { scratch in
            try forEachName(scratch: scratch) { name, _ in names.append(Array(name)) }
        }
        return names
    }

    /// Records of `struct linux_dirent64`: inode 8, offset 8, record length 2, type 1, name and zero.
    private static func parse(
        _ records: UnsafeRawBufferPointer, _ body: (UnsafeRawBufferPointer, EntryKind?) throws -> Void
    ) throws {
        let nameOffset = 19
        var offset = 0
        while offset + nameOffset < records.count {
            let length = Int(records.loadUnaligned(fromByteOffset: offset + 16, as: UInt16.self))
            guard length > nameOffset, offset + length <= records.count else { return }
            let field = UnsafeRawBufferPointer(rebasing: records[(offset + nameOffset)..<(offset + length)])
            let name = UnsafeRawBufferPointer(rebasing: field.prefix(strnlen(field.baseAddress!, field.count)))
            let type = records[offset + 18]
            offset += length
            if name.isEmpty || isDot(name) { continue }
            try body(name, kind(type))
        }
    }

    private static func isDot(_ name: UnsafeRawBufferPointer) -> Bool {
        name[0] == 0x2e && (name.count == 1 || (name.count == 2 && name[1] == 0x2e))
    }

    /// The kind that a `d_type` stands for (DT_* of dirent.h).
    private static func kind(_ type: UInt8) -> EntryKind? {
        switch type {
        case 8: .file
        case 4: .directory
        case 10: .symlink
        case 1: .fifo
        case 2: .characterDevice
        case 6: .blockDevice
        case 12: .socket
        default: nil
        }
    }
}
