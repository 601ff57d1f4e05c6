internal import CSyscalls
internal import Files
internal import Model

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

/// Where further processes of this user on this host join a connection of this one: a socket with an abstract name, of which
/// nothing is left when the process has ended, however that was.
final class StrandDoor: Sendable {
    /// By what name it is found: drawn by chance, told to nobody but the other side of the connection.
    let name: String
    private let socket: StreamEnd

    private static let place = "a connection's door"
    /// How often whoever waits looks whether it was closed.
    private static let patience = Duration.seconds(5)
    /// How long whoever comes is left waiting where the system has no room for one more, in microseconds.
    private static let pause: UInt32 = 50_000

    /// A door with a new name.
    init() throws {
        name = "perigee-" + (0..<4).map { _ in Self.letters(.random(in: .min ... .max)) }.joined()
        let made = csys_listen_abstract(name, name.utf8.count)
        guard made >= 0 else { throw posixError(-made, "cannot listen", Self.place) }
        socket = StreamEnd(made)
    }

    deinit { close() }

    /// Whoever comes next and is of this user; nil once it was closed.
    func accept() -> (any ByteStream)? {
        while true {
            do {
                let answer = try socket.use(at: Self.place) { end -> Int32? in
                    guard try end.wait(for: StreamEnd.readable, Self.patience, Self.place) else { return nil }
                    return csys_accept(end.descriptor)
                }
                guard let came = answer else { continue }
                guard came >= 0 else {
                    // Whoever was not let in still waits: asked at once, the answer would be the same.
                    usleep(Self.pause)
                    continue
                }
                guard csys_peer_is_own(came) == 1 else {
                    _ = systemClose(came)
                    continue
                }
                return DescriptorStream(reading: came, writing: came, peer: "a strand")
            } catch {
                return nil
            }
        }
    }

    /// Nobody comes in any more.
    func close() { socket.close(isWriting: false) }

    /// The other side of the door `name`.
    ///
    /// - Throws: where there is none.
    static func enter(_ name: String) throws -> DescriptorStream {
        let made = csys_connect_abstract(name, name.utf8.count)
        guard made >= 0 else { throw posixError(-made, "cannot join the connection", place) }
        guard csys_peer_is_own(made) == 1 else {
            _ = systemClose(made)
            throw PerigeeError(.denied, "it is another user's connection", at: place)
        }
        return DescriptorStream(reading: made, writing: made, peer: place)
    }

    private static func letters(_ number: UInt32) -> String {
        let text = String(number, radix: 16)
        return String(repeating: "0", count: 8 - text.count) + text
    }
}
