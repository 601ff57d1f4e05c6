import Files
import Model
import TestSupport
import Testing
import Trust

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

@Suite("A site's key")
struct SiteKeyTests {
    @Test("is the same after it was written and read, and another each time it is made")
    func roundTrip() throws {
        let key = try SiteKey.generate()
        let again = try SiteKey(pem: key.pem(), at: "here")
        #expect(again.publicKey == key.publicKey && again.identity == key.identity)
        #expect(try SiteKey.generate().identity != key.identity)
        #expect(try String(decoding: key.pem(), as: UTF8.self).hasPrefix("-----BEGIN PRIVATE KEY-----\n"))
    }

    @Test("signs so that only its own signature of the same bytes is taken")
    func signatures() throws {
        var seed = Seed.fromEnvironment()
        let key = try SiteKey.generate()
        let bytes = seed.bytes(100)
        let signature = try key.sign(bytes)
        #expect(SiteKey.verify(signature, of: bytes, publicKey: key.publicKey))
        #expect(!SiteKey.verify(signature, of: bytes, publicKey: try SiteKey.generate().publicKey))
        for _ in 0..<100 {
            var (wrong, other) = (signature, bytes)
            wrong[Int.random(in: 0..<wrong.count, using: &seed)] ^= 1 << UInt8.random(in: 0..<8, using: &seed)
            other[Int.random(in: 0..<other.count, using: &seed)] ^= 1 << UInt8.random(in: 0..<8, using: &seed)
            #expect(!SiteKey.verify(wrong, of: bytes, publicKey: key.publicKey), "seed \(seed.value)")
            #expect(!SiteKey.verify(signature, of: other, publicKey: key.publicKey), "seed \(seed.value)")
            #expect(!SiteKey.verify(signature, of: bytes, publicKey: seed.bytes(91)))
        }
        #expect(!SiteKey.verify([], of: bytes, publicKey: key.publicKey))
        #expect(!SiteKey.verify(signature, of: bytes, publicKey: []))
    }

    @Test(
        "is refused where the file holds something else",
        arguments: ["", "text", "-----BEGIN PRIVATE KEY-----\nAAAA\n"])
    func garbage(text: String) throws {
        let error = try #require(throws: PerigeeError.self) { try SiteKey(pem: Array(text.utf8), at: "key.pem") }
        #expect(error.code == .key && error.place == "key.pem" && error.remedy != nil)
    }

    @Test("is kept for its owner alone, and never overwritten unasked")
    func file() throws {
        let folder = try TemporaryFolder()
        let file = IdentityFile(TrustFolder(state: folder.path("state")))
        #expect(try file.read() == nil)
        let missing = try #require(throws: PerigeeError.self) { try file.key() }
        #expect(missing.code == .key && missing.remedy?.contains("perigee identity new") == true)
        let instant = Timestamp(seconds: 1_800_000_000)
        let (first, none) = try file.make(replacing: false, at: instant)
        #expect(none == nil)
        #expect(try file.key().identity == first.identity)
        let refused = try #require(throws: PerigeeError.self) { try file.make(replacing: false, at: instant) }
        #expect(refused.code == .exists)
        #expect(try file.key().identity == first.identity)
        let (second, former) = try file.make(replacing: true, at: instant)
        #expect(try file.key().identity == second.identity && second.identity != first.identity)
        let kept = try OpenFile(reading: try #require(former))
        var bytes = [UInt8](repeating: 0, count: 4096)
        let count = try bytes.withUnsafeMutableBytes { try kept.read(into: $0, at: 0) }
        #expect(try SiteKey(pem: Array(bytes[..<count]), at: "former").identity == first.identity)
        #expect(try kept.status().mode == 0o600)
        #expect(try OpenFile(reading: file.path).status().mode == 0o600)
        #expect(try FolderHandle(path: folder.path("state")).status(Array("trust".utf8))?.mode == 0o700)
    }
}
