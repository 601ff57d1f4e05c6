internal import Glibc

/// A time of modification.
package struct FileTime: Equatable, Sendable {
    /// Since the beginning of 1970.
    let seconds: Int
    let nanoseconds: Int

    /// The time that all data made here has.
    static let made = FileTime(seconds: 1_750_000_000, nanoseconds: 0)

    /// The moment it is set, as the system has it: `UTIME_NOW`.
    static let now = FileTime(seconds: 0, nanoseconds: 1 << 30 - 1)

    var system: timespec { timespec(tv_sec: seconds, tv_nsec: nanoseconds) }
}
