public import Files
internal import Model

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

/// Makes trees from a seed, with all that a file system allows: odd names, links of all sorts, holes, attributes, nodes.
public struct TreeMaker {
    private var seed: Seed
    /// What can be given further names.
    private var named: [(folder: FolderHandle, name: [UInt8])] = []
    /// Whether owners and device nodes can be made.
    private let isSuperuser = geteuid() == 0
    /// How long the longest files get, about.
    public var longestFile = 200_000

    /// A maker of the tree that `seed` stands for.
    public init(_ seed: Seed) { self.seed = seed }

    /// Makes `count` entries beneath `root`.
    public mutating func make(_ count: Int, in root: FolderHandle) throws {
        var folders = [root]
        for _ in 0..<count {
            let folder = folders[Int(seed.next() % UInt64(folders.count))]
            let name = name()
            switch seed.next() % 20 {
            case 0..<5:
                guard (try? folder.makeFolder(name, mode: 0o755)) != nil else { continue }
                folders.append(try folder.folder(name))
            case 5..<8:
                guard (try? folder.symlink(name, target: target())) != nil else { continue }
                named.append((folder, name))
            case 8:
                makeNode(name, in: folder)
                if let kind = try folder.status(name)?.kind, kind != .directory { named.append((folder, name)) }
            case 9 where !named.isEmpty:
                let old = named[Int(seed.next() % UInt64(named.count))]
                try? old.folder.link(old.name, to: folder, name)
            default:
                guard (try? makeFile(name, in: folder)) != nil else { continue }
                named.append((folder, name))
            }
            try decorate(name, in: folder)
        }
        // Last, since what is made in a folder moves its times.
        for folder in folders { setTime(".", in: folder) }
        named = []
    }

    /// The bytes of an ACL (`system.posix_acl_access`) that gives user 1234 reading, beside mode 0640.
    public static var accessList: [UInt8] {
        let entries: [(UInt16, UInt16, UInt32)] = [
            (0x01, 6, .max), (0x02, 4, 1234), (0x04, 4, .max), (0x10, 4, .max), (0x20, 0, .max),
        ]
        var bytes: [UInt8] = [2, 0, 0, 0]
        for (tag, permissions, id) in entries {
            withUnsafeBytes(of: tag.littleEndian) { bytes += $0 }
            withUnsafeBytes(of: permissions.littleEndian) { bytes += $0 }
            withUnsafeBytes(of: id.littleEndian) { bytes += $0 }
        }
        return bytes
    }

    /// A name: most often plain, sometimes as odd as is allowed.
    private mutating func name() -> [UInt8] {
        let plain = Array("n\(seed.next() % 10_000)".utf8)
        switch seed.next() % 12 {
        case 0: return plain + seed.bytes(4).map { $0 == 0 || $0 == 0x2f ? 0xff : $0 }
        case 1: return [0xc3, 0x28] + plain
        case 2: return Array("-rf \n\t'\"\\*?[".utf8) + plain
        case 3: return plain + [UInt8](repeating: 0x78, count: 255 - plain.count)
        case 4: return Array("..\u{1F984}é".utf8) + plain
        case 5: return plain + Array("-".utf8)
        default: return plain
        }
    }

    private mutating func target() -> [UInt8] {
        switch seed.next() % 4 {
        case 0: Array("/etc/passwd".utf8)
        case 1: Array(".".utf8)
        case 2: Array("../../../nowhere".utf8)
        default: name()
        }
    }

    private mutating func makeFile(_ name: [UInt8], in folder: FolderHandle) throws {
        let file = try folder.file(name, .creating(mode: 0o644))
        let length = [0, 1, 100, 5000, longestFile][Int(seed.next() % 5)]
        let bytes = seed.bytes(length > 1 ? Int(seed.next() % UInt64(length)) : length)
        try bytes.withUnsafeBytes { try file.write($0, at: 0) }
        guard seed.next() % 10 == 0 else { return }
        // A hole before the data at the end, and one behind it.
        let place = 300_000 + seed.next() % 1_000_000
        try bytes.withUnsafeBytes { try file.write($0, at: place) }
        try file.truncate(to: place + UInt64(bytes.count) + 500_000)
    }

    private mutating func makeNode(_ name: [UInt8], in folder: FolderHandle) {
        let path = name.map { CChar(bitPattern: $0) } + [0]
        switch seed.next() % 4 {
        case 0 where isSuperuser: mknodat(folder.descriptor, path, S_IFCHR | 0o600, makeDevice(1, 3))
        case 1 where isSuperuser: mknodat(folder.descriptor, path, S_IFBLK | 0o600, makeDevice(7, 200))
        case 2: mknodat(folder.descriptor, path, S_IFSOCK | 0o600, 0)
        default: mkfifoat(folder.descriptor, path, 0o644)
        }
    }

    private func makeDevice(_ major: UInt64, _ minor: UInt64) -> dev_t { dev_t(major << 8 | minor) }

    /// Gives what was made attributes of its own.
    private mutating func decorate(_ name: [UInt8], in folder: FolderHandle) throws {
        guard let kind = try folder.status(name)?.kind else { return }
        let path = name.map { CChar(bitPattern: $0) } + [0]
        if isSuperuser, seed.next() % 4 == 0 {
            fchownat(folder.descriptor, path, 1000 + uid_t(seed.next() % 5), 2000, AT_SYMLINK_NOFOLLOW)
        }
        if kind != .symlink {
            let modes: [mode_t] = [0o644, 0o600, 0o755, 0o4755, 0o2770, 0o1777, 0o440]
            let mode = modes[Int(seed.next() % 7)] | (kind == .directory ? 0o700 : 0)
            fchmodat(folder.descriptor, path, mode, 0)
        }
        if kind == .file || kind == .directory, seed.next() % 5 == 0 {
            let extended = ExtendedAttributes(name, in: folder)
            _ = extended.set(ExtendedAttribute(name: Array("user.empty".utf8), value: []))
            _ = extended.set(ExtendedAttribute(name: Array("user.tag".utf8), value: seed.bytes(20)))
            if kind == .file {
                _ = extended.set(ExtendedAttribute(name: Array("system.posix_acl_access".utf8), value: Self.accessList))
            }
        }
        setTime(name, in: folder)
    }

    private mutating func setTime(_ name: some Collection<UInt8>, in folder: FolderHandle) {
        let path = name.map { CChar(bitPattern: $0) } + [0]
        let time = timespec(
            tv_sec: 1_000_000_000 + Int(seed.next() % 700_000_000), tv_nsec: Int(seed.next() % 1_000_000_000))
        utimensat(folder.descriptor, path, [time, time], AT_SYMLINK_NOFOLLOW)
    }

    private mutating func setTime(_ name: String, in folder: FolderHandle) { setTime(name.utf8.map { $0 }, in: folder) }
}
