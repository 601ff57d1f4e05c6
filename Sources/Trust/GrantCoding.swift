internal import Hashing

/// A grant as it is sent.
///
/// 16 bytes `perigee.grant/1\n`, the issuer's public key (length in 2 bytes, then that), subject and
/// audience (32 each), rights (1: the sum of 1 read and 2 write), issued and expires (8 each, seconds since 1970), nonce
/// (16), the export's name (length in 1 byte, then that), and the signature of all before (likewise). Numbers are
/// little-endian.
enum GrantCoding {
    static let nonceSize = 16
    private static let magic = Array("perigee.grant/1\n".utf8)

    /// What a grant's bytes say; nothing of it is proven.
    struct Fields {
        var issuer: [UInt8]
        var subject: SiteIdentity
        var audience: SiteIdentity
        var rights: Set<TrustEntry.Right>
        var issued: Int64
        var expires: Int64
        var nonce: [UInt8]
        var export: String
        var signed: [UInt8]
        var signature: [UInt8]
    }

    /// All but the signature.
    static func encode(
        _ issuer: [UInt8], _ subject: SiteIdentity, _ audience: SiteIdentity, _ rights: Set<TrustEntry.Right>,
        issued: Int64, expires: Int64, _ nonce: [UInt8], _ export: String
    ) -> [UInt8] {
        var out = magic + [UInt8(truncatingIfNeeded: issuer.count), UInt8(truncatingIfNeeded: issuer.count >> 8)]
        out += issuer
        for identity in [subject, audience] { identity.digest.withUnsafeBytes { out += $0 } }
        out.append((rights.contains(.read) ? 1 : 0) + (rights.contains(.write) ? 2 : 0))
        for number in [issued, expires] { out += (0..<8).map { UInt8(truncatingIfNeeded: number >> ($0 * 8)) } }
        return out + nonce + [UInt8(export.utf8.count)] + export.utf8
    }

    /// What `bytes` say; nil where they are no grant.
    static func decode(_ bytes: [UInt8]) -> Fields? {
        var rest = bytes[...]
        func take(_ count: Int) -> [UInt8]? {
            guard rest.count >= count else { return nil }
            defer { rest = rest.dropFirst(count) }
            return Array(rest.prefix(count))
        }
        func number() -> Int64? { take(8)?.reversed().reduce(0) { $0 << 8 | Int64($1) } }
        func identity() -> SiteIdentity? { take(32).map { SiteIdentity(digest: $0.withUnsafeBytes { Digest($0) }) } }
        guard take(magic.count) == magic, let length = take(2),
            let issuer = take(Int(length[0]) | Int(length[1]) << 8), let subject = identity(),
            let audience = identity(), let rights = take(1)?[0], (1...3).contains(rights), let issued = number(),
            let expires = number(), let nonce = take(nonceSize), let nameLength = take(1)?[0],
            let name = take(Int(nameLength)), let export = String(validating: name, as: UTF8.self),
            TrustEntry.isName(export)
        else { return nil }
        let signed = Array(bytes[..<rest.startIndex])
        guard let signatureLength = take(1)?[0], let signature = take(Int(signatureLength)), rest.isEmpty else {
            return nil
        }
        var allowed: Set<TrustEntry.Right> = []
        if rights & 1 != 0 { allowed.insert(.read) }
        if rights & 2 != 0 { allowed.insert(.write) }
        return Fields(
            issuer: issuer, subject: subject, audience: audience, rights: allowed, issued: issued, expires: expires,
            nonce: nonce, export: export, signed: signed, signature: signature)
    }
}
