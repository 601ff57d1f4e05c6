public import Model

/// What a file looked like when it was last known: as long as all of it is the same, so are its bytes and attributes.
///
/// Size and modification time alone would miss an edit that keeps both; the inode and its ctime do not.
public struct FileState: Hashable, Sendable {
    /// Device, inode and ctime.
    public var identity: Guard
    /// When the content last changed.
    public var modified: Timestamp
    /// The length in bytes.
    public var size: UInt64

    /// A state.
    public init(identity: Guard, modified: Timestamp, size: UInt64) {
        self.identity = identity
        self.modified = modified
        self.size = size
    }

    /// The state that a scan saw.
    public init(_ scanned: ScannedEntry) {
        self.init(
            identity: scanned.identity, modified: scanned.attributes.modified, size: scanned.attributes.size)
    }

    /// Whether a change after `instant` could leave this state as it is.
    ///
    /// File systems stamp changes with a clock that ticks every few milliseconds, some only every second or two: a
    /// second change within one tick keeps the stamp. So a state whose stamp is not clearly before the instant at which
    /// it was read proves nothing, and must not be remembered.
    public func isTooFresh(readAt instant: Timestamp) -> Bool {
        let coarse = identity.changed.nanoseconds == 0
        return instant.seconds(since: identity.changed) < (coarse ? 2.0 : 0.1)
    }
}
