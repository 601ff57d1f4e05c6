import Foundation

#if canImport(Glibc)
    import Glibc
#endif

/// Bytes sent to a port as they are.
enum RawRequest {
    /// Whether nobody listens at a port.
    static func isRefused(_ port: UInt16) throws -> Bool {
        do {
            return try send("GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n", to: port).isEmpty
        } catch {
            return true
        }
    }

    /// Sends `text` and reads what comes, for two seconds at most.
    static func send(_ text: String, to port: UInt16) throws -> String {
        let socket = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(socket) }
        var limit = timeval(tv_sec: 2, tv_usec: 0)
        setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        let connected = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard connected == 0 else { throw CocoaError(.fileReadUnknown) }
        let bytes = Array(text.utf8)
        _ = Glibc.send(socket, bytes, bytes.count, Int32(MSG_NOSIGNAL))
        var out: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        while out.count < 1 << 16 {
            let count = recv(socket, &buffer, buffer.count, 0)
            guard count > 0 else { break }
            out += buffer[..<count]
            if out.count > 12 { break }
        }
        return String(decoding: out, as: UTF8.self)
    }
}
