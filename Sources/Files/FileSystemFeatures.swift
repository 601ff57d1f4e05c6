internal import CSyscalls
public import Model

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

/// What the file system below a folder has and can do, found out by trying.
public struct FileSystemFeatures: Sendable, Hashable {
    /// What trying in a file showed.
    public struct Trial: Sendable, Hashable {
        /// Whether files without names can be made (`O_TMPFILE`).
        public var unnamedFiles = false
        /// Whether files can share blocks (`FICLONE`).
        public var reflinks = false
        /// Whether files take extended attributes of the user.
        public var extendedAttributes = false
        /// Whether what was never written takes no room and is found by `SEEK_DATA`.
        public var holes = false
        /// The time that the file system gives a file made now.
        public var clock: Timestamp
    }

    /// The kind of file system, such as `ext4`; its number in hexadecimal where that is not a known one.
    public let kind: String
    /// The size in bytes.
    public let size: UInt64
    /// The bytes that this user can still write.
    public let free: UInt64
    /// The files that can still be made; nil where there is no such limit.
    public let freeNames: UInt64?
    /// Whether it is mounted read-only.
    public let isReadOnly: Bool
    /// What trying showed; nil where no file could be made.
    public let trial: Trial?

    /// Looks at the file system of the folder at `path`; makes a file there that is gone when this returns.
    ///
    /// - Throws: where there is no such folder. That it cannot be written is no error.
    public init(of path: String) throws(PerigeeError) {
        let folder = try FolderHandle(path: path)
        var found = csystem_filesystem()
        let result = csystem_filesystem(folder.descriptor, &found)
        guard result == 0 else { throw posixError(-result, "cannot look at the file system", path) }
        kind = Self.name(found.kind)
        size = found.size
        free = found.free
        freeNames = found.names > 0 ? found.free_names : nil
        isReadOnly = found.read_only != 0
        trial = Self.attempt(in: path)
    }

    /// The kind of the file system that `path` lies in, or would, by its nearest folder that is there; nothing is made.
    public static func kind(at path: String) -> String? {
        var parts = path.split(separator: "/")
        while true {
            let here = (path.hasPrefix("/") ? "/" : "./") + parts.joined(separator: "/")
            var found = csystem_filesystem()
            if let folder = try? FolderHandle(path: here) {
                return csystem_filesystem(folder.descriptor, &found) == 0 ? name(found.kind) : nil
            }
            guard parts.popLast() != nil else { return nil }
        }
    }

    private static func attempt(in path: String) -> Trial? {
        var unnamed = true
        guard let first = scratch(in: path, unnamed: &unnamed), let second = scratch(in: path, unnamed: &unnamed),
            let status = try? first.status()
        else { return nil }
        var trial = Trial(clock: status.modified)
        trial.unnamedFiles = unnamed
        trial.extendedAttributes = csys_fsetxattr(first.descriptor, "user.perigee.trial", "1", 1) == 0
        let page = [UInt8](repeating: 1, count: 4096)
        page.withUnsafeBytes { try? first.write($0, at: 0) }
        trial.reflinks = csys_clone(second.descriptor, first.descriptor) == 0
        if (try? second.truncate(to: 0)) != nil, (try? second.truncate(to: 1 << 20)) != nil {
            trial.holes = lseek(second.descriptor, 0, Int32(csys_seek_data)) < 0 && errno == ENXIO
        }
        return trial
    }

    /// A file without a name, or one whose name is gone at once; nil where none can be made.
    private static func scratch(in path: String, unnamed: inout Bool) -> OpenFile? {
        let file = open(path, O_RDWR | O_CLOEXEC | csys_o_tmpfile, 0o600)
        if file >= 0 { return OpenFile(descriptor: file, place: path) }
        unnamed = false
        var template = Array("\(path)/.perigee-XXXXXX".utf8CString)
        let named = csystem_scratch(&template)
        guard named >= 0 else { return nil }
        unlink(template)
        return OpenFile(descriptor: named, place: path)
    }

    /// Kinds by the numbers of statfs(2).
    private static func name(_ number: UInt32) -> String {
        let names: [UInt32: String] = [
            0xef53: "ext4", 0x5846_5342: "xfs", 0x9123_683e: "btrfs", 0x0102_1994: "tmpfs", 0x794c_7630: "overlay",
            0x6969: "nfs", 0x2fc1_2fc1: "zfs", 0x6573_5546: "fuse", 0xff53_4d42: "cifs", 0xfe53_4d42: "smb2",
            0xca45_1a4e: "bcachefs", 0xf2f5_2010: "f2fs", 0x4d44: "vfat", 0x2011_bab0: "exfat", 0x0102_1997: "9p",
            0x00c3_6400: "ceph", 0x0bd0_0bd0: "lustre", 0x8584_58f6: "ramfs", 0x7366_746e: "ntfs",
        ]
        return names[number] ?? "0x" + String(number, radix: 16)
    }
}
