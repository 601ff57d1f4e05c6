internal import Content
internal import Files
internal import Hashing
internal import Model
internal import Vault
internal import Workers

/// The chunks of a file's last version in a vault, by the names that a run gives them.
///
/// The vault's own names depend on a key that no other site is told. So the version is read, and its chunks are named anew.
/// Memory: some 80 bytes a chunk.
final class StoredChunks: Sendable {
    private let entry: Entry
    private let vault: Vault
    private let key: HashKey
    private let reader = Monitor<ChunkReader?>(nil)

    /// The chunks of `entry` in `vault`, to be named under `key`; nothing is read yet.
    init(_ entry: Entry, _ vault: Vault, _ key: HashKey) {
        self.entry = entry
        self.vault = vault
        self.key = key
    }

    /// Reads and names all chunks; those that cannot be read are left out.
    func names(_ stop: () throws -> Void) throws -> [Digest: ChunkReference] {
        var names: [Digest: ChunkReference] = [:]
        do {
            let reader = try vault.chunkReader()
            let buffer = IOBuffer(count: max(1 << 20, vault.descriptor.chunker.maximum))
            var cursor = ChunkCursor(entry, source: try vault.pages())
            while let chunk = try cursor.next() {
                try stop()
                guard Int(chunk.length) <= buffer.bytes.count else { continue }
                try reader.read(chunk, into: buffer.bytes)
                let plain = UnsafeRawBufferPointer(rebasing: buffer.bytes[..<Int(chunk.length)])
                names[Blake3.hash(plain, key: key)] = chunk
            }
        } catch let error as PerigeeError where error.code != .interrupted {
            // What the vault cannot give is sent.
        }
        return names
    }

    /// The bytes of a chunk.
    func read(_ chunk: ChunkReference) throws -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: Int(chunk.length))
        try reader.read { kept in
            let reader = try kept ?? vault.chunkReader()
            kept = reader
            try bytes.withUnsafeMutableBytes { try reader.read(chunk, into: $0) }
        }
        return bytes
    }
}
