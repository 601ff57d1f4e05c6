public import Model
public import Workers

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

/// A lock on a file, gone with the process that holds it.
public final class ServiceLock: Sendable {
    private let file: Int32

    /// Takes the lock at `path`, made where there is none; nil where somebody else has it, after `seconds` of trying, or
    /// once `stop` is raised.
    public init?(_ path: String, within seconds: Double = 0, unless stop: StopFlag? = nil) throws(PerigeeError) {
        file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard file >= 0 else {
            throw PerigeeError(
                .denied, "the lock cannot be opened: \(String(cString: strerror(errno)))", at: path,
                remedy: "see that the state belongs to this user")
        }
        let start = ContinuousClock.now
        while flock(file, LOCK_EX | LOCK_NB) != 0 {
            guard errno == EWOULDBLOCK || errno == EINTR, start.duration(to: .now) < .seconds(seconds),
                stop?.isRaised != true
            else {
                close(file)
                return nil
            }
            usleep(50_000)
        }
    }

    deinit { close(file) }
}
