/// What a name in a tree is.
public enum EntryKind: UInt8, Sendable, Hashable, CaseIterable {
    /// A regular file.
    case file = 1
    /// A folder.
    case directory = 2
    /// A symbolic link.
    case symlink = 3
    /// A named pipe.
    case fifo = 4
    /// A character device node.
    case characterDevice = 5
    /// A block device node.
    case blockDevice = 6
    /// A socket; kept as a name only, since what it was connected to cannot be kept.
    case socket = 7
}

/// An extended attribute, ACLs included (`system.posix_acl_access`), with its full name.
public struct ExtendedAttribute: Hashable, Sendable {
    /// The name with its namespace, such as `user.comment`.
    public var name: [UInt8]
    /// The value, as the file system gives it.
    public var value: [UInt8]

    /// An attribute.
    public init(name: [UInt8], value: [UInt8]) {
        self.name = name
        self.value = value
    }
}

/// A run of bytes in a file.
public struct Extent: Hashable, Sendable {
    /// Where it begins.
    public var offset: UInt64
    /// How long it is.
    public var length: UInt64

    /// A run of `length` bytes from `offset` on.
    public init(offset: UInt64, length: UInt64) {
        self.offset = offset
        self.length = length
    }

    /// The first offset after it.
    public var end: UInt64 { offset + length }
}

/// The attributes of a file, folder, link or node that a tree keeps; all but its name and its bytes.
public struct Attributes: Hashable, Sendable {
    /// What it is.
    public var kind: EntryKind
    /// Permission bits with set-user-ID, set-group-ID and sticky: the low twelve bits of `st_mode`.
    public var mode: UInt16
    /// The owning user's number.
    public var owner: UInt32
    /// The owning group's number.
    public var group: UInt32
    /// When the content last changed.
    public var modified: Timestamp
    /// The length in bytes, holes included; zero for all but files.
    public var size: UInt64
    /// Extended attributes, sorted by name.
    public var extended: [ExtendedAttribute]
    /// A symbolic link's target; else empty.
    public var target: [UInt8]
    /// A device node's number (`st_rdev`); else zero.
    public var device: UInt64
    /// The same for all names of what has several, derived from the first of these names in path order.
    public var linkGroup: UInt64?
    /// A file's holes in order, neither touching nor overlapping; their bytes are zero and are not stored.
    public var holes: [Extent]

    /// Attributes; what is not given is empty.
    public init(
        kind: EntryKind, mode: UInt16, owner: UInt32 = 0, group: UInt32 = 0, modified: Timestamp, size: UInt64 = 0,
        extended: [ExtendedAttribute] = [], target: [UInt8] = [], device: UInt64 = 0, linkGroup: UInt64? = nil,
        holes: [Extent] = []
    ) {
        self.kind = kind
        self.mode = mode
        self.owner = owner
        self.group = group
        self.modified = modified
        self.size = size
        self.extended = extended
        self.target = target
        self.device = device
        self.linkGroup = linkGroup
        self.holes = holes
    }

    /// The bytes of a file that are not holes: what is read, cut and stored.
    public var dataSize: UInt64 { holes.reduce(size) { $0 - $1.length } }
}

/// What the file system says of a file beyond its attributes: enough to notice any later change of it.
///
/// An edit that keeps size and modification time changes `changed` (ctime), which no user program can set back; a file
/// that was replaced has another inode.
public struct Guard: Hashable, Sendable {
    /// The file system's number (`st_dev`).
    public var device: UInt64
    /// The inode.
    public var inode: UInt64
    /// The time of the last change of content or attributes (ctime).
    public var changed: Timestamp

    /// A guard.
    public init(device: UInt64, inode: UInt64, changed: Timestamp) {
        self.device = device
        self.inode = inode
        self.changed = changed
    }

    /// Whether both are of one file, changed meanwhile or not.
    public func isSameFile(as other: Guard) -> Bool { device == other.device && inode == other.inode }
}
