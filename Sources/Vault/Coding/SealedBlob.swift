internal import Content
internal import Hashing
internal import Model
internal import Storage

/// A small blob that only those who hold the keys can read or make.
///
/// | bytes | field |
/// |---|---|
/// | 8 | a magic word |
/// | 4 | version, 1, little-endian |
/// | 12 | nonce |
/// | n + 16 | the plain bytes under the vault's cipher, with its tag |
///
/// The associated data is the magic word, the version, the vault's id (16 bytes) and the blob's key, so that a blob
/// that was moved to another name or another vault does not open.
struct SealedBlob {
    static let version: UInt32 = 1
    static let nonceCount = Nonce.byteCount
    static let tagCount = Cipher.tagCount

    let magic: StaticString
    let key: HashKey
    let vault: VaultDescriptor

    func close(_ plain: [UInt8], as name: BlobKey, environment: VaultEnvironment) throws -> [UInt8] {
        var out = head()
        let nonce = environment.randomBytes(Self.nonceCount)
        out.raw(nonce)
        out.raw(
            try plain.withUnsafeBytes {
                try vault.cipher.seal($0, key: key, nonce: nonce, associated: associated(with: name))
            })
        return out.bytes
    }

    func open(_ blob: [UInt8], as name: BlobKey) throws -> [UInt8] {
        var fields = FieldReader(blob, at: name.text)
        try fields.magic(magic)
        try fields.version(Self.version)
        let nonce = Array(try fields.raw(Self.nonceCount))
        let sealed = Array(try fields.raw(fields.remaining))
        guard let plain = try vault.cipher.open(sealed, key: key, nonce: nonce, associated: associated(with: name))
        else {
            throw fields.damaged("is not what was sealed")
        }
        return plain
    }

    private func head() -> FieldWriter {
        var out = FieldWriter()
        out.magic(magic)
        out.number(Self.version)
        return out
    }

    private func associated(with name: BlobKey) -> [UInt8] {
        var out = head()
        out.raw(Hexadecimal.decode(vault.id) ?? [])
        out.raw(name.text.utf8)
        return out.bytes
    }
}

// A few bytes sealed at a time, as keys, keyring and refs are.
extension Cipher {
    /// The sealed bytes of `plain`, with the tag behind them.
    func seal(
        _ plain: UnsafeRawBufferPointer, key: HashKey, nonce: [UInt8], associated: [UInt8]
    ) throws -> [UInt8] {
        var sealed = [UInt8](repeating: 0, count: plain.count + Self.tagCount)
        try sealed.withUnsafeMutableBytes { sealed in
            try associated.withUnsafeBytes { associated in
                try Sealer(self).seal(
                    plain, key: key, nonce: nonce.withUnsafeBytes { Nonce($0) }, associated: associated, into: sealed)
            }
        }
        return sealed
    }

    /// What was sealed; nil where the key is another one or a byte has changed.
    func open(_ sealed: [UInt8], key: HashKey, nonce: [UInt8], associated: [UInt8]) throws -> [UInt8]? {
        guard sealed.count >= Self.tagCount else { return nil }
        var plain = [UInt8](repeating: 0, count: sealed.count - Self.tagCount)
        let isWhole = try plain.withUnsafeMutableBytes { plain in
            try sealed.withUnsafeBytes { sealed in
                try associated.withUnsafeBytes { associated in
                    try Sealer(self).open(
                        sealed, key: key, nonce: nonce.withUnsafeBytes { Nonce($0) }, associated: associated,
                        into: plain)
                }
            }
        }
        return isWhole ? plain : nil
    }
}
