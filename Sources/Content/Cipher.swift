internal import COpenSSL

/// How a record is sealed: an authenticated cipher with a key of 32 bytes, a nonce of 12 and a tag of 16.
///
/// The raw value stands in the record's header, so that records of both can lie in one pack.
public enum Cipher: UInt8, Hashable, Sendable, CaseIterable, CustomStringConvertible {
    /// AES-256 in Galois/counter mode (NIST SP 800-38D).
    case aes256GCM = 0
    /// ChaCha20-Poly1305 (RFC 8439).
    case chaCha20Poly1305 = 1

    /// The length of the tag that follows the sealed bytes.
    public static let tagCount = 16

    /// The faster one here: AES where the processor has instructions for it.
    public static let preferred: Cipher = copenssl_processor_has_aes() != 0 ? .aes256GCM : .chaCha20Poly1305

    /// The name that a vault's descriptor and the command line give it.
    public var name: String {
        switch self {
        case .aes256GCM: "aes-256-gcm"
        case .chaCha20Poly1305: "chacha20-poly1305"
        }
    }

    /// The cipher of this ``name``; nil where there is none.
    public init?(name: some StringProtocol) {
        guard let cipher = Self.allCases.first(where: { $0.name == name }) else { return nil }
        self = cipher
    }

    /// The name that OpenSSL gives it.
    public var description: String {
        switch self {
        case .aes256GCM: "AES-256-GCM"
        case .chaCha20Poly1305: "ChaCha20-Poly1305"
        }
    }
}
