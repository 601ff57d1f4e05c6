import Content
import Hashing
import Model
import Storage
import TestSupport
import Testing

/// Reads the golden vaults by the tables of the format's document alone: no code of the vault has a part in it.
@Suite("The bytes of a golden vault are what the format's document says")
struct GoldenVaultBytesTests {
    /// A golden vault and what its document's derivations make of its key file.
    struct Site {
        let store: MemoryStore
        let cipher: Cipher
        let id: [UInt8]
        let descriptor: [UInt8]
        let master: HashKey

        init(_ name: String) throws {
            try self.init(GoldenVaultTests.golden(name), name == "aes-256-gcm" ? .aes256GCM : .chaCha20Poly1305)
        }

        init(_ store: MemoryStore, _ cipher: Cipher) throws {
            self.store = store
            self.cipher = cipher
            descriptor = try store.all(try #require(BlobKey("descriptor")))
            let lines = String(decoding: descriptor, as: UTF8.self).split(separator: "\n")
            id = try #require(Hexadecimal.decode(lines[2].dropFirst(3)))
            master = try Self.master(store, cipher, id, descriptor)
        }

        func key(_ context: String) -> HashKey { master.withUnsafeBytes { KeyDeriver(context: context).derive($0) } }

        func open(_ sealed: [UInt8], _ key: HashKey, nonce: [UInt8], _ associated: [UInt8]) throws -> [UInt8] {
            try Self.open(sealed, cipher, key, nonce, associated)
        }

        private static func open(
            _ sealed: [UInt8], _ cipher: Cipher, _ key: HashKey, _ nonce: [UInt8], _ associated: [UInt8]
        ) throws -> [UInt8] {
            var plain = [UInt8](repeating: 0, count: sealed.count - 16)
            let sealer = try Sealer(cipher)
            let isWhole = plain.withUnsafeMutableBytes { plain in
                sealed.withUnsafeBytes { sealed in
                    associated.withUnsafeBytes { associated in
                        nonce.withUnsafeBytes { nonce in
                            sealer.open(sealed, key: key, nonce: Nonce(nonce), associated: associated, into: plain)
                        }
                    }
                }
            }
            #expect(isWhole)
            return plain
        }

        /// The master key, out of the wrapped key that a key file opens.
        private static func master(
            _ store: MemoryStore, _ cipher: Cipher, _ id: [UInt8], _ descriptor: [UInt8]
        ) throws -> HashKey {
            let blobs = try store.keys("keys/").map { try store.all($0) }
            let blob = try #require(blobs.first { $0[12] == 2 })
            let deriver = KeyDeriver(context: "perigee 2026-11 key file wrapping key v1")
            let wrapping = GoldenVault.keyFile.withUnsafeBytes { file in
                blob[22..<54].withUnsafeBytes { deriver.derive(file, $0) }
            }
            let nonceStart = 54 + 12 + 2 + Int(blob[66])
            let master = try open(
                Array(blob[(nonceStart + 12)..<(nonceStart + 60)]), cipher, wrapping,
                Array(blob[nonceStart..<(nonceStart + 12)]),
                Array(blob[..<nonceStart]) + id + GoldenVaultBytesTests.hash(descriptor))
            return master.withUnsafeBytes { HashKey($0) }
        }

        /// The plain bytes of the sealed blob `name`, by its table.
        func sealed(_ name: BlobKey, magic: String, _ key: HashKey) throws -> Bytes {
            let blob = try store.all(name)
            var bytes = Bytes(blob)
            #expect(bytes.text(8) == magic)
            #expect(bytes.number(4) == 1)
            let nonce = bytes.raw(12)
            return Bytes(try open(bytes.rest(), key, nonce: nonce, Array(blob[..<12]) + id + Array(name.text.utf8)))
        }
    }

    private static func hash(_ bytes: [UInt8]) -> [UInt8] {
        bytes.withUnsafeBytes { Blake3.hash($0) }.withUnsafeBytes { Array($0) }
    }

    private static func keyed(_ bytes: [UInt8], _ key: HashKey) -> [UInt8] {
        bytes.withUnsafeBytes { Blake3.hash($0, key: key) }.withUnsafeBytes { Array($0) }
    }

