import Hashing
import Model
import TestSupport
import Testing
import Trust

@Suite("A site's identity")
struct SiteIdentityTests {
    private static let counting = "AAAQEAY-EAUDAO5-CAJBIFQ-YDIOB4T-IBCEQTC-QKRMFYR-YDENBWH-A5DYPQE"

    private func identity(_ bytes: [UInt8]) -> SiteIdentity {
        SiteIdentity(digest: bytes.withUnsafeBytes { Digest($0) })
    }

    // The texts were made by a program in another language from the description in <doc:WireProtocol>.
    @Test("is written as the protocol's description says, and read back")
    func golden() throws {
        for (bytes, text) in [
            ([UInt8](repeating: 0, count: 32), "AAAAAAA-AAAAAAA-AAAAAAA-AAAAAAA-AAAAAAA-AAAAAAA-AAAAAAA-AAAAAAA"),
            (Array(0..<32), Self.counting),
            ([UInt8](repeating: 255, count: 32), "7777777-777777O-7777777-777777O-7777777-777777O-7777777-77777QL"),
        ] {
            #expect("\(identity(bytes))" == text)
            #expect(try SiteIdentity(parsing: text) == identity(bytes))
        }
        // BLAKE3 of nothing, from its specification.
        #expect(
            SiteIdentity(publicKey: []).digest.hex == "af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262"
        )
    }

    @Test("is read however it was copied: small letters, no dashes, digits in the place of letters")
    func lenient() throws {
        let meant = identity(Array(0..<32))
        for text in [
            Self.counting.lowercased(), Self.counting.filter { $0 != "-" }, Self.counting.replacing("-", with: " "),
            Self.counting.replacing("O", with: "0").replacing("I", with: "1").replacing("B", with: "8"),
        ] { #expect(try SiteIdentity(parsing: text) == meant) }
    }

    @Test("is refused where any one letter is wrong, or any two neighbours changed places")
    func slips() throws {
        var seed = Seed.fromEnvironment()
        let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")
        for _ in 0..<4 {
            let text = Array("\(identity(seed.bytes(32)))".filter { $0 != "-" })
            for place in text.indices {
                for letter in letters where letter != text[place] {
                    var wrong = text
                    wrong[place] = letter
                    #expect(throws: PerigeeError.self) { try SiteIdentity(parsing: String(wrong)) }
                }
                // Between two quarters a check letter changes its meaning: found in 31 of 32 cases only.
                guard place > 0, place % 14 != 0, text[place] != text[place - 1] else { continue }
                var wrong = text
                wrong.swapAt(place, place - 1)
                #expect(throws: PerigeeError.self, "seed \(seed.value)") { try SiteIdentity(parsing: String(wrong)) }
            }
        }
    }

    @Test(
        "is refused with a remedy where the text is none",
        arguments: [
            "", "A", "perigee", counting + "A", String(repeating: "9", count: 56), "é",
            String(repeating: "A", count: 9999),
        ])
    func nonsense(text: String) throws {
        let error = try #require(throws: PerigeeError.self) { try SiteIdentity(parsing: text) }
        #expect(error.code == .usage && error.remedy != nil)
    }
}
