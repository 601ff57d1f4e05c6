internal import Hashing
internal import Model
public import Trust

/// The secret of a token, and the digests that tokens are known by.
///
/// A secret is `perigee_` and 52 letters and digits: 32 random bytes in base 32. Nobody keeps it but its owner: the daemon
/// knows its digest. It needs no salt and no slow hash, since nobody can guess 256 bits.
public enum TokenSecret {
    private static let prefix = "perigee_"
    private static let letters = Array("abcdefghijklmnopqrstuvwxyz234567".utf8)
    /// The bytes of a secret as text.
    static let length = 60

    /// A new secret, of the system's random bytes.
    public static func make() -> String {
        var generator = SystemRandomNumberGenerator()
        let bytes = (0..<32).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
        return prefix + base32(bytes)
    }

    /// The digest of a secret; nil for text that has not the form of one.
    public static func digest(_ secret: String) -> [UInt8]? {
        let bytes = Array(secret.utf8)
        guard bytes.count == length, secret.hasPrefix(prefix),
            bytes.dropFirst(prefix.utf8.count).allSatisfy({ letters.contains($0) })
        else { return nil }
        return digest(bytes, "perigee 2026-11 bearer token")
    }

    /// The digest under which a site is known whose key proves who it is.
    public static func digest(_ identity: SiteIdentity) -> [UInt8] {
        digest(identity.digest.withUnsafeBytes { Array($0) }, "perigee 2026-11 token of a site")
    }

    /// Random text of 256 bits, for logins.
    static func random() -> String { String(make().dropFirst(prefix.count)) }

    private static func digest(_ bytes: [UInt8], _ context: String) -> [UInt8] {
        var hasher = Blake3Hasher(context: context)
        bytes.withUnsafeBytes { hasher.update($0) }
        return hasher.finalize().withUnsafeBytes { Array($0) }
    }

    private static func base32(_ bytes: [UInt8]) -> String {
        var out: [UInt8] = []
        var (held, bits) = (0, 0)
        for byte in bytes {
            held = held << 8 | Int(byte)
            bits += 8
            while bits >= 5 {
                bits -= 5
                out.append(letters[held >> bits & 31])
            }
            held &= (1 << bits) - 1
        }
        if bits > 0 { out.append(letters[held << (5 - bits) & 31]) }
        return String(decoding: out, as: UTF8.self)
    }
}
