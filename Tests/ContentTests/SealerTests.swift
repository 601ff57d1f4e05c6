import Content
import Hashing
import Model
import TestSupport
import Testing

struct SealerTests {
    private func bytes(_ hex: String) throws -> [UInt8] { try #require(Hexadecimal.decode(hex)) }

    private func seal(
        _ plain: [UInt8], _ cipher: Cipher, _ key: [UInt8], _ nonce: [UInt8], _ associated: [UInt8],
        library: Sealer.Library? = nil
    ) throws -> [UInt8] {
        let sealer = try Sealer(cipher, library: library)
        return try [UInt8](unsafeUninitializedCapacity: plain.count + Cipher.tagCount) { out, count in
            count = plain.count + Cipher.tagCount
            let room = UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(out)[..<count])
            try plain.withUnsafeBytes { plain in
                try associated.withUnsafeBytes {
                    try sealer.seal(
                        plain, key: key.withUnsafeBytes { HashKey($0) }, nonce: nonce.withUnsafeBytes { Nonce($0) },
                        associated: $0, into: room)
                }
            }
        }
    }

    /// The plain bytes, or nil where the seal is broken; in the latter case everything in the buffer must be zero.
    private func open(
        _ sealed: [UInt8], _ sealer: Sealer, _ key: [UInt8], _ nonce: [UInt8], _ associated: [UInt8]
    ) -> [UInt8]? {
        var plain = [UInt8](repeating: 0xaa, count: sealed.count - Cipher.tagCount)
        let isWhole = plain.withUnsafeMutableBytes { plain in
            sealed.withUnsafeBytes { sealed in
                associated.withUnsafeBytes {
                    sealer.open(
                        sealed, key: key.withUnsafeBytes { HashKey($0) }, nonce: nonce.withUnsafeBytes { Nonce($0) },
                        associated: $0, into: plain)
                }
            }
        }
        if !isWhole { #expect(plain.allSatisfy { $0 == 0 }, "bytes that were not authenticated were left behind") }
        return isWhole ? plain : nil
    }

    @Test("AES-256-GCM gives test case 14 of McGrew and Viega's specification", arguments: Sealer.Library.allCases)
    func aes256GCMGivesTestCase(library: Sealer.Library) throws {
        let zeros = [UInt8](repeating: 0, count: 32)
        let sealed = try seal(Array(zeros.prefix(16)), .aes256GCM, zeros, Array(zeros.prefix(12)), [], library: library)
        #expect(
            Hexadecimal.encode(sealed) == "cea7403d4d606b6e074ec5d3baf39d18" + "d0d1c8a799996bf0265b98b5d48ab919")
    }

    @Test("chaCha20-Poly1305 gives the example of RFC 8439, section 2.8.2")
    func chacha20Poly1305GivesExampleRFC8439() throws {
        let text =
            "Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the future, sunscreen"
            + " would be it."
        let sealed = try seal(
            Array(text.utf8), .chaCha20Poly1305, Array(0x80...0x9f), try bytes("070000004041424344454647"),
            try bytes("50515253c0c1c2c3c4c5c6c7"))
        #expect(Hexadecimal.encode(sealed).hasPrefix("d31a8d34648e60db7b86afbc53ef7ec2"))
        #expect(Hexadecimal.encode(sealed).hasSuffix("1ae10b594f09e26a7e902ecbd0600691"))
    }

    @Test("what was sealed opens, at any length, with a sealer used before", arguments: Cipher.allCases)
    func whatWasSealedOpensAtAny(cipher: Cipher) throws {
        var seed = Seed.fromEnvironment()
        let opener = try Sealer(cipher)
        for count in [0, 1, 15, 16, 17, 64, 1000, 65536, 262_144] {
            let (key, nonce, associated) = (seed.bytes(32), seed.bytes(12), seed.bytes(count % 70))
            let plain = seed.bytes(count)
            let sealed = try seal(plain, cipher, key, nonce, associated)
            #expect(open(sealed, opener, key, nonce, associated) == plain, "seed \(seed.value), \(count) bytes")
        }
    }

    @Test("each library seals the same bytes, and opens and refuses what the other has sealed")
    func librariesAgree() throws {
        var seed = Seed.fromEnvironment()
        let openers = try Sealer.Library.allCases.map { try Sealer(.aes256GCM, library: $0) }
        for count in Array(0...130) + [255, 256, 4095, 65536, 65537, 262_144] {
            let (key, nonce, associated) = (seed.bytes(32), seed.bytes(12), seed.bytes(count % 70))
            let plain = seed.bytes(count)
            let sealed = try Sealer.Library.allCases.map {
                try seal(plain, .aes256GCM, key, nonce, associated, library: $0)
            }
            #expect(sealed[0] == sealed[1], "seed \(seed.value), \(count) bytes")
            var broken = sealed[0]
            broken[Int(seed.next() % UInt64(broken.count))] ^= 1
            for opener in openers {
                #expect(open(sealed[0], opener, key, nonce, associated) == plain, "seed \(seed.value), \(count) bytes")
                #expect(open(broken, opener, key, nonce, associated) == nil, "seed \(seed.value), \(count) bytes")
            }
        }
    }

    @Test("a library that lacks a cipher says so")
    func missingCipher() {
        #expect(throws: PerigeeError.self) { try Sealer(.chaCha20Poly1305, library: .boringSSL) }
    }

    @Test("one changed bit anywhere breaks the seal, and the sealer works on", arguments: Cipher.allCases)
    func oneChangedBitAnywhereBreaksSeal(cipher: Cipher) throws {
        var seed = Seed.fromEnvironment()
        let opener = try Sealer(cipher)
        let (key, nonce, associated, plain) = (seed.bytes(32), seed.bytes(12), seed.bytes(20), seed.bytes(50))
        let sealed = try seal(plain, cipher, key, nonce, associated)
        func flipped(_ bytes: [UInt8], _ bit: Int) -> [UInt8] {
            var copy = bytes
            copy[bit / 8] ^= 1 << (bit % 8)
            return copy
        }
        for bit in 0..<sealed.count * 8 {
            #expect(open(flipped(sealed, bit), opener, key, nonce, associated) == nil, "seed \(seed.value), bit \(bit)")
        }
        for bit in 0..<associated.count * 8 {
            #expect(open(sealed, opener, key, nonce, flipped(associated, bit)) == nil, "seed \(seed.value), bit \(bit)")
        }
        for bit in 0..<nonce.count * 8 {
            #expect(open(sealed, opener, key, flipped(nonce, bit), associated) == nil, "seed \(seed.value), bit \(bit)")
        }
        #expect(open(sealed, opener, key, nonce, associated) == plain)
    }

    @Test("the system's nonces do not repeat")
    func systemSNoncesDoNotRepeat() throws {
        let nonces = SystemNonces()
        var seen = Set<Nonce>()
        for _ in 0..<1000 { #expect(seen.insert(try nonces.next()).inserted) }
    }
}
