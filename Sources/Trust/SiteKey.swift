internal import COpenSSL
internal import Model

/// The key pair that a site proves its identity with: ECDSA on the curve P-256.
///
/// Sendable by hand: what libcrypto holds is not changed after it was made, and its calls that only read may come from any
/// thread.
public final class SiteKey: @unchecked Sendable {
    private let pair: OpaquePointer
    /// The public key as a `SubjectPublicKeyInfo` in DER.
    public let publicKey: [UInt8]
    /// Who has this key.
    public let identity: SiteIdentity

    private init(_ pair: OpaquePointer) throws {
        self.pair = pair
        publicKey = try Self.encoded("cannot write the public key") { i2d_PUBKEY(pair, $0) }
        identity = SiteIdentity(publicKey: publicKey)
    }

    deinit { EVP_PKEY_free(pair) }

    /// A new pair.
    public static func generate() throws -> SiteKey {
        guard let pair = copenssl_new_p256_key() else { throw failure("cannot make a key pair") }
        return try SiteKey(pair)
    }

    /// Reads a private key as ``pem`` writes it.
    ///
    /// - Throws: `key` where the bytes are no private key, or one of another kind.
    public convenience init(pem: [UInt8], at place: String) throws {
        let pair = pem.withUnsafeBytes { bytes -> OpaquePointer? in
            guard let bio = BIO_new_mem_buf(bytes.baseAddress, Int32(clamping: bytes.count)) else { return nil }
            defer { BIO_free(bio) }
            // The empty passphrase keeps libcrypto from asking for one at the terminal.
            var empty: CChar = 0
            return withUnsafeMutablePointer(to: &empty) { PEM_read_bio_PrivateKey(bio, nil, nil, $0) }
        }
        guard let pair else {
            ERR_clear_error()
            throw Self.unusable("it holds no private key", place)
        }
        guard EVP_PKEY_is_a(pair, "EC") == 1, EVP_PKEY_get_bits(pair) == 256 else {
            EVP_PKEY_free(pair)
            throw Self.unusable("it holds a key of another kind than P-256", place)
        }
        try self.init(pair)
    }

    /// The private key in PKCS #8, as PEM writes it; a secret.
    public func pem() throws -> [UInt8] {
        guard let bio = BIO_new(BIO_s_mem()) else { throw Self.failure("cannot write the private key") }
        defer { BIO_free(bio) }
        guard PEM_write_bio_PrivateKey(bio, pair, nil, nil, 0, nil, nil) == 1 else {
            throw Self.failure("cannot write the private key")
        }
        var bytes = [UInt8](repeating: 0, count: 4096)
        let count = bytes.withUnsafeMutableBytes { BIO_read(bio, $0.baseAddress, Int32($0.count)) }
        guard count > 0 else { throw Self.failure("cannot write the private key") }
        return Array(bytes[..<Int(count)])
    }

    /// A signature of `bytes` (ECDSA with SHA-256, in DER).
    public func sign(_ bytes: [UInt8]) throws -> [UInt8] {
        guard let context = EVP_MD_CTX_new() else { throw Self.failure("cannot sign") }
        defer { EVP_MD_CTX_free(context) }
        var signature = [UInt8](repeating: 0, count: Int(EVP_PKEY_get_size(pair)))
        var count = signature.count
        guard EVP_DigestSignInit(context, nil, EVP_sha256(), nil, pair) == 1,
            EVP_DigestSign(context, &signature, &count, bytes, bytes.count) == 1
        else { throw Self.failure("cannot sign") }
        return Array(signature[..<count])
    }

    /// Whether `signature` of `bytes` was made with the private key to `publicKey`, of which it is not known whether it is one.
    public static func verify(_ signature: [UInt8], of bytes: [UInt8], publicKey: [UInt8]) -> Bool {
        defer { ERR_clear_error() }
        let key = publicKey.withUnsafeBufferPointer { buffer -> OpaquePointer? in
            var start = buffer.baseAddress
            return d2i_PUBKEY(nil, &start, buffer.count)
        }
        guard let key else { return false }
        defer { EVP_PKEY_free(key) }
        guard EVP_PKEY_is_a(key, "EC") == 1, EVP_PKEY_get_bits(key) == 256, let context = EVP_MD_CTX_new() else {
            return false
        }
        defer { EVP_MD_CTX_free(context) }
        return EVP_DigestVerifyInit(context, nil, EVP_sha256(), nil, key) == 1
            && EVP_DigestVerify(context, signature, signature.count, bytes, bytes.count) == 1
    }

    /// A certificate for this key, signed with it, in DER: what TLS carries a public key in.
    ///
    /// Nobody looks at anything in it but the key, so it names nobody and does not expire.
    public func certificate() throws -> [UInt8] {
        guard let certificate = X509_new() else { throw Self.failure("cannot make a certificate") }
        defer { X509_free(certificate) }
        let name = X509_get_subject_name(certificate)
        // 0x1001: plain ASCII. Without an end, as RFC 5280 writes it.
        guard X509_set_version(certificate, 2) == 1,
            ASN1_INTEGER_set_uint64(X509_get_serialNumber(certificate), .random(in: 1...UInt64(Int64.max))) == 1,
            ASN1_TIME_set_string(X509_getm_notBefore(certificate), "20200101000000Z") == 1,
            ASN1_TIME_set_string(X509_getm_notAfter(certificate), "99991231235959Z") == 1,
            X509_NAME_add_entry_by_txt(name, "CN", 0x1001, "perigee", -1, -1, 0) == 1,
            X509_set_issuer_name(certificate, name) == 1, X509_set_pubkey(certificate, pair) == 1,
            X509_sign(certificate, pair, EVP_sha256()) > 0
        else { throw Self.failure("cannot make a certificate") }
        return try Self.encoded("cannot write a certificate") { i2d_X509(certificate, $0) }
    }

    /// What one of libcrypto's writers writes: asked for the length first.
    private static func encoded(
        _ doing: String, _ write: (UnsafeMutablePointer<UnsafeMutablePointer<UInt8>?>?) -> Int32
    ) throws -> [UInt8] {
        let count = Int(write(nil))
        guard count > 0 else { throw failure(doing) }
        var bytes = [UInt8](repeating: 0, count: count)
        let written = bytes.withUnsafeMutableBufferPointer { buffer -> Int32 in
            var start = buffer.baseAddress
            return write(&start)
        }
        guard Int(written) == count else { throw failure(doing) }
        return bytes
    }

    private static func failure(_ doing: String) -> PerigeeError {
        ERR_clear_error()
        return PerigeeError(.io, doing, at: "libcrypto", remedy: "check that OpenSSL works: openssl version")
    }

    private static func unusable(_ message: String, _ place: String) -> PerigeeError {
        PerigeeError(
            .key, message, at: place,
            remedy: "put the file back from a copy, or make another identity: perigee identity new --replace")
    }
}
