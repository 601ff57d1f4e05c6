public import Hashing
public import Model

/// Seals and opens bytes with one cipher.
///
/// Not for several threads at once: one per worker. Bytes go straight from the caller's buffer to the caller's buffer.
/// Which library is behind it changes nothing but the speed: each opens what the other has sealed.
public final class Sealer {
    /// A library that can seal.
    public enum Library: Hashable, Sendable, CaseIterable {
        /// The system's OpenSSL: both ciphers.
        case openSSL
        /// The BoringSSL of swift-nio-ssl: AES-256-GCM, on processors with VAES at twice the speed of OpenSSL 3.0.
        case boringSSL

        /// The faster one for `cipher`.
        public static func preferred(for cipher: Cipher) -> Library { cipher == .aes256GCM ? .boringSSL : .openSSL }
    }

    /// The most bytes that one message may have.
    public static let messageLengthMax = Int(Int32.max) - Cipher.tagCount

    /// What it seals with.
    public let cipher: Cipher
    private let sealing: any Sealing

    /// A sealer for `cipher`.
    ///
    /// - Parameter library: nil for the faster one.
    /// - Throws: `unsupported` where the library does not have the cipher.
    public init(_ cipher: Cipher, library: Library? = nil) throws(PerigeeError) {
        self.cipher = cipher
        switch library ?? .preferred(for: cipher) {
        case .openSSL: sealing = try OpenSSLSealing(cipher)
        case .boringSSL: sealing = try BoringSSLSealing(cipher)
        }
    }

    /// Seals `plain` into `out`, which has room for exactly its bytes and the tag.
    ///
    /// `associated` is authenticated with it and not written. The pair of `key` and `nonce` must never be used twice.
    /// `plain` and `out` may begin at the same byte but must not overlap otherwise.
    ///
    /// - Throws: `unsupported` where the library fails, which it does only when it cannot be used at all.
    public func seal(
        _ plain: UnsafeRawBufferPointer, key: HashKey, nonce: Nonce, associated: UnsafeRawBufferPointer,
        into out: UnsafeMutableRawBufferPointer
    ) throws(PerigeeError) {
        precondition(plain.count <= Self.messageLengthMax, "a sealed message is shorter than 2 GiB")
        precondition(out.count == plain.count + Cipher.tagCount, "a seal has the length of its bytes and a tag")
        try sealing.seal(plain, key: key, nonce: nonce, associated: associated, into: out)
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
        let isWhole = sealing.open(sealed, key: key, nonce: nonce, associated: associated, into: plain)
        if !isWhole { plain.initializeMemory(as: UInt8.self, repeating: 0) }
        return isWhole
    }
}
