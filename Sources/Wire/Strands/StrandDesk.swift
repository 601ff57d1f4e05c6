internal import Model
internal import Synchronization

/// Where streams that come to a listening side are told apart: those that begin a connection, and those that are to be strands
/// of one that their owner has.
///
/// A strand begins with 8 bytes, `PERIGEE\u{1b}`, and the name of an entrance that was told on that connection.
public final class StrandDesk: Sendable {
    private struct Owned {
        let connection: Connection
        let owner: String
    }

    private let entrances = Mutex<[String: Owned]>([:])

    private static let joining = Array("PERIGEE\u{1b}".utf8)
    private static let nameBytes = 32
    /// How many bytes tell a strand from what begins a connection.
    public static let prefixSize = joining.count

    /// A desk without entrances.
    public init() {}

    /// Whether a stream that begins with `prefix` wants to be a strand.
    public static func isStrand(_ prefix: [UInt8]) -> Bool { prefix == joining }

    /// Has `stream`, which `owner` began and of which nothing was read, carry the connection that it asks for; otherwise it is
    /// closed.
    ///
    /// - Parameter limit: how long it may take to say which.
    /// - Throws: `refused` where there is no such connection of `owner`.
    public func join(_ stream: any ByteStream, of owner: String, within limit: Duration) throws {
        do {
            let said = try stream.bytes(Self.joining.count + 2 * Self.nameBytes, for: limit)
            let name = String(decoding: said.dropFirst(Self.joining.count), as: UTF8.self)
            guard let owned = entrances.withLock({ $0[name] }), owned.owner == owner else {
                throw PerigeeError(.refused, "a strand of no connection that is here", at: stream.peer)
            }
            StrandService.welcome(stream, to: owned.connection)
        } catch {
            stream.close()
            throw error
        }
    }

    /// Asks for `stream`, of which nothing was written, to be a strand of the connection on which the entrance `name` was told.
    public static func ask(_ name: String, by stream: any ByteStream) throws {
        try (joining + Array(name.utf8)).withUnsafeBytes { try stream.write($0) }
    }

    /// A new entrance to `connection`, which is `owner`'s.
    func entrance(to connection: Connection, of owner: String) -> any StrandEntrance {
        let name = StrandService.secret(bytes: Self.nameBytes)
        entrances.withLock { $0[name] = Owned(connection: connection, owner: owner) }
        return Entrance(name: name, desk: self)
    }

    private struct Entrance: StrandEntrance {
        let name: String
        let desk: StrandDesk

        func close() { _ = desk.entrances.withLock { $0.removeValue(forKey: name) } }
    }
}

extension ByteStream {
    /// The next `count` bytes.
    ///
    /// - Throws: `io` where they do not come within `limit`.
    func bytes(_ count: Int, for limit: Duration) throws -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        var filled = 0
        let end = ContinuousClock.now + limit
        while filled < count {
            let got = try bytes.withUnsafeMutableBytes {
                try read(
                    into: UnsafeMutableRawBufferPointer(rebasing: $0[filled...]), for: max(.zero, end - .now))
            }
            guard let got, got > 0 else { throw WireFault.cut("a stream of which too little came", peer) }
            filled += got
        }
        return bytes
    }
}
