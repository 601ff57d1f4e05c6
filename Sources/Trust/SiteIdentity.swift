public import Hashing
internal import Model

/// Who a site is: the digest of its public key.
///
/// Written as 56 letters in eight groups, `ABCDEFG-...`: each quarter is 13 letters of the digest in base 32 and one that
/// checks them, so that a slip of the pen is found before anybody is trusted by mistake.
public struct SiteIdentity: Hashable, Sendable {
    /// BLAKE3 of the public key as a `SubjectPublicKeyInfo` in DER.
    public let digest: Digest

    /// The identity of whoever has the private key to `publicKey`, a `SubjectPublicKeyInfo` in DER.
    public init(publicKey: [UInt8]) {
        var hasher = Blake3Hasher()
        publicKey.withUnsafeBytes { hasher.update($0) }
        digest = hasher.finalize()
    }

    /// The identity that is the digest of a key.
    public init(digest: Digest) { self.digest = digest }

    /// Reads an identity: letters of either case, with or without dashes and spaces; 0, 1 and 8 are read as the letters
    /// that they are mistaken for.
    ///
    /// - Throws: `usage` where the text is none, or a check letter does not fit.
    public init(parsing text: String) throws {
        var letters: [UInt8] = []
        for scalar in text.unicodeScalars where scalar != "-" && scalar != " " {
            guard let value = CheckedLetters.value(of: scalar), letters.count < CheckedLetters.length else {
                throw Self.wrong(text, "it is no identity")
            }
            letters.append(value)
        }
        guard letters.count == CheckedLetters.length else { throw Self.wrong(text, "it is no identity") }
        guard let bytes = CheckedLetters.bytes(letters) else {
            throw Self.wrong(text, "a letter of the identity is wrong: the check letters do not fit")
        }
        digest = bytes.withUnsafeBytes { Digest($0) }
    }

    /// The first group, for lines in which all would be too much; names nobody for certain.
    public var short: String { String(description.prefix(CheckedLetters.group)) }

    private static func wrong(_ text: String, _ message: String) -> PerigeeError {
        PerigeeError(
            .usage, message, at: text.count > 80 ? String(text.prefix(80)) + "..." : text,
            remedy: "copy it from what perigee identity prints at that site: eight groups of seven letters")
    }
}

extension SiteIdentity: CustomStringConvertible {
    /// The 56 letters in eight groups.
    public var description: String { digest.withUnsafeBytes { CheckedLetters.text($0) } }
}
