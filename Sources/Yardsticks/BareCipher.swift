internal import COpenSSL
internal import Model

/// AES-256-GCM as OpenSSL does it, and nothing besides: one key set once, a nonce and a tag a message.
final class BareCipher {
    private let context: OpaquePointer
    private var nonce: (UInt64, UInt32) = (0, 0)
    private var tag: (UInt64, UInt64) = (0, 0)

    /// - Throws: `unsupported` where OpenSSL does not have the cipher.
    init() throws {
        let key = [UInt8](repeating: 7, count: 32)
        guard let context = EVP_CIPHER_CTX_new(),
            EVP_EncryptInit_ex2(context, EVP_aes_256_gcm(), key, nil, nil) == 1
        else { throw PerigeeError(.unsupported, "OpenSSL cannot seal with AES-256-GCM") }
        self.context = context
    }

    deinit { EVP_CIPHER_CTX_free(context) }

    /// Seals `plain` into `out`, which has as many bytes; the tag is thrown away.
    func seal(_ plain: UnsafeRawBufferPointer, into out: UnsafeMutableRawBufferPointer) throws {
        nonce.0 &+= 1
        var count: Int32 = 0
        let target = out.assumingMemoryBound(to: UInt8.self).baseAddress
        let isSealed = withUnsafeBytes(of: &nonce) { nonce in
            EVP_EncryptInit_ex2(context, nil, nil, nonce.assumingMemoryBound(to: UInt8.self).baseAddress, nil) == 1
        }
        guard isSealed,
            EVP_EncryptUpdate(
                context, target, &count, plain.assumingMemoryBound(to: UInt8.self).baseAddress, Int32(plain.count))
                == 1,
            EVP_EncryptFinal_ex(context, target, &count) == 1,
            EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, 16, &tag) == 1
        else { throw PerigeeError(.unsupported, "OpenSSL cannot seal with AES-256-GCM") }
    }
}
