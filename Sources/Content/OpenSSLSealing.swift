internal import COpenSSL
internal import Hashing
internal import Model

/// Seals and opens by OpenSSL; its contexts are kept from one message to the next.
final class OpenSSLSealing: Sealing {
    private let cipher: Cipher
    private let algorithm: OpaquePointer
    private let encryption: OpaquePointer
    private let decryption: OpaquePointer

    /// - Throws: `unsupported` where the system's OpenSSL does not have the cipher.
    init(_ cipher: Cipher) throws(PerigeeError) {
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

    func seal(
        _ plain: UnsafeRawBufferPointer, key: HashKey, nonce: Nonce, associated: UnsafeRawBufferPointer,
        into out: UnsafeMutableRawBufferPointer
    ) throws(PerigeeError) {
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

    func open(
        _ sealed: UnsafeRawBufferPointer, key: HashKey, nonce: Nonce, associated: UnsafeRawBufferPointer,
        into plain: UnsafeMutableRawBufferPointer
    ) -> Bool {
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
        if !isWhole { ERR_clear_error() }
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
