internal import Content
internal import Hashing
internal import Model
internal import Storage

/// The master key under one passphrase or key file: the blob `keys/<id>`.
///
/// All numbers are little-endian:
///
/// | bytes | field |
/// |---|---|
/// | 8 | `PERIKEYS` |
/// | 4 | version, 1 |
/// | 1 | way from the secret to the wrapping key: 1 scrypt, 2 BLAKE3 derive-key |
/// | 1, 4, 4 | log2 N, r, p of scrypt; zero for way 2 |
/// | 32 | salt |
/// | 8, 4 | created: seconds since 1970 (two's complement), nanoseconds |
/// | 2 + n | label, UTF-8, n at most ``labelBytesMax`` |
/// | 12 | nonce |
/// | 48 | master key under the vault's cipher, with its tag |
/// | 32 | BLAKE3 of all before |
///
/// The associated data is all before the nonce, then the vault's id (16 bytes) and the descriptor's BLAKE3: a key opens
/// no vault whose descriptor was tampered with. The checksum tells a damaged blob from a wrong passphrase.
struct WrappedKey {
    static let version: UInt32 = 1
    static let labelBytesMax = 256
    /// The most bytes of a key blob.
    static let sizeMax = 1024
    static let keyFileContext = "perigee 2026-11 key file wrapping key v1"

    enum Way: Hashable {
        case scrypt(KeyCost)
        case keyFile
    }

    var way: Way
    var salt: [UInt8]
    var created: Timestamp
    var label: String
    var nonce: [UInt8]
    var sealed: [UInt8]

    /// Wraps `master` under `secret` for the vault of `descriptor`.
    init(
        _ master: HashKey, under secret: Secret, cost: KeyCost, label: String, descriptor: VaultDescriptor,
        environment: VaultEnvironment
    ) throws {
        guard label.utf8.count <= Self.labelBytesMax else {
            throw PerigeeError(.limit, "a key's label has at most \(Self.labelBytesMax) bytes")
        }
        switch secret {
        case .passphrase(let text):
            guard !text.isEmpty else {
                throw PerigeeError(.key, "the passphrase is empty", remedy: "give one of at least a few words")
            }
            way = .scrypt(cost)
        case .keyFile(let bytes):
            guard bytes.count >= Secret.keyFileBytesMin else {
                throw PerigeeError(
                    .key, "the key file has \(bytes.count) bytes, fewer than \(Secret.keyFileBytesMin)",
                    remedy: "make one with: head -c 32 /dev/urandom > FILE")
            }
            way = .keyFile
        }
        salt = environment.randomBytes(32)
        created = environment.now()
        self.label = label
        nonce = environment.randomBytes(SealedBlob.nonceCount)
        sealed = []
        guard let wrapping = try wrappingKey(from: secret) else { preconditionFailure("the way fits the secret") }
        sealed = try master.withUnsafeBytes {
            try descriptor.cipher.seal($0, key: wrapping, nonce: nonce, associated: associated(with: descriptor))
        }
    }

    /// The master key; nil where `secret` is not the one.
    func open(with secret: Secret, descriptor: VaultDescriptor) throws -> HashKey? {
        guard let wrapping = try wrappingKey(from: secret) else { return nil }
        let plain = try descriptor.cipher.open(
            sealed, key: wrapping, nonce: nonce, associated: associated(with: descriptor))
        return plain.flatMap { plain in
            plain.count == HashKey.byteCount ? plain.withUnsafeBytes { HashKey($0) } : nil
        }
    }

    /// The key that `secret` and the salt make; nil where the secret is of another sort.
    private func wrappingKey(from secret: Secret) throws -> HashKey? {
        switch (way, secret) {
        case (.scrypt(let cost), .passphrase(let text)):
            return try cost.key(of: text, salt: salt)
        case (.keyFile, .keyFile(let bytes)) where bytes.count >= Secret.keyFileBytesMin:
            return bytes.withUnsafeBytes { secret in
                salt.withUnsafeBytes { salt in KeyDeriver(context: Self.keyFileContext).derive(secret, salt) }
            }
        default:
            return nil
        }
    }

    private func associated(with descriptor: VaultDescriptor) -> [UInt8] {
        var out = head()
        out.raw(Hexadecimal.decode(descriptor.id) ?? [])
        descriptor.digest.withUnsafeBytes { out.raw($0) }
        return out.bytes
    }

    private func head() -> FieldWriter {
        var out = FieldWriter()
        out.magic("PERIKEYS")
        out.number(Self.version)
        switch way {
        case .scrypt(let cost):
            out.number(UInt8(1))
            out.number(cost.logCost)
            out.number(cost.blockSize)
            out.number(cost.parallelism)
        case .keyFile:
            out.number(UInt8(2))
            out.raw([UInt8](repeating: 0, count: 9))
        }
        out.raw(salt)
        out.number(created.seconds)
        out.number(created.nanoseconds)
        out.text(label)
        return out
    }
}

extension WrappedKey {
    /// The blob.
    func encoded() -> [UInt8] {
        var out = head()
        out.raw(nonce)
        out.raw(sealed)
        out.bytes.withUnsafeBytes { Blake3.hash($0) }.withUnsafeBytes { out.raw($0) }
        return out.bytes
    }

    /// Reads the blob `bytes` found at `place`.
    init(decoding bytes: [UInt8], at place: String) throws {
        var fields = FieldReader(bytes, count: bytes.count - Digest.byteCount, at: place)
        let checksum = bytes.dropLast(Digest.byteCount).withUnsafeBytes { Blake3.hash($0) }
        guard bytes.count > Digest.byteCount,
            checksum.withUnsafeBytes({ $0.elementsEqual(bytes.suffix(Digest.byteCount)) })
        else { throw fields.damaged("is not what was written: its checksum does not hold") }
        try fields.magic("PERIKEYS")
        try fields.version(Self.version)
        let kind = try fields.number(UInt8.self)
        let logCost = try fields.number(UInt8.self)
        let blockSize = try fields.number(UInt32.self)
        let parallelism = try fields.number(UInt32.self)
        switch kind {
        case 1: way = .scrypt(try KeyCost(logCost: logCost, blockSize: blockSize, parallelism: parallelism))
        case 2 where logCost == 0 && blockSize == 0 && parallelism == 0: way = .keyFile
        default: throw fields.damaged("has a key of a sort that is not known")
        }
        salt = Array(try fields.raw(32))
        created = Timestamp(
            seconds: Int64(bitPattern: try fields.number(UInt64.self)), nanoseconds: try fields.number(UInt32.self))
        label = try fields.text(limit: Self.labelBytesMax)
        nonce = Array(try fields.raw(SealedBlob.nonceCount))
        sealed = Array(try fields.raw(HashKey.byteCount + SealedBlob.tagCount))
        try fields.finish()
    }
}
