internal import COpenSSL

/// SHA-256 of bytes that come in parts, by OpenSSL: what requests are signed with, and what checks objects.
///
/// Not for several threads at once.
final class SHA256 {
    private static let count = 32
    private let context: OpaquePointer

    init() {
        guard let context = EVP_MD_CTX_new(), EVP_DigestInit_ex(context, EVP_sha256(), nil) == 1 else { Self.refuse() }
        self.context = context
    }

    deinit { EVP_MD_CTX_free(context) }

    func update(_ bytes: UnsafeRawBufferPointer) {
        guard EVP_DigestUpdate(context, bytes.baseAddress, bytes.count) == 1 else { Self.refuse() }
    }

    /// The 32 bytes of the digest, behind which nothing may be added.
    func finish() -> [UInt8] {
        Self.filled { EVP_DigestFinal_ex(context, $0, nil) == 1 }
    }

    /// The digest of `bytes`.
    static func hash(_ bytes: [UInt8]) -> [UInt8] {
        filled { EVP_Digest(bytes, bytes.count, $0, nil, EVP_sha256(), nil) == 1 }
    }

    /// The code that authenticates `text` by `key` (HMAC, RFC 2104).
    static func code(_ text: String, _ key: [UInt8]) -> [UInt8] {
        let text = Array(text.utf8)
        return filled { HMAC(EVP_sha256(), key, Int32(key.count), text, text.count, $0, nil) != nil }
    }

    private static func filled(_ body: (UnsafeMutablePointer<UInt8>?) -> Bool) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            guard body(buffer.baseAddress) else { refuse() }
            filled = count
        }
    }

    /// Where memory ends, or the system's policy leaves out what S3 cannot be spoken without.
    private static func refuse() -> Never { fatalError("OpenSSL cannot make a SHA-256") }
}
