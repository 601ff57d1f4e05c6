import Hashing
import Model
import TestSupport
import Testing
import Trust

@Suite("A grant")
struct GrantTests {
    private let key: SiteKey
    private let subject: SiteIdentity
    private let audience: SiteIdentity
    private let now = Timestamp(seconds: 1_800_000_000)

    init() throws {
        key = try SiteKey.generate()
        (subject, audience) = (try SiteKey.generate().identity, try SiteKey.generate().identity)
    }

    private func grant(_ lifetime: Int64 = 600) throws -> Grant {
        try Grant(
            subject: subject, audience: audience, export: "data", rights: [.write], at: now, lifetime: lifetime, by: key
        )
    }

    @Test("says the same after it was sent, and is another each time it is made")
    func roundTrip() throws {
        let grant = try grant()
        let received = try Grant(grant.bytes)
        #expect(received == grant && received.issuerIdentity == key.identity && received.export == "data")
        #expect(received.subject == subject && received.audience == audience && received.rights == [.write])
        #expect(received.expires.seconds == now.seconds + 600 && received.issued == now)
        #expect(try self.grant().nonce != grant.nonce)
        #expect(grant.bytes.count <= Grant.sizeMax)
    }

    @Test("is refused where any bit of it is another, or it was cut or lengthened")
    func tampering() throws {
        let bytes = try grant().bytes
        for bit in 0..<bytes.count * 8 {
            var wrong = bytes
            wrong[bit / 8] ^= 1 << UInt8(bit % 8)
            let error = try #require(throws: PerigeeError.self, "bit \(bit)") { try Grant(wrong) }
            #expect([.format, .damaged].contains(error.code))
        }
        for count in 0..<bytes.count { #expect(throws: PerigeeError.self) { try Grant(Array(bytes[..<count])) } }
        #expect(throws: PerigeeError.self) { try Grant(bytes + [0]) }
        #expect(throws: PerigeeError.self) { try Grant([UInt8](repeating: 255, count: 1 << 20)) }
    }

    @Test("is good from its beginning to its end, and as long before and behind as clocks may differ")
    func times() throws {
        let grant = try grant()
        for (offset, isGood) in [(-121, false), (-120, true), (0, true), (719, true), (720, false), (1 << 40, false)] {
            let then = Timestamp(seconds: now.seconds + Int64(offset))
            if isGood {
                try grant.check(at: then)
            } else {
                let error = try #require(throws: PerigeeError.self, "\(offset)") { try grant.check(at: then) }
                #expect(error.code == .refused && error.remedy?.contains("120 s") == true)
            }
        }
    }

    /// A grant made by hand from the protocol's description, signed rightly, with times that Perigee would not sign.
    private func handmade(issued: Int64, expires: Int64, name: String = "data", rights: UInt8 = 2) throws -> [UInt8] {
        func little(_ value: Int64) -> [UInt8] { (0..<8).map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) } }
        var bytes = Array("perigee.grant/1\n".utf8) + [UInt8(key.publicKey.count), 0] + key.publicKey
        for identity in [subject, audience] { identity.digest.withUnsafeBytes { bytes += $0 } }
        bytes += [rights] + little(issued) + little(expires) + [UInt8](repeating: 3, count: 16)
        bytes += [UInt8(name.utf8.count)] + name.utf8
        let signature = try key.sign(bytes)
        return bytes + [UInt8(signature.count)] + signature
    }

    @Test("is never good for longer than an hour, whatever was signed")
    func lifetimes() throws {
        let start = now.seconds
        try Grant(handmade(issued: start, expires: start + 3600)).check(at: now)
        for (issued, expires) in [
            (start, start + 3601), (start, start), (start, start - 1), (Int64.min, Int64.max), (Int64.max, Int64.min),
            (start, Int64.max), (Int64.max - 10, Int64.max), (Int64.min, Int64.min + 10),
        ] {
            let error = try #require(throws: PerigeeError.self) {
                try Grant(handmade(issued: issued, expires: expires)).check(at: now)
            }
            #expect(error.code == .refused, "\(issued) \(expires)")
        }
        for name in ["", "..", "a/b", "\u{1b}"] {
            #expect(throws: PerigeeError.self) { try Grant(handmade(issued: start, expires: start + 1, name: name)) }
        }
        for rights: UInt8 in [0, 4, 7, 255] {
            #expect(throws: PerigeeError.self) {
                try Grant(handmade(issued: start, expires: start + 1, rights: rights))
            }
        }
    }
}
