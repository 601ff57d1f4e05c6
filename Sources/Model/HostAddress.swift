/// Where something listens: a host and a port.
public struct HostAddress: Hashable, Sendable {
    /// A name, an IPv4 address, or an IPv6 address in brackets.
    public var host: String
    /// The port.
    public var port: UInt16

    /// An address.
    public init(host: String, port: UInt16) {
        self.host = host
        self.port = port
    }

    /// Reads `host:port`, `host`, `[::1]:port`, `:port` or `port`; takes `usualHost` and `usualPort` for what is missing.
    ///
    /// - Returns: nil where the text is none of these.
    public init?(parsing text: String, usualHost: String? = nil, usualPort: UInt16) {
        var (host, port) = (text, "")
        if let colon = text.lastIndex(of: ":"), !text.hasSuffix("]") {
            (host, port) = (String(text[..<colon]), String(text[text.index(after: colon)...]))
            guard !port.isEmpty else { return nil }
        } else if usualHost != nil, !text.isEmpty, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) {
            (host, port) = ("", text)
        }
        if host.isEmpty { host = usualHost ?? "" }
        guard !host.isEmpty, host.utf8.count <= 255, host.hasPrefix("[") == host.hasSuffix("]"),
            host.hasPrefix("[") || !host.contains(":"), host.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f && $0 != 0x2f })
        else { return nil }
        guard let number = port.isEmpty ? usualPort : UInt16(port) else { return nil }
        self.init(host: host, port: number)
    }

    /// The host without brackets.
    public var plainHost: String { host.hasPrefix("[") ? String(host.dropFirst().dropLast()) : host }
}

extension HostAddress: CustomStringConvertible {
    /// `host:port`.
    public var description: String { "\(host):\(port)" }
}
