internal import Files
internal import Model
internal import Workers

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

/// A descriptor that one thread uses while another may close it.
///
/// Closing wakes who waits; the descriptor itself is closed when nobody uses it any more, so that its number cannot mean
/// another file in the middle of a call.
final class StreamEnd: Sendable {
    private struct State {
        var users = 0
        var isClosing = false
        var isClosed = false
    }

    /// What is waited for before something is read.
    static var readable: Int16 { Int16(POLLIN) }

    let descriptor: Int32
    private let state = Monitor(State())
    // A pipe whose writing end is written to when the descriptor is to be closed.
    private let (wakeReading, wakeWriting): (Int32, Int32)

    init(_ descriptor: Int32) {
        self.descriptor = descriptor
        var ends: [Int32] = [-1, -1]
        if pipe(&ends) == 0 { for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) } }
        (wakeReading, wakeWriting) = (ends[0], ends[1])
    }

    deinit {
        Self.closeNumber(wakeReading)
        Self.closeNumber(wakeWriting)
    }

    /// Runs `body` while the descriptor is open for certain.
    func use<Result>(at place: String, _ body: (StreamEnd) throws -> Result) throws -> Result {
        let isOpen = state.read { state in
            guard !state.isClosing else { return false }
            state.users += 1
            return true
        }
        guard isOpen else { throw streamClosed(place) }
        defer { leave() }
        return try body(self)
    }

    /// Waits until the descriptor is ready; false where it was not within `limit`.
    ///
    /// - Throws: where it is being closed.
    func wait(for event: Int16, _ limit: Duration, _ place: String) throws -> Bool {
        var ends = [
            pollfd(fd: descriptor, events: event, revents: 0),
            pollfd(fd: wakeReading, events: Int16(POLLIN), revents: 0),
        ]
        let (seconds, attoseconds) = limit.components
        let milliseconds = min(seconds, 86_400) * 1000 + attoseconds / 1_000_000_000_000_000
        let ready = poll(&ends, 2, Int32(max(1, milliseconds)))
        guard ready >= 0 || errno == EINTR else { throw posixError(errno, "cannot wait for the other side", place) }
        if state.read({ $0.isClosing }) { throw streamClosed(place) }
        return ready != 0
    }

    /// Closes the descriptor, or has its last user do so.
    func close(isWriting: Bool) {
        let mayClose = state.change { state in
            guard !state.isClosing else { return false }
            state.isClosing = true
            // A socket's other end learns of it at once; on a pipe this fails, and closing does the same. Under the lock,
            // so that the number is still that of this descriptor.
            shutdown(descriptor, Int32(isWriting ? SHUT_WR : SHUT_RD))
            guard state.users == 0 else { return false }
            state.isClosed = true
            return true
        }
        var byte: UInt8 = 0
        _ = systemWrite(wakeWriting, &byte, 1)
        if mayClose { Self.closeNumber(descriptor) }
    }

    private func leave() {
        let mayClose = state.change { state in
            state.users -= 1
            guard state.isClosing, state.users == 0, !state.isClosed else { return false }
            state.isClosed = true
            return true
        }
        if mayClose { Self.closeNumber(descriptor) }
    }

    /// Gives a pipe or socket as large a buffer as it may have without asking the system's owner.
    static func widen(_ descriptor: Int32) {
        let pipeSize: Int32 = 1 << 20
        // F_SETPIPE_SZ, which the module does not export.
        if fcntl(descriptor, 1031, pipeSize) < 0 {
            var size: Int32 = 1 << 20
            setsockopt(descriptor, SOL_SOCKET, SO_SNDBUF, &size, socklen_t(MemoryLayout<Int32>.size))
        }
    }

    private static func closeNumber(_ number: Int32) {
        if number >= 0 { _ = systemClose(number) }
    }
}

// The calls of the system, out of reach of the methods of the same names.

func systemRead(_ file: Int32, _ bytes: UnsafeMutableRawPointer?, _ count: Int) -> Int { read(file, bytes, count) }

func systemWrite(_ file: Int32, _ bytes: UnsafeRawPointer?, _ count: Int) -> Int { write(file, bytes, count) }

func systemClose(_ file: Int32) -> Int32 { close(file) }
