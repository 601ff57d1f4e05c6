internal import Model
public import Storage

/// What is read of a vault before any key is needed: what it says of itself, which keys it has, its sealed keyring.
///
/// Asked for in one go, since the store may be far away.
public struct VaultOutline: Sendable {
    /// What the vault says of itself to everybody.
    public let descriptor: VaultDescriptor
    let keys: [BlobInfo]
    let keyring: BlobReply

    /// Reads the outline of the vault in `store`.
    ///
    /// - Throws: `notFound` where there is no vault.
    public init(_ store: any BlobStore) throws {
        let replies = try store.replies(to: [
            .get(VaultLayout.descriptor, limit: ByteCount(VaultDescriptor.sizeMax)),
            .list(VaultLayout.keysPrefix, after: nil, limit: Vault.keysMax),
            .get(VaultLayout.keyring, limit: ByteCount(KeyringBlob.sizeMax)),
        ])
        descriptor = try Vault.descriptor(replies[0], store)
        keys = try replies[1].page()
        keyring = replies[2]
    }
}

extension BlobReply {
    /// All of a small blob, which was asked for with the limit that it is held to; nil where there is none.
    func small(_ key: BlobKey, limit: Int) throws -> [UInt8]? {
        switch self {
        case .blob(let bytes, _): return bytes
        case .absent, .page: return nil
        case .failed(let error):
            guard error.code == .limit else { throw error }
            throw PerigeeError(.damaged, "the blob has more than \(limit) bytes", at: key.text)
        }
    }

    /// The page of a listing.
    func page() throws -> [BlobInfo] {
        switch self {
        case .page(let infos): return infos
        case .blob, .absent: return []
        case .failed(let error): throw error
        }
    }
}
