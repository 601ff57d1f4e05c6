#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

/// What the system has noted of one thread: how long it has run, and how long it was ready to and no processor was free.
///
/// For the thread that makes it. A system that does not tell gives zeros.
public final class ThreadTimes {
    /// Seconds.
    public struct Times: Sendable {
        /// How long it has run.
        public var ran = 0.0
        /// How long it has waited for a processor.
        public var delayed = 0.0

        /// None.
        public init() {}
    }

    private let file: Int32
    private var last = Times()

    /// Those of the calling thread, from now on.
    public init() {
        file = open("/proc/thread-self/schedstat", O_RDONLY | O_CLOEXEC)
        last = read()
    }

    deinit { if file >= 0 { close(file) } }

    /// What has come since this was last asked.
    public func step() -> Times {
        let now = read()
        defer { last = now }
        var step = Times()
        (step.ran, step.delayed) = (max(0, now.ran - last.ran), max(0, now.delayed - last.delayed))
        return step
    }

    /// Nanoseconds that it has run and waited, and how often it has run, as decimal numbers.
    private func read() -> Times {
        var times = Times()
        guard file >= 0 else { return times }
        withUnsafeTemporaryAllocation(byteCount: 128, alignment: 1) { text in
            let count = pread(file, text.baseAddress, text.count, 0)
            guard count > 0 else { return }
            let numbers = text[..<count].split(separator: UInt8(ascii: " ")).map { digits in
                digits.reduce(0.0) { (0x30...0x39).contains($1) ? $0 * 10 + Double($1 - 0x30) : $0 }
            }
            guard numbers.count > 1 else { return }
            (times.ran, times.delayed) = (numbers[0] / 1e9, numbers[1] / 1e9)
        }
        return times
    }
}
