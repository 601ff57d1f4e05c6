internal import CSyscalls
internal import Files
internal import Model
internal import Workers

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

/// Where further processes of this user on this host join a connection of this one: a socket with an abstract name, of which
/// nothing is left when the process has ended, however that was.
final class StrandDoor: StrandEntrance {
    /// By what name it is found: drawn by chance, told to nobody but the other side of the connection.
    let name: String
    private let socket: StreamEnd
    private let acceptor: Companion

    private static let place = "a connection's door"
    /// How often whoever waits looks whether it was closed.
    private static let patience = Duration.seconds(5)
    /// How long whoever comes is left waiting where the system has no room for one more, in microseconds.
    private static let pause: UInt32 = 50_000

    /// A door with a new name, by which strands of `connection` come in, each of which is told so.
    init(to connection: Connection) throws {
        name = "perigee-" + StrandService.secret(bytes: 16)
        let made = csys_listen_abstract(name, name.utf8.count)
        guard made >= 0 else { throw posixError(-made, "cannot listen", Self.place) }
        let socket = StreamEnd(made)
        self.socket = socket
        acceptor = try Companion.start {
            while let strand = Self.accept(at: socket) { StrandService.welcome(strand, to: connection) }
        }
    }

    /// Whoever comes next and is of this user; nil once it was closed.
    private static func accept(at socket: StreamEnd) -> (any ByteStream)? {
        while true {
            do {
                let answer = try socket.use(at: place) { end -> Int32? in
                    guard try end.wait(for: StreamEnd.readable, patience, place) else { return nil }
                    return csys_accept(end.descriptor)
                }
                guard let came = answer else { continue }
                guard came >= 0 else {
                    // Whoever was not let in still waits: asked at once, the answer would be the same.
                    usleep(pause)
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

    func close() {
        socket.close(isWriting: false)
        acceptor.join()
    }

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
}
