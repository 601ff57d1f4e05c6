#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

/// The hosts that requests may be for: a page elsewhere that gives its own name the address of this machine is refused.
package struct KnownHosts: Sendable {
    private let names: Set<String>
    private let hasAnyAddress: Bool

    /// The hosts of a daemon with `settings` on the machine called `machine`.
    package init(_ settings: WebSettings, machine: String?) {
        var names = [settings.host] + settings.hosts
        let isOpen = ["0.0.0.0", "::"].contains(settings.host) && settings.hosts.isEmpty
        if settings.isLoopback || isOpen { names += ["localhost", "127.0.0.1", "::1"] }
        if isOpen, let machine { names.append(machine) }
        self.names = Set(names.map { $0.lowercased() })
        hasAnyAddress = isOpen
    }

    /// Whether a request for `host` is for this daemon; an IPv6 address without its brackets.
    package func contains(_ host: String) -> Bool {
        names.contains(host.lowercased()) || hasAnyAddress && Self.isAddress(host)
    }

    /// Whether it is a number, which no name service tells anything about.
    private static func isAddress(_ host: String) -> Bool {
        var room = in6_addr()
        return inet_pton(AF_INET, host, &room) == 1 || inet_pton(AF_INET6, host, &room) == 1
    }

    /// What this machine is called; nil where that is not known.
    static let machine: String? = {
        var buffer = [CChar](repeating: 0, count: 256)
        guard gethostname(&buffer, buffer.count - 1) == 0 else { return nil }
        let name = String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        return name.isEmpty ? nil : name
    }()
}