    @Test("descriptor", arguments: GoldenVault.ciphers)
    func descriptor(cipher: String) throws {
        let site = try Site(cipher)
        let text = String(decoding: site.descriptor, as: UTF8.self)
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        #expect(lines.count == 8 && lines[7] == "")
        #expect(Array(lines[..<2]) == ["perigee vault", "version 1"])
        #expect(lines[2] == "id 000102030405060708090a0b0c0d0e0f")
        #expect(lines[3] == "created 1795438800.000000005")
        #expect(lines[4] == "cipher \(cipher)")
        let covered = lines[..<6].map { $0 + "\n" }.joined()
        #expect(lines[6] == "checksum \(Hexadecimal.encode(Self.hash(Array(covered.utf8))))")
        var chunker = Bytes(try #require(Hexadecimal.decode(lines[5].dropFirst("chunker ".count))))
        #expect(chunker.number(4) == 1 && chunker.number(4) == 65_536)
        #expect(chunker.number(2) == 0x6b2d && chunker.number(2) == 0x9e35)
        #expect(chunker.number(2) == 16 && chunker.number(2) == 0)
        #expect(chunker.number(8) == 0x243f_6a88_85a3_08d3)
        #expect(chunker.count == 64)
    }

    @Test("wrapped keys", arguments: GoldenVault.ciphers)
    func wrappedKeys(cipher: String) throws {
        let site = try Site(cipher)
        var ways: Set<UInt64> = []
        for key in try site.store.keys("keys/") {
            let blob = try site.store.all(key)
            var bytes = Bytes(blob)
            #expect(bytes.text(8) == "PERIKEYS" && bytes.number(4) == 1)
            let way = bytes.number(1)
            ways.insert(way)
            let cost = (bytes.number(1), bytes.number(4), bytes.number(4))
            #expect(cost == (way == 1 ? (4, 8, 1) : (0, 0, 0)))
            _ = bytes.raw(32)
            #expect(bytes.number(8) == 1_795_438_800 && bytes.number(4) == 5)
            let length = Int(bytes.number(2))
            #expect(bytes.text(length) == (way == 1 ? "passphrase" : "key file"))
            _ = bytes.raw(12 + 48)
            #expect(bytes.rest() == Self.hash(Array(blob.dropLast(32))))
            #expect(key.text.count == "keys/".count + 16)
        }
        #expect(ways == [1, 2])
    }

    @Test("keyring", arguments: GoldenVault.ciphers)
    func keyring(cipher: String) throws {
        let site = try Site(cipher)
        var plain = try site.sealed(
            try #require(BlobKey("keyring")), magic: "PERIRING", site.key("perigee 2026-11 keyring sealing key v1"))
        #expect(plain.number(4) == 1 && plain.number(4) == 1)
        _ = plain.raw(32)
        #expect(plain.number(4) == 1)
        #expect(plain.count == 32)
    }

    @Test("ref, and the snapshot's record that it names", arguments: GoldenVault.ciphers)
    func refAndSnapshot(cipher: String) throws {
        let site = try Site(cipher)
        let name = Array(GoldenVault.dataset.utf8)
        let tag = Hexadecimal.encode(
            Self.keyed(name, site.key("perigee 2026-11 dataset tag key v1")).prefix(16))
        var ref = try site.sealed(
            try #require(BlobKey("refs/\(tag)")), magic: "PERIREFS", site.key("perigee 2026-11 ref sealing key v1"))
        #expect(ref.number(8) == 1)
        let id = ref.raw(32)
        #expect(ref.number(2) == UInt64(name.count) && ref.rest() == name)

        var ring = try site.sealed(
            try #require(BlobKey("keyring")), magic: "PERIRING", site.key("perigee 2026-11 keyring sealing key v1"))
        _ = ring.raw(8)
        let (idKey, _, epochKey) = (ring.raw(32), ring.number(4), ring.raw(32))
        let blob = try site.store.all(try #require(BlobKey("snapshots/\(tag)/\(Hexadecimal.encode(id))")))
        var record = Bytes(blob)
        #expect(record.text(4) == "PGR1" && record.number(1) == 1 && record.number(1) == 1)
        let codec = record.number(1)
        #expect(codec == 0 || codec == 1)
        #expect(record.number(1) == UInt64(site.cipher == .aes256GCM ? 0 : 1))
        #expect(record.number(4) == 1)
        let (plainLength, sealedLength, nonce) = (record.number(4), record.number(4), record.raw(12))
        #expect(record.raw(32) == id)
        #expect(UInt64(record.count) == sealedLength)
        let sealing = KeyDeriver(context: "perigee 2026-11 chunk sealing key v1")
        let key = epochKey.withUnsafeBytes { epoch in id.withUnsafeBytes { sealing.derive(epoch, $0) } }
        let body = try site.open(record.rest(), key, nonce: nonce, Array(blob[..<64]))
        guard codec == 0 else { return }
        let pageKey = idKey.withUnsafeBytes { KeyDeriver(context: "perigee 2026-11 page id key v1").derive($0) }
        #expect(UInt64(body.count) == plainLength && Self.keyed(body, pageKey) == id)
        #expect(body.starts(with: Array("PG\u{1}s".utf8)))
    }

    @Test("index segments, held against the packs that they list", arguments: GoldenVault.ciphers)
    func segments(cipher: String) throws {
        let site = try Site(cipher)
        var listed: [String: String] = [:]
        for name in try site.store.keys("index/") {
            let blob = try site.store.all(name)
            #expect(name.text.hasSuffix(Hexadecimal.encode(Self.hash(blob))))
            listed.merge(try Segment(blob).locations()) { first, _ in first }
        }
        var held: [String: String] = [:]
        for name in try site.store.keys("packs/") {
            let blob = try site.store.all(name)
            var footer = Bytes(Array(blob.suffix(64)))
            let (offset, count) = (Int(footer.number(8)), Int(footer.number(8)))
            #expect(footer.raw(32) == Self.hash(Array(blob[offset..<(blob.count - 64)])))
            #expect(footer.number(8) == 0 && footer.text(8) == "PERIFOOT")
            #expect(Array(blob[..<16]) == Array("PERIPACK".utf8) + [1, 0, 0, 0, 0, 0, 0, 0])
            var directory = Bytes(Array(blob[offset...]))
            for _ in 0..<count {
                let (id, place, sealed, plain) = (
                    directory.raw(32), directory.number(8), directory.number(4), directory.number(4)
                )
                #expect(directory.number(4) == 1)
                let (kind, codec, zero) = (directory.number(1), directory.number(1), directory.number(2))
                #expect(zero == 0 && codec == 0)
                held[Hexadecimal.encode(id)] = "\(name.text.suffix(64)) \(place) \(sealed) \(plain) \(kind) \(codec)"
            }
        }
        #expect(!held.isEmpty && listed == held)
    }

    /// An index segment, read by its table.
    private struct Segment {
        let blob: [UInt8]
        let buckets, entries, packs, replaced: Int

        init(_ blob: [UInt8]) {
            self.blob = blob
            var footer = Bytes(Array(blob.suffix(128)))
            let counts = (0..<4).map { _ in Int(footer.number(8)) }
            (buckets, entries, packs, replaced) = (counts[0], counts[1], counts[2], counts[3])
            #expect(blob.count == 64 + 64 * buckets + 48 * entries + 48 * packs + 32 * replaced + 128)
            let tables = 64 + 64 * buckets + 48 * entries
            #expect(footer.raw(32) == GoldenVaultBytesTests.hash(Array(blob[tables..<(blob.count - 128)])))
            #expect(footer.raw(12).allSatisfy { $0 == 0 } && footer.number(4) == 1)
            #expect(footer.raw(32) == GoldenVaultBytesTests.hash(Array(blob[(blob.count - 128)..<(blob.count - 48)])))
            #expect(footer.number(8) == 0 && footer.text(8) == "PERIINDX")
            #expect(Array(blob[..<64]) == Array("PERIINDX".utf8) + [UInt8](repeating: 0, count: 56))
        }

        /// What it says of each ID, once its order, buckets and filters have proved to be as documented.
        func locations() throws -> [String: String] {
            var table = Bytes(Array(blob[(64 + 64 * buckets + 48 * entries)...]))
            let names = (0..<packs).map { _ in
                let name = Hexadecimal.encode(table.raw(32))
                _ = table.raw(16)
                return name
            }
            #expect(names == names.sorted())
            var lines = Bytes(Array(blob[(64 + 64 * buckets)...]))
            var (last, out, first) = ("", [String: String](), [Int](repeating: 0, count: buckets))
            for _ in 0..<entries {
                let id = lines.raw(32)
                let hex = Hexadecimal.encode(id)
                #expect(last < hex)
                last = hex
                let (pack, place, sealed, shape) = (lines.number(4), lines.number(4), lines.number(4), lines.number(4))
                out[hex] =
                    "\(names[Int(pack)]) \(place) \(sealed) \(shape & 0xff_ffff) \(shape >> 24 & 15) \(shape >> 28)"
                let prefix = id.prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
                let bucket = Int(prefix.multipliedFullWidth(by: UInt64(buckets)).high)
                for later in first.indices where later > bucket { first[later] += 1 }
                expectFilter(bucket, Array(id[8..<16]))
            }
            for bucket in 0..<buckets {
                var line = Bytes(Array(blob[(64 + 64 * bucket)...]))
                #expect(line.number(8) == UInt64(first[bucket]))
            }
            return out
        }

        private func expectFilter(_ bucket: Int, _ second: [UInt8]) {
            var word = Bytes(second)
            let y = word.number(8)
            for probe in 0..<6 {
                let bit = Int(((y >> (9 * UInt64(probe))) & 511) * 448 / 512)
                var filter = Bytes(Array(blob[(64 + 64 * bucket + 8 + bit / 64 * 8)...]))
                #expect(filter.number(8) >> UInt64(bit % 64) & 1 == 1)
            }
        }
    }
}

/// Bytes that are read from the front.
struct Bytes {
    private var bytes: ArraySlice<UInt8>

    init(_ bytes: [UInt8]) { self.bytes = bytes[...] }

    /// How many are left.
    var count: Int { bytes.count }

    mutating func raw(_ count: Int) -> [UInt8] {
        defer { bytes = bytes.dropFirst(count) }
        return Array(bytes.prefix(count))
    }

    mutating func number(_ count: Int) -> UInt64 { raw(count).reversed().reduce(0) { $0 << 8 | UInt64($1) } }

    mutating func text(_ count: Int) -> String { String(decoding: raw(count), as: UTF8.self) }

    mutating func rest() -> [UInt8] { raw(count) }
}
