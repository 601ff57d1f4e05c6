internal import Files
public import Model

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

/// Sockets of the system without TLS, for bytes that are secured by who sends them.
public enum PlainSocket {
    /// Connects by TCP to `address`, within `limit`; the descriptor is the caller's.
    ///
    /// - Throws: `io` where nobody answers there.
    public static func connect(to address: HostAddress, within limit: Duration) throws -> Int32 {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var found: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(address.plainHost, "\(address.port)", &hints, &found) == 0 else {
            throw unreachable(address, "no address of that name was found")
        }
        defer { freeaddrinfo(found) }
        var failure = "no address of that name was found"
        var next = found
        while let candidate = next?.pointee {
            let number = socket(candidate.ai_family, candidate.ai_socktype | closeOnExec, candidate.ai_protocol)
            if number >= 0 {
                if let reason = attempt(number, candidate, limit) { failure = reason } else { return number }
                close(number)
            }
            next = candidate.ai_next
        }
        throw unreachable(address, failure)
    }

    /// Two sockets that are joined; the descriptors are the caller's.
    public static func pair() throws -> (Int32, Int32) {
        var ends: [Int32] = [-1, -1]
        guard socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue) | closeOnExec, 0, &ends) == 0 else {
            throw posixError(errno, "cannot make a pair of sockets")
        }
        return (ends[0], ends[1])
    }

    /// SOCK_CLOEXEC, which the module does not export as a number.
    private static let closeOnExec: Int32 = 0o2000000

    /// Connects one socket without blocking; why it failed, nil where it did not.
    private static func attempt(_ number: Int32, _ address: addrinfo, _ limit: Duration) -> String? {
        _ = fcntl(number, F_SETFL, fcntl(number, F_GETFL) | O_NONBLOCK)
        if Glibc.connect(number, address.ai_addr, address.ai_addrlen) == 0 { return nil }
        guard errno == EINPROGRESS else { return String(cString: strerror(errno)) }
        var wait = pollfd(fd: number, events: Int16(POLLOUT), revents: 0)
        guard poll(&wait, 1, Int32(limit / .milliseconds(1))) > 0 else { return "no answer came in time" }
        var failure: Int32 = 0
        var size = socklen_t(MemoryLayout<Int32>.size)
        getsockopt(number, SOL_SOCKET, SO_ERROR, &failure, &size)
        return failure == 0 ? nil : String(cString: strerror(failure))
    }

    private static func unreachable(_ address: HostAddress, _ reason: String) -> PerigeeError {
        PerigeeError(
            .io, "cannot connect: \(reason)", at: "\(address)", remedy: "check host and port", canRetry: true)
    }
}
