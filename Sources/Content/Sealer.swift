internal import COpenSSL
public import Hashing
public import Model

/// Seals and opens bytes with one cipher; its context is kept from one message to the next.
///
/// Not for several threads at once: one per worker. Bytes go straight from the caller's buffer to the caller's buffer. The
/// library behind it is OpenSSL; nothing outside this file knows.
public final class Sealer {
    /// The most bytes that one message may have.
    public static let messageLengthMax = Int(Int32.max) - Cipher.tagCount

    /// What it seals with.
    public let cipher: Cipher
    private let algorithm: OpaquePointer
    private let encryption: OpaquePointer
    private let decryption: OpaquePointer

    /// A sealer for `cipher`.
    ///
    /// - Throws: `unsupported` where the system's OpenSSL does not have the cipher.
    public init(_ cipher: Cipher) throws(PerigeeError) {
        guard let algorithm = EVP_CIPHER_fetch(nil, cipher.description, nil) else { throw Self.unsupported(cipher) }
        guard let encryption = EVP_CIPHER_CTX_new(), let decryption = EVP_CIPHER_CTX_new(),
            EVP_EncryptInit_ex2(encryption, algorithm, nil, nil, nil) == 1,
            EVP_DecryptInit_ex2(decryption, algorithm, nil, nil, nil) == 1
        else {
            EVP_CIPHER_free(algorithm)
            throw Self.unsupported(cipher)
        }
        self.cipher = cipher
        self.algorithm = algorithm
        self.encryption = encryption
        self.decryption = decryption
    }

    deinit {
        EVP_CIPHER_CTX_free(encryption)
        EVP_CIPHER_CTX_free(decryption)
        EVP_CIPHER_free(algorithm)
    }

    /// Seals `plain` into `out`, which has room for exactly its bytes and the tag.
    ///
    /// `associated` is authenticated with it and not written. The pair of `key` and `nonce` must never be used twice.
    /// `plain` and `out` may begin at the same byte but must not overlap otherwise.
    ///
    /// - Throws: `unsupported` where OpenSSL fails, which it does only when it cannot be used at all.
    public func seal(
        _ plain: UnsafeRawBufferPointer, key: HashKey, nonce: Nonce, associated: UnsafeRawBufferPointer,
        into out: UnsafeMutableRawBufferPointer
    ) throws(PerigeeError) {
        precondition(plain.count <= Self.messageLengthMax, "a sealed message is shorter than 2 GiB")
        precondition(out.count == plain.count + Cipher.tagCount, "a seal has the length of its bytes and a tag")
        var count: Int32 = 0
        let isReady = Self.withBytes(key, nonce) { EVP_EncryptInit_ex2(encryption, nil, $0, $1, nil) }
        guard isReady,
            associated.isEmpty
                || EVP_EncryptUpdate(encryption, nil, &count, associated.octets, Int32(associated.count)) == 1,
            plain.isEmpty || EVP_EncryptUpdate(encryption, out.octets, &count, plain.octets, Int32(plain.count)) == 1,
            EVP_EncryptFinal_ex(encryption, out.octets.map { $0 + plain.count }, &count) == 1,
            EVP_CIPHER_CTX_ctrl(
                encryption, EVP_CTRL_AEAD_GET_TAG, Int32(Cipher.tagCount), out.baseAddress.map { $0 + plain.count })
                == 1
        else { throw Self.unsupported(cipher) }
    }

    /// Opens `sealed` into `plain`, which has room for exactly its bytes without the tag.
    ///
    /// - Returns: whether the seal is whole: made with this key, nonce and associated data, and not changed since. Where
    ///   it is not, `plain` is filled with zeros.
    public func open(
        _ sealed: UnsafeRawBufferPointer, key: HashKey, nonce: Nonce, associated: UnsafeRawBufferPointer,
        into plain: UnsafeMutableRawBufferPointer
    ) -> Bool {
        guard sealed.count >= Cipher.tagCount, sealed.count <= Self.messageLengthMax else { return false }
        precondition(plain.count == sealed.count - Cipher.tagCount, "an opened seal has the length of its bytes")
        var count: Int32 = 0
        // OpenSSL takes the tag through a pointer that is not const, and only reads it.
        let tag = UnsafeMutableRawPointer(mutating: sealed.baseAddress.map { $0 + plain.count })
        // The last step of these ciphers writes nothing; the pointer only has to be one.
        var nothing: UInt8 = 0
        let isReady = Self.withBytes(key, nonce) { EVP_DecryptInit_ex2(decryption, nil, $0, $1, nil) }
        let isWhole =
            isReady
            && (associated.isEmpty
                || EVP_DecryptUpdate(decryption, nil, &count, associated.octets, Int32(associated.count)) == 1)
            && (plain.isEmpty
                || EVP_DecryptUpdate(decryption, plain.octets, &count, sealed.octets, Int32(plain.count)) == 1)
            && EVP_CIPHER_CTX_ctrl(decryption, EVP_CTRL_AEAD_SET_TAG, Int32(Cipher.tagCount), tag) == 1
            && EVP_DecryptFinal_ex(decryption, &nothing, &count) == 1
        if !isWhole {
            plain.initializeMemory(as: UInt8.self, repeating: 0)
            ERR_clear_error()
        }
        return isWhole
    }

    private static func withBytes(
        _ key: HashKey, _ nonce: Nonce, _ body: (UnsafePointer<UInt8>?, UnsafePointer<UInt8>?) -> Int32
    ) -> Bool {
        key.withUnsafeBytes { key in nonce.withUnsafeBytes { body(key.octets, $0.octets) } } == 1
    }

    private static func unsupported(_ cipher: Cipher) -> PerigeeError {
        ERR_clear_error()
        return PerigeeError(
            .unsupported, "OpenSSL cannot seal with \(cipher)", remedy: "install OpenSSL 3 with its default provider")
    }
}

extension UnsafeRawBufferPointer {
    /// The start, as OpenSSL takes it.
    fileprivate var octets: UnsafePointer<UInt8>? { baseAddress?.assumingMemoryBound(to: UInt8.self) }
}

extension UnsafeMutableRawBufferPointer {
    /// The start, as OpenSSL takes it.
    fileprivate var octets: UnsafeMutablePointer<UInt8>? { baseAddress?.assumingMemoryBound(to: UInt8.self) }
}
