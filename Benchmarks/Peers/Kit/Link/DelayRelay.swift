internal import Foundation
internal import Glibc

/// Listens, and passes each connection on to another place with every byte delayed: a round trip for programs on one
/// machine whose kernel cannot delay packets.
package struct DelayRelay {
    private let listen: sockaddr_in
    private let target: sockaddr_in
    private let nanoseconds: UInt64

    /// A relay between two places, written `ADDRESS:PORT`, of so many milliseconds one way.
    package init(listen: String, to target: String, milliseconds: Int) throws {
        self.listen = try Self.address(listen)
        self.target = try Self.address(target)
        nanoseconds = UInt64(clamping: milliseconds) * 1_000_000
    }

    /// Serves until the program is ended.
    package func run() throws -> Never {
        let server = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var on: Int32 = 1
        setsockopt(server, SOL_SOCKET, SO_REUSEADDR, &on, socklen_t(MemoryLayout<Int32>.size))
        guard Self.call(bind, server, listen) == 0, Glibc.listen(server, 64) == 0 else {
            throw PeersError("the relay cannot listen: \(lastSystemError())")
        }
        while true {
            let near = accept(server, nil, nil)
            guard near >= 0 else { continue }
            let far = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
            guard Self.call(connect, far, target) == 0 else {
                close(near)
                close(far)
                continue
            }
            for end in [near, far] {
                setsockopt(end, Int32(IPPROTO_TCP), TCP_NODELAY, &on, socklen_t(MemoryLayout<Int32>.size))
            }
            join(near, far)
        }
    }

    /// Passes bytes both ways; the sockets are closed once both have ended.
    private func join(_ near: Int32, _ far: Int32) {
        let ended = DispatchGroup()
        for (source, sink) in [(near, far), (far, near)] {
            let line = DelayLine(nanoseconds: nanoseconds)
            ended.enter()
            Thread.detachNewThread { line.fill(from: source) }
            Thread.detachNewThread {
                line.drain(to: sink)
                ended.leave()
            }
        }
        ended.notify(queue: .global()) {
            shutdown(near, Int32(SHUT_RDWR))
            shutdown(far, Int32(SHUT_RDWR))
            close(near)
            close(far)
        }
    }

    private static func address(_ text: String) throws -> sockaddr_in {
        let parts = text.split(separator: ":").map(String.init)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        guard parts.count == 2, let port = UInt16(parts[1]), inet_pton(AF_INET, parts[0], &address.sin_addr) == 1 else {
            throw PeersError("'\(text)' is no address and port, such as 127.0.0.1:2222")
        }
        address.sin_port = port.bigEndian
        return address
    }

    private static func call(
        _ function: (Int32, UnsafePointer<sockaddr>?, socklen_t) -> Int32, _ socket: Int32, _ address: sockaddr_in
    ) -> Int32 {
        var address = address
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                function(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
    }
}
