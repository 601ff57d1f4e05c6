import Foundation
import TestSupport
import Testing

/// HTTP over a connection to this host, byte by byte as any program may speak it.
enum PlainHTTP {
    /// An answer.
    struct Reply {
        let status: Int
        let headers: [String: String]
        let body: Data

        var text: String { String(decoding: body, as: UTF8.self) }
        /// The body as a JSON object; empty where it is none.
        var document: [String: Any] { (try? JSONSerialization.jsonObject(with: body) as? [String: Any]) ?? [:] }
    }

    /// Asks, and reads the answer to its end.
    static func ask(
        _ method: String, _ path: String, port: UInt16, token: String? = nil, headers: [String: String] = [:],
        body: String? = nil
    ) throws -> Reply {
        var head = "\(method) \(path) HTTP/1.1\r\nConnection: close\r\n"
        var all = ["Host": "127.0.0.1:\(port)"]
        if let token { all["Authorization"] = "Bearer \(token)" }
        if let body {
            all["Content-Type"] = "application/json"
            all["Content-Length"] = "\(body.utf8.count)"
        }
        for (name, value) in all.merging(headers, uniquingKeysWith: { $1 }) { head += "\(name): \(value)\r\n" }
        return try send("\(head)\r\n\(body ?? "")", port: port)
    }

    /// Sends text as it is, and reads the answer to its end.
    static func send(_ text: String, port: UInt16) throws -> Reply {
        let connection = try PlainConnection(port: port)
        try connection.write(text)
        return try reply(try connection.readAll())
    }

    private static func reply(_ bytes: Data) throws -> Reply {
        let end = try #require(bytes.range(of: Data("\r\n\r\n".utf8)), "\(String(decoding: bytes, as: UTF8.self))")
        let lines = String(decoding: bytes[..<end.lowerBound], as: UTF8.self).components(separatedBy: "\r\n")
        let words = lines[0].split(separator: " ")
        let status = try #require(words.count > 1 ? Int(words[1]) : nil, "\(lines[0])")
        let headers = lines.dropFirst().compactMap { line -> (String, String)? in
            let parts = line.split(separator: ":", maxSplits: 1)
            return parts.count == 2 ? (parts[0].lowercased(), parts[1].trimmingCharacters(in: .whitespaces)) : nil
        }
        return Reply(
            status: status, headers: Dictionary(headers) { first, _ in first }, body: Data(bytes[end.upperBound...]))
    }
}

/// A connection to a port of this host.
final class PlainConnection {
    private let socket: Int32

    init(port: UInt16) throws {
        socket = Foundation.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        let status = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        try #require(status == 0, "nobody listens at port \(port)")
        var patience = timeval(tv_sec: Int(ServingSite.patience), tv_usec: 0)
        setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
    }

    deinit { close(socket) }

    func write(_ text: String) throws {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes {
                Foundation.send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            try #require(count > 0, "the connection is gone")
            rest = rest.dropFirst(count)
        }
    }

    /// What has come; empty at the end.
    func read() throws -> Data {
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        let count = recv(socket, &buffer, buffer.count, 0)
        // A server that closes what it does not want to read ends the connection hard: what came counts.
        if count < 0, errno == ECONNRESET { return Data() }
        try #require(count >= 0, "nothing came in time")
        return Data(buffer[..<count])
    }

    func readAll() throws -> Data {
        var all = Data()
        while true {
            let part = try read()
            if part.isEmpty { return all }
            all += part
        }
    }
}

/// The events of a daemon, as they come.
final class PlainEvents {
    /// An event.
    struct Event {
        let kind: String
        let document: [String: Any]
    }

    private let connection: PlainConnection
    private var text = ""

    /// Opens the stream; what happens from now on is in it.
    init(port: UInt16, token: String) throws {
        connection = try PlainConnection(port: port)
        try connection.write(
            "GET /v1/events HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer \(token)\r\n\r\n")
        let first = try #require(try next())
        try #require(first.kind == "hello")
    }

    /// The next event; nil at the end of the stream.
    func next() throws -> Event? {
        while true {
            // What stands between events, lengths of chunks and signs of life, has neither of the two.
            if let kind = text.range(of: "event: "),
                let data = text.range(of: "data: ", range: kind.upperBound..<text.endIndex),
                let end = text.range(of: "\n\n", range: data.upperBound..<text.endIndex)
            {
                let name = text[kind.upperBound...].prefix { $0 != "\n" }
                let bytes = Data(text[data.upperBound..<end.lowerBound].utf8)
                defer { text = String(text[end.upperBound...]) }
                return Event(
                    kind: String(name),
                    document: try #require(try JSONSerialization.jsonObject(with: bytes) as? [String: Any]))
            }
            let part = try connection.read()
            if part.isEmpty { return nil }
            text += String(decoding: part, as: UTF8.self)
        }
    }

    /// All events up to the first for which `condition` holds, that one included.
    func all(until condition: (Event) -> Bool) throws -> [Event] {
        let end = Date(timeIntervalSinceNow: ServingSite.patience)
        var events: [Event] = []
        while Date() < end, let event = try next() {
            events.append(event)
            if condition(event) { return events }
        }
        try #require(Bool(false), "it did not come: \(events)")
        return []
    }
}
