internal import CSyscalls
internal import Model

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

/// A socket of this host that is a file, by which lines go to and fro.
final class LocalSocket: Sendable {
    private let file: Int32
    /// Children do not inherit it.
    private static let closeOnExec = Int32(SOCK_CLOEXEC.rawValue)

    private init(_ file: Int32) { self.file = file }

    deinit { close(file) }

    /// Listens at `path`, which only the user may reach; what was left there by a daemon that is gone is replaced.
    static func listening(at path: String) throws(PerigeeError) -> LocalSocket {
        let file = try made(path)
        unlink(path)
        let mask = umask(0o177)
        defer { umask(mask) }
        guard try address(path, { bind(file, $0, $1) }) == 0, listen(file, 16) == 0 else {
            throw failure("cannot listen", path)
        }
        return LocalSocket(file)
    }

    /// Connects to `path`.
    ///
    /// - Throws: `notFound` where nobody listens.
    static func connected(to path: String) throws(PerigeeError) -> LocalSocket {
        let file = try made(path)
        guard try address(path, { connect(file, $0, $1) }) == 0 else {
            let number = errno
            close(file)
            guard number == ENOENT || number == ECONNREFUSED else {
                errno = number
                throw failure("cannot reach the daemon", path)
            }
            throw PerigeeError(
                .notFound, "no daemon works with this state", at: path,
                remedy: "start perigee serve, or name its state with --state")
        }
        return LocalSocket(file)
    }

    /// The next who connects, with the number of their user; nil where nobody did within `milliseconds`.
    func next(within milliseconds: Int32) -> (socket: LocalSocket, user: UInt32)? {
        var poll = pollfd(fd: file, events: Int16(POLLIN), revents: 0)
        guard Glibc.poll(&poll, 1, milliseconds) > 0 else { return nil }
        let other = csystem_accept(file)
        guard other >= 0 else { return nil }
        let socket = LocalSocket(other)
        guard let user = UInt32(exactly: csystem_peer_user(other)) else { return nil }
        return (socket, user)
    }

    /// Reads up to a line break, which is left away; nil where the other side ends before, writes more than `limit`, or has
    /// not written all of the line within `time`.
    func readLine(limit: Int, within time: Duration) -> [UInt8]? {
        let end = ContinuousClock.now + time
        var line: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        while line.count <= limit {
            guard isReady(POLLIN, by: end) else { return nil }
            let count = recv(file, &buffer, buffer.count, Int32(MSG_DONTWAIT))
            if count < 0, errno == EINTR || errno == EAGAIN { continue }
            guard count > 0 else { return nil }
            if let end = buffer[..<count].firstIndex(of: 10) { return line + buffer[..<end] }
            line += buffer[..<count]
        }
        return nil
    }

    /// Writes a line; false where the other side is gone, or has not taken all of it within `time`.
    func write(line: String, within time: Duration) -> Bool {
        let end = ContinuousClock.now + time
        let flags = Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT)
        var rest = (Array(line.utf8) + [10])[...]
        while !rest.isEmpty {
            guard isReady(POLLOUT, by: end) else { return false }
            let count = rest.withUnsafeBytes { send(file, $0.baseAddress, $0.count, flags) }
            if count < 0, errno == EINTR || errno == EAGAIN { continue }
            guard count > 0 else { return false }
            rest = rest.dropFirst(count)
        }
        return true
    }

    /// Waits until the other side lets `event` happen; false where it does not before `end`.
    private func isReady(_ event: Int32, by end: ContinuousClock.Instant) -> Bool {
        while true {
            let left = end - .now
            guard left > .zero else { return false }
            var entry = pollfd(fd: file, events: Int16(event), revents: 0)
            let count = poll(&entry, 1, Int32(min(left / .milliseconds(1), 1e9).rounded(.up)))
            if count > 0 { return true }
            if count < 0, errno != EINTR { return false }
        }
    }

    private static func made(_ path: String) throws(PerigeeError) -> Int32 {
        let file = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Self.closeOnExec, 0)
        guard file >= 0 else { throw failure("cannot make a socket", path) }
        return file
    }

    private static func address(
        _ path: String, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32
    ) throws(PerigeeError) -> Int32 {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let name = Array(path.utf8)
        guard name.count < MemoryLayout.size(ofValue: address.sun_path) else {
            throw PerigeeError(
                .limit, "the path of the state is too long for a socket in it", at: path,
                remedy: "name a state with a shorter path")
        }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: name) }
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body($0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
    }

    private static func failure(_ what: String, _ path: String) -> PerigeeError {
        PerigeeError(
            .denied, "\(what): \(String(cString: strerror(errno)))", at: path,
            remedy: "see that the state belongs to the user of the daemon")
    }
}
