import Hashing
import Storage
import TestSupport
import Testing

@Suite("keys of blobs")
struct BlobKeyTests {
    @Test(
        "what could leave a folder or mean another is no key",
        arguments: [
            "", "/", "a/", "/a", "a//b", ".", "..", "../a", "a/..", "a/../b", ".hidden", "a/.b", "A", "a b", "a\0b",
            "a\n",
            "a\\b", "c:d", "ä", "a*", "%2e", "~", String(repeating: "k", count: 256),
        ])
    func refused(text: String) { #expect(BlobKey(text) == nil) }

    @Test(
        "parts of letters, digits, dashes, underscores and dots are keys", arguments: ["a", "0", "a/b-c/d_e.f", "a.."])
    func accepted(text: String) { #expect(BlobKey(text)?.text == text) }

    @Test("a digest gives a key of two levels")
    func digestKey() throws {
        var seed = Seed.fromEnvironment()
        let digest = seed.bytes(32).withUnsafeBytes { Digest($0) }
        let key = BlobKey("packs", digest)
        #expect(key.text == "packs/\(digest.hex.prefix(2))/\(digest.hex)")
        #expect(BlobKey(key.text) == key)
    }

    @Test("no random text makes a key that has a part with a leading dot, or none")
    func randomTexts() {
        var seed = Seed.fromEnvironment()
        let letters = Array("a0./-_A\u{e9} ")
        for _ in 0..<20_000 {
            let text = String(
                (0..<Int.random(in: 0..<8, using: &seed)).map { _ in letters.randomElement(using: &seed) ?? "a" })
            guard let key = BlobKey(text) else { continue }
            let parts = key.text.split(separator: "/", omittingEmptySubsequences: false)
            #expect(parts.allSatisfy { !$0.isEmpty && !$0.hasPrefix(".") }, "seed \(seed.value): \(text)")
        }
    }
}
