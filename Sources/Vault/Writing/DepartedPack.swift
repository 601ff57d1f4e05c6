internal import Content
internal import Hashing
internal import Model
internal import Storage

/// A finished pack on its way into the store.
///
/// It is one thread's at a time: its writer's, or that of whoever waits for it in the session's place.
struct DepartedPack: @unchecked Sendable {
    private let name: Digest
    private let size: UInt64
    private let entries: [PackEntry]
    // nil where the store said at once that it has such a pack.
    private let commit: (any BlobCommit)?
    private let copy: BlobCopy?

    /// The pack called `name`, whose commit was begun, and its copy, if there is one.
    init(_ name: Digest, size: UInt64, entries: [PackEntry], commit: (any BlobCommit)?, copy: BlobCopy?) {
        self.name = name
        self.size = size
        self.entries = entries
        self.commit = commit
        self.copy = copy
    }

    /// Waits until it is there, and tells `session` what it holds.
    func arrive(_ session: VaultSession, _ kind: RecordKind) throws {
        _ = try Self.unlessThere { try commit?.finish() }
        copy?.keep(as: name)
        try session.packIsStored(name, size: size, entries, kind: kind)
    }

    /// Begins a commit; nil where such a pack is there.
    static func begin(_ start: () throws -> any BlobCommit) throws -> (any BlobCommit)? { try unlessThere(start) }

    /// What `body` gives; nil in a conflict: a pack of the same name has the same bytes.
    private static func unlessThere<Result>(_ body: () throws -> Result?) throws -> Result? {
        do {
            return try body()
        } catch let error as PerigeeError where error.code == .conflict {
            return nil
        }
    }
}
