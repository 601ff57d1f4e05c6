internal import Model
internal import Workers

/// Lets the other side carry a connection by further streams.
///
/// On a channel it tells the name of an entrance; each stream that comes in by it is told so, and is one more strand.
public struct StrandService: WireService {
    /// The name that its channels are opened with.
    public static let usualName = "strands"
    /// The message that says that such streams were begun.
    static let coming: UInt8 = 2
    /// What a strand begins with, towards who asked for it: a login script's words would be others.
    static let greeting = Array("PERIGEE\u{1a}".utf8)

    private let open: @Sendable (Connection) throws -> any StrandEntrance

    /// A service by which strands come in that end in other processes of this host and user, for connections whose other side
    /// has this user's rights anyway.
    public static let byDoor = StrandService { try StrandDoor(to: $0) }

    /// A service by which strands come in that the other side, `owner`, opens to where it opened the connection.
    public static func byDesk(_ desk: StrandDesk, of owner: String) -> StrandService {
        StrandService { desk.entrance(to: $0, of: owner) }
    }

    /// The name that channels are opened with.
    public var name: String { Self.usualName }

    /// Keeps an entrance open until the other side has finished.
    public func serve(_ channel: Channel) throws {
        let connection = channel.carrier
        let entrance = try open(connection)
        defer { entrance.close() }
        try channel.send(1, Array(entrance.name.utf8))
        while let message = try channel.receive() {
            if message.kind == Self.coming { try connection.awaitStrands() }
        }
    }

    /// Tells `strand` that it is one of `connection`, and has it be that; where that fails, it is closed.
    static func welcome(_ strand: any ByteStream, to connection: Connection) {
        do {
            try greeting.withUnsafeBytes { try strand.write($0) }
            try connection.add(strand: strand)
        } catch {
            strand.close()
        }
    }

    /// Waits until `strand` is told that it is one.
    ///
    /// - Throws: where something else is said, or nothing for `limit`.
    static func awaitWelcome(_ strand: any ByteStream, for limit: Duration) throws {
        let said = try strand.bytes(greeting.count, for: limit)
        guard said == greeting else { throw WireFault.outOfTurn("a strand that is not let in", strand.peer) }
    }

    /// So many bytes by chance, as twice as many letters and digits.
    static func secret(bytes: Int) -> String {
        var random = SystemRandomNumberGenerator()
        return String(
            decoding: (0..<2 * bytes).map { _ in Array("0123456789abcdef".utf8)[.random(in: 0..<16, using: &random)] },
            as: UTF8.self)
    }

    /// Joins the connection whose door is called `name`: passes on what comes on `stream`, and what that connection says, until
    /// one of them ends.
    ///
    /// - Throws: where there is no such door.
    public static func join(_ name: String, _ stream: any ByteStream) throws {
        let inside = try StrandDoor.enter(name)
        let inward = Companion {
            pass(from: stream, to: inside)
            inside.finishWriting()
        }
        pass(from: inside, to: stream)
        stream.close()
        inside.close()
        inward.join()
    }

    private static func pass(from source: any ByteStream, to target: any ByteStream) {
        var buffer = [UInt8](repeating: 0, count: WireLimits.blockMax)
        while true {
            let count = buffer.withUnsafeMutableBytes { bytes -> Int? in
                do {
                    guard let count = try source.read(into: bytes, for: .seconds(60)) else { return 0 }
                    guard count > 0 else { return nil }
                    try target.write(UnsafeRawBufferPointer(rebasing: bytes[..<count]))
                    return count
                } catch {
                    return nil
                }
            }
            if count == nil { return }
        }
    }
}
