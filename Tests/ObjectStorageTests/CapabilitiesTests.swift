import Model
import ObjectStorage
import Testing

@Suite("What was found out about a store is kept, and believed only as it was written")
struct CapabilitiesTests {
    private static let some = S3Capabilities(
        probed: Timestamp(seconds: 1_795_608_000), writers: .one, creates: true, replacing: .unquoted, assembles: false,
        checksums: true, listing: .folders)

    @Test("the blob is this text")
    func text() throws {
        let lines = String(decoding: Self.some.encoded(), as: UTF8.self).split(separator: "\n")
        #expect(
            lines.dropLast() == [
                "perigee capabilities", "version 1", "probed 1795608000", "writers one", "create honoured",
                "replace unquoted", "assemble ignored", "checksums honoured", "listing folders",
            ])
        #expect(lines.last == "digest \(Self.digest)")
        #expect(try S3Capabilities(decoding: Self.some.encoded(), at: "x") == Self.some)
    }

    // By `b3sum` of the lines above.
    private static let digest = "e04c0998a931288d133441edc8264a1031233f57f2800e0a7ba75761e330dcc4"

    @Test("any changed bit is found")
    func damage() {
        let bytes = Self.some.encoded()
        for index in bytes.indices {
            var changed = bytes
            changed[index] ^= 1
            #expect(throws: PerigeeError.self) { try S3Capabilities(decoding: changed, at: "x") }
        }
        for end in [0, 1, 20, bytes.count - 1] {
            #expect(throws: PerigeeError.self) { try S3Capabilities(decoding: Array(bytes[..<end]), at: "x") }
        }
    }

    @Test("what a newer program wrote is said to be that")
    func newer() {
        let bytes = Array("perigee capabilities\nversion 2\nmore things\n".utf8)
        #expect {
            try S3Capabilities(decoding: bytes, at: "x")
        } throws: { ($0 as? PerigeeError)?.code == .format }
    }
}
