import Model
import TestSupport
import Testing
import Wire

@Suite("Hellos")
struct HelloTests {
    /// What a responder says to a side that begins with `bytes` and then ends.
    private func refusal(_ bytes: [UInt8]) throws -> PerigeeError {
        let ends = InProcessStream.pair()
        try bytes.withUnsafeBytes { try ends.first.write($0) }
        ends.first.finishWriting()
        return try #require(throws: PerigeeError.self) { try Connection(ends.second, role: .responder) }
    }

    @Test("are read by a later version's rules too: what follows the known fields is passed over")
    func laterFields() throws {
        let ends = InProcessStream.pair()
        let peer = RawPeer(ends.first)
        try peer.write(RawPeer.hello(versions: 1...9, more: [1, 2, 3]))
        let connection = try Connection(ends.second, role: .responder)
        #expect(try connection.hello.program == "raw")
        #expect(try connection.hello.versions == 1...9)
        let ours = try peer.readHello()
        #expect(Array(ours.suffix(4)) == RawPeer.little(RawPeer.crc(ours.dropLast(4))))
    }

    @Test(
        "that do not fit are refused",
        arguments: [
            ("a version that is too new", RawPeer.hello(versions: 2...3), .format),
            ("versions in the wrong order", RawPeer.hello(role: 7), .format),
            ("the same role", RawPeer.hello(role: 1), .format),
            ("a wrong checksum", RawPeer.hello().dropLast() + [0], .damaged),
            ("no end", Array(RawPeer.hello().dropLast(9)), .io),
            ("nothing", [], .io),
            ("a body without end", Array("PERIGEE\r\n\u{1a}\n\0".utf8) + [255, 255], .limit),
            ("another protocol", [0x16, 3, 1] + [UInt8](repeating: 0, count: 40), .format),
        ] as [(String, [UInt8], PerigeeError.Code)])
    func refusals(what: String, bytes: [UInt8], code: PerigeeError.Code) throws {
        let error = try refusal(bytes)
        #expect(error.code == code, "\(what): \(error)")
        #expect(error.remedy != nil)
    }

    @Test("cut off at every byte are refused, whatever was there")
    func truncated() throws {
        let whole = RawPeer.hello()
        for count in 0..<whole.count { _ = try refusal(Array(whole[..<count])) }
    }

    @Test("that are text are shown, with what to do about a login script")
    func loginScript() throws {
        let error = try refusal(Array("Welcome to host\nHave a nice day, and no Perigee\n".utf8))
        #expect(error.message.contains("\"Welcome to host\""))
        #expect(error.remedy?.contains("login script") == true)
    }

    @Test("that never come are not waited for without end")
    func silence() throws {
        let ends = InProcessStream.pair()
        var options = WireOptions()
        options.helloWait = .milliseconds(30)
        let error = try #require(throws: PerigeeError.self) {
            try Connection(ends.second, role: .responder, options: options)
        }
        #expect(error.message.contains("30 ms"))
    }
}
