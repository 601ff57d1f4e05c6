import Content
import Hashing
import Model
import Storage
import TestSupport
import Vault

/// A vault in a store, made with keys that cost nothing, and what tests do with it.
struct VaultFixture {
    static let secret = Secret.passphrase(Array("correct horse battery staple".utf8))

    let store: any BlobStore
    let vault: Vault

    init(_ store: any BlobStore = MemoryStore()) throws {
        self.store = store
        vault = try Vault.create(
            at: store, secret: Self.secret, options: VaultOptions(keyCost: .trivial, label: "first"))
    }

    /// The same vault, opened anew as another process would.
    func reopened() throws -> Vault { try Vault.open(at: store, secret: Self.secret) }

    /// Commits a snapshot of `files`, each cut into chunks of `chunk` bytes.
    @discardableResult
    static func commit(
        _ files: [(String, [UInt8])], to vault: Vault, dataset: String = "data", chunk: Int = 5000,
        _ compression: Compression = .auto
    ) throws -> Snapshot {
        let session = try vault.beginWriting(compression)
        let writer = try session.chunkWriter()
        let pages = try session.pageSink()
        var tree = EntryTreeBuilder(sink: pages)
        for (path, bytes) in files.sorted(by: {
            TreePath(trusted: Array($0.0.utf8)) < TreePath(trusted: Array($1.0.utf8))
        }) {
            try tree.add(entry(path, bytes, chunk, writer, pages))
        }
        let root = try tree.finish()
        try writer.finish()
        try pages.finish()
        return try session.commit(draft(root), dataset: dataset, expecting: nil)
    }

    static func draft(_ root: TreeRoot) -> SnapshotDraft {
        SnapshotDraft(
            created: Timestamp(seconds: 1_800_000_000), tree: root, source: "/data", host: "host", program: "test")
    }

    static func entry(
        _ path: String, _ bytes: [UInt8], _ chunk: Int, _ writer: ChunkWriter, _ pages: PageWriter
    ) throws -> Entry {
        writer.beginFile()
        var list = ChunkListBuilder(sink: pages)
        for start in stride(from: 0, to: bytes.count, by: chunk) {
            let part = Array(bytes[start..<min(start + chunk, bytes.count)])
            try part.withUnsafeBytes { plain in
                let id = writer.identify(plain)
                _ = try writer.add(plain, id: id)
                try list.add(ChunkReference(id: id, length: UInt32(plain.count)))
            }
        }
        let attributes = Attributes(
            kind: .file, mode: 0o644, modified: Timestamp(seconds: 1), size: UInt64(bytes.count))
        return Entry(path: TreePath(trusted: Array(path.utf8)), attributes: attributes, content: try list.finish())
    }

    /// The files of a snapshot, read back.
    static func files(of snapshot: Snapshot, in vault: Vault) throws -> [String: [UInt8]] {
        let pages = try vault.pages()
        let chunks = try vault.chunkReader()
        var files: [String: [UInt8]] = [:]
        var cursor = EntryCursor(snapshot.tree, source: pages)
        while let entry = try cursor.next() {
            var references: [ChunkReference] = []
            var list = ChunkCursor(entry, source: pages)
            while let reference = try list.next() { references.append(reference) }
            var bytes = [UInt8](repeating: 0, count: Int(entry.attributes.size))
            try bytes.withUnsafeMutableBytes { try chunks.read(references, into: $0) }
            files[entry.path.description] = bytes
        }
        return files
    }

    /// Some files: text that compresses and noise that does not, the same for the same seed.
    static func files(_ seed: inout Seed, count: Int, size: Int) -> [(String, [UInt8])] {
        (0..<count).map { index in
            let noise = seed.bytes(Int.random(in: 1...size, using: &seed))
            let bytes = index.isMultiple(of: 2) ? noise : noise.map { $0 & 3 }
            return ("folder-\(index % 3)/file-\(index)", bytes)
        }
    }
}

extension BlobStore {
    /// All of a blob.
    func all(_ key: BlobKey) throws -> [UInt8] { try get(key, limit: ByteCount(1 << 30)) }

    /// The keys of all blobs.
    func keys(_ prefix: String = "") throws -> [BlobKey] {
        var keys: [BlobKey] = []
        try listAll(prefix).forEach { keys.append($0.key) }
        return keys
    }

    /// Changes one bit of the byte at `offset`.
    func flip(_ key: BlobKey, at offset: Int, bit: Int) throws {
        var bytes = try all(key)
        bytes[offset] ^= 1 << bit
        try put(key, bytes, if: .always)
    }
}

/// The code of the error that `body` throws; nil where it throws none.
func code(_ body: () throws -> Void) -> PerigeeError.Code? {
    do {
        try body()
        return nil
    } catch {
        return (error as? PerigeeError)?.code
    }
}
