internal import Model

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

/// Ports of this host.
public enum LocalPort {
    /// A port from which on `count` are free, and as many from ten thousand higher on; none of those that the system gives
    /// to connections, which would take one before the server does.
    public static func free(count: Int) -> UInt16 {
        while true {
            let base = UInt16.random(in: 11_000..<21_000)
            let ports = (0..<UInt16(count)).flatMap { [base + $0, base + $0 + 10_000] }
            if ports.allSatisfy({ isFree($0) }) { return base }
        }
    }

    /// Calls `body` with a port at which nobody listens, nor can while it runs.
    public static func withDeafPort<T>(_ body: (UInt16) throws -> T) rethrows -> T? {
        let socket = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(socket) }
        guard bound(0, { bind(socket, $0, $1) }) == 0 else { return nil }
        return try port(of: socket).map(body)
    }

    /// A socket that listens at a port of its own, and that port; the descriptor is the caller's.
    static func listening() throws -> (socket: Int32, port: UInt16) {
        let made = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard made >= 0, bound(0, { bind(made, $0, $1) }) == 0, listen(made, 64) == 0, let port = port(of: made) else {
            close(made)
            throw PerigeeError(.io, "cannot listen at a port of this host")
        }
        return (made, port)
    }

    /// A socket that is connected to a port of this host, which is the caller's; nil where nobody listens there.
    static func connected(to port: UInt16) -> Int32? {
        let made = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard made >= 0, bound(port, { connect(made, $0, $1) }) == 0 else {
            close(made)
            return nil
        }
        return made
    }

    private static func port(of socket: Int32) -> UInt16? {
        var address = sockaddr_in()
        var count = socklen_t(MemoryLayout<sockaddr_in>.size)
        let status = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(socket, $0, &count) }
        }
        return status == 0 ? address.sin_port.bigEndian : nil
    }

    private static func isFree(_ port: UInt16) -> Bool {
        withSocket { socket in
            bound(port) { bind(socket, $0, $1) } == 0
        }
    }

    /// Whether `GET path` on a port is answered with status 200.
    static func answers(_ port: UInt16, _ path: String) -> Bool {
        withSocket { socket in
            guard bound(port, { connect(socket, $0, $1) }) == 0 else { return false }
            let request = Array("GET \(path) HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n".utf8)
            guard send(socket, request, request.count, Int32(MSG_NOSIGNAL)) == request.count else {
                return false
            }
            var answer = [UInt8](repeating: 0, count: 32)
            let count = recv(socket, &answer, answer.count, 0)
            return count >= 12 && String(decoding: answer[9..<12], as: UTF8.self) == "200"
        }
    }

    private static func withSocket(_ body: (Int32) -> Bool) -> Bool {
        let socket = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard socket >= 0 else { return false }
        defer { close(socket) }
        return body(socket)
    }

    private static func bound(_ port: UInt16, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32) -> Int32 {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        return withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, socklen_t(MemoryLayout<sockaddr_in>.size)) }
        }
    }
}
