internal import Files
internal import Hashing
internal import Model
internal import Storage

/// Looks at the index segments as blobs: that each is what its name says and can be used.
struct IndexVerifier {
    let vault: Vault
    let log: DamageLog

    func run() throws {
        for damage in vault.index.view.damages {
            log.note(.index, at: VaultLayout.index(damage.name).text, damage.error.message)
        }
        let buffer = IOBuffer(count: 1 << 20)
        try vault.store.listAll(VaultLayout.indexPrefix).forEach { info in
            guard let name = VaultLayout.digest(of: info.key, folder: "index") else {
                log.note(.index, at: info.key.text, "the blob is not named as an index segment is")
                return
            }
            // A segment may be merged away at any time.
            guard let digest = try digest(of: info.key, buffer.bytes) else { return }
            if digest != name { log.note(.index, at: info.key.text, "the bytes are not those that the name says") }
            log.count { report, _ in report.segments += 1 }
        }
    }

    private func digest(of key: BlobKey, _ buffer: UnsafeMutableRawBufferPointer) throws -> Digest? {
        var hasher = Blake3Hasher()
        var offset: UInt64 = 0
        do {
            while true {
                let count = try vault.store.read(key, at: offset, into: buffer)
                hasher.update(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
                offset += UInt64(count)
                guard count == buffer.count else { return hasher.finalize() }
            }
        } catch let error as PerigeeError where error.code == .notFound {
            return nil
        }
    }
}
