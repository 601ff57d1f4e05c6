#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

/// Tells whoever has started the daemon how it is.
///
/// By the protocol of sd_notify(3): datagrams to the socket that NOTIFY_SOCKET names. Without it, nothing is said.
public struct SystemNotifier: Sendable {
    private let socket: String?
    /// Children do not inherit it.
    private static let closeOnExec = Int32(SOCK_CLOEXEC.rawValue)
    /// How often a sign of life is wanted, in microseconds; nil where none is.
    public let watchdog: Int64?

    /// A notifier for a socket: a path, or an abstract name after `@`.
    public init(socket: String?, watchdog: Int64? = nil) {
        self.socket = socket
        self.watchdog = watchdog
    }

    /// What the environment says.
    public static var environment: SystemNotifier {
        let isMine = SystemEnvironment["WATCHDOG_PID"].map { $0 == "\(SystemProcess.number)" } ?? true
        let watchdog = SystemEnvironment["WATCHDOG_USEC"].flatMap(Int64.init).flatMap { $0 > 0 && isMine ? $0 : nil }
        return SystemNotifier(socket: SystemEnvironment["NOTIFY_SOCKET"], watchdog: watchdog)
    }

    /// The daemon works.
    public func ready(_ status: String) { send("READY=1\nSTATUS=\(status)") }
    /// It reads its configuration again.
    public func reloading() {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        send("RELOADING=1\nMONOTONIC_USEC=\(Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1000)")
    }
    /// It is stopping.
    public func stopping() { send("STOPPING=1") }
    /// It is alive.
    public func alive() { send("WATCHDOG=1") }
    /// What it does.
    public func status(_ text: String) { send("STATUS=\(text)") }

    private func send(_ text: String) {
        guard let socket, let first = socket.utf8.first, first == UInt8(ascii: "/") || first == UInt8(ascii: "@") else {
            return
        }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        var name = Array(socket.utf8)
        guard name.count < MemoryLayout.size(ofValue: address.sun_path) else { return }
        if first == UInt8(ascii: "@") { name[0] = 0 }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: name) }
        let length = socklen_t(MemoryLayout<sa_family_t>.size + name.count)
        let file = Glibc.socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Self.closeOnExec, 0)
        guard file >= 0 else { return }
        defer { close(file) }
        let bytes = Array(text.utf8)
        _ = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                // Nobody waits for a receiver that does not read.
                sendto(file, bytes, bytes.count, Int32(MSG_DONTWAIT) | Int32(MSG_NOSIGNAL), pointer, length)
            }
        }
    }
}
