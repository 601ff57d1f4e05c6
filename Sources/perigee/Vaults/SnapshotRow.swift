internal import Content
internal import Hashing
internal import Model
internal import Vault

/// A snapshot for programs.
struct SnapshotRow: Encodable {
    let id: String
    let dataset: String
    let created: String
    let sequence: UInt64
    let parent: String?
    let files: UInt64
    let entries: UInt64
    let unread: UInt64
    let logical: UInt64
    let addedBytes: UInt64
    let addedChunks: UInt64
    let storedBytes: UInt64
    let source: String
    let host: String
    let program: String

    /// What is shown of `snapshot`.
    init(_ snapshot: Snapshot) {
        id = snapshot.id.digest.hex
        dataset = snapshot.dataset
        created = snapshot.created.rfc3339
        sequence = snapshot.sequence
        parent = snapshot.parent?.digest.hex
        let statistics = snapshot.statistics
        files = statistics.files
        entries = snapshot.tree.entries
        unread = statistics.unread
        logical = snapshot.tree.bytes
        addedBytes = statistics.addedBytes
        addedChunks = statistics.addedChunks
        storedBytes = statistics.storedBytes
        source = snapshot.source
        host = snapshot.host
        program = snapshot.program
    }
}
