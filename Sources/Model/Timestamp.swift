/// An instant in nanoseconds, as file systems keep it: seconds since 1970 (UTC, no leap seconds) and the rest.
public struct Timestamp: Hashable, Comparable, Sendable {
    /// Whole seconds since 1970-01-01T00:00:00Z, rounded down.
    public var seconds: Int64
    /// Nanoseconds after ``seconds``, below 10^9.
    public var nanoseconds: UInt32

    /// An instant.
    public init(seconds: Int64, nanoseconds: UInt32 = 0) {
        self.seconds = seconds
        self.nanoseconds = nanoseconds
    }

    /// Orders by time.
    public static func < (a: Timestamp, b: Timestamp) -> Bool {
        (a.seconds, a.nanoseconds) < (b.seconds, b.nanoseconds)
    }

    /// Seconds from `earlier` to this instant.
    public func seconds(since earlier: Timestamp) -> Double {
        // As doubles: instants that others tell can lie further apart than a whole number holds.
        Double(seconds) - Double(earlier.seconds) + (Double(nanoseconds) - Double(earlier.nanoseconds)) / 1e9
    }
}

extension Timestamp {
    /// The next instant that can be told from this one.
    public var next: Timestamp {
        nanoseconds < 999_999_999
            ? Timestamp(seconds: seconds, nanoseconds: nanoseconds + 1) : Timestamp(seconds: seconds &+ 1)
    }
}

extension Timestamp {
    /// The instant so many seconds later, to the second.
    public func adding(_ seconds: Double) -> Timestamp {
        let whole = Int64(exactly: seconds.rounded(.up)) ?? .max
        let (sum, overflow) = self.seconds.addingReportingOverflow(whole)
        return Timestamp(seconds: overflow ? .max : sum, nanoseconds: nanoseconds)
    }
}
