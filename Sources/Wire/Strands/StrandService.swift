internal import Model
internal import Workers

/// Lets the other side carry a connection by further streams, which end in other processes of this host.
///
/// On a channel it tells the name of a door; each process that comes in by it is told so, and is one more strand. Only for
/// connections whose other side has this user's rights anyway.
public struct StrandService: WireService {
    static let service = "strands"
    /// The message that says that such processes were started.
    static let coming: UInt8 = 2
    /// What a strand begins with, towards who asked for it: a login script's words would be others.
    static let greeting = Array("PERIGEE\u{1a}".utf8)

    /// A service.
    public init() {}

    /// The name that channels are opened with.
    public var name: String { Self.service }

    /// Keeps a door open until the other side has finished.
    public func serve(_ channel: Channel) throws {
        let door = try StrandDoor()
        let connection = channel.carrier
        let acceptor = Companion {
            while let strand = door.accept() {
                do {
                    try Self.greeting.withUnsafeBytes { try strand.write($0) }
                    try connection.add(strand: strand)
                } catch {
                    strand.close()
                }
            }
        }
        defer {
            door.close()
            acceptor.join()
        }
        try channel.send(1, Array(door.name.utf8))
        while let message = try channel.receive() {
            if message.kind == Self.coming { try connection.awaitStrands() }
        }
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
