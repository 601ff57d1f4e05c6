package import CSyscalls
public import Model

/// What the file system says of a name or an open file.
public struct FileStatus: Hashable, Sendable {
    /// The type and permission bits, as `st_mode` has them.
    public var typeAndMode: UInt32
    /// The owning user's number.
    public var owner: UInt32
    /// The owning group's number.
    public var group: UInt32
    /// How many names the file has.
    public var links: UInt32
    /// The length in bytes.
    public var size: UInt64
    /// The room that is allotted, in units of 512 bytes.
    public var blocks: UInt64
    /// A device node's number (`st_rdev`).
    public var node: UInt64
    /// When the content last changed.
    public var modified: Timestamp
    /// Device, inode and time of the last change of anything.
    public var identity: Guard

    package init(_ status: csys_status) {
        typeAndMode = status.mode
        owner = status.owner
        group = status.group
        links = status.links
        size = status.size
        blocks = status.blocks
        node = status.node
        modified = Timestamp(seconds: status.modified, nanoseconds: status.modified_ns)
        identity = Guard(
            device: status.device, inode: status.inode,
            changed: Timestamp(seconds: status.changed, nanoseconds: status.changed_ns))
    }

    /// What it is; nil for a type that Perigee does not know.
    public var kind: EntryKind? {
        switch typeAndMode & 0o170000 {
        case 0o100000: .file
        case 0o040000: .directory
        case 0o120000: .symlink
        case 0o010000: .fifo
        case 0o020000: .characterDevice
        case 0o060000: .blockDevice
        case 0o140000: .socket
        default: nil
        }
    }

    /// Permission bits with set-user-ID, set-group-ID and sticky.
    public var mode: UInt16 { UInt16(typeAndMode & 0o7777) }

    /// Whether the allotted room is less than the length asks for, so that there are holes (or the file is compressed).
    public var mayBeSparse: Bool { blocks < (size + 511) / 512 }

    /// The attributes that a status tells, without extended attributes, link target, link group and holes.
    public func attributes(_ kind: EntryKind) -> Attributes {
        let isNode = kind == .characterDevice || kind == .blockDevice
        return Attributes(
            kind: kind, mode: mode, owner: owner, group: group, modified: modified,
            size: kind == .file ? size : 0, device: isNode ? node : 0)
    }
}
