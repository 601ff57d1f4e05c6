internal import Model
internal import Storage
internal import Synchronization
internal import Workers

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

/// Keeps a bucket at the rate that the time of day, or a file, asks for while a run goes on.
final class LimitKeeper: Sendable {
    /// What the run draws from.
    let bucket: TokenBucket
    private let file: String?
    private let schedule: Mutex<RateSchedule>
    private let isOver = Monitor(false)
    private let thread = Mutex<Companion?>(nil)

    /// How often the clock and the file are looked at.
    private static let interval = Duration.milliseconds(500)

    /// Reads what follows `--limit`: a rate, rates by the time of day, or `@` and the file that holds one of the two.
    init(_ text: String) throws {
        file = text.hasPrefix("@") ? String(text.dropFirst()) : nil
        let first = try file.map { try Self.read($0) } ?? Self.schedule(text, at: "--limit")
        schedule = Mutex(first)
        bucket = TokenBucket(first.rate(atMinute: Self.minuteOfDay()))
        thread.withLock { $0 = Companion { self.watch() } }
    }

    /// Ends the watching.
    func end() {
        isOver.change { $0 = true }
        thread.withLock { $0 }?.join()
    }

    private func watch() {
        while isOver.wait(for: Self.interval, until: { $0 ? true : nil }) == nil {
            // A file that is just being written, or is wrong, changes nothing.
            if let file, let read = try? Self.read(file) { schedule.withLock { $0 = read } }
            let rate = schedule.withLock { $0 }.rate(atMinute: Self.minuteOfDay())
            if bucket.rate != rate { bucket.rate = rate }
        }
    }

    private static func read(_ file: String) throws -> RateSchedule {
        var text = String(decoding: try SmallFile.rate.read(path: file), as: UTF8.self)
        while let last = text.last, last.isWhitespace { text.removeLast() }
        return try schedule(text, at: file)
    }

    private static func schedule(_ text: String, at place: String) throws -> RateSchedule {
        guard let schedule = RateSchedule(parsing: text) else {
            throw PerigeeError(
                .usage, "\"\(text)\" is no rate", at: place,
                remedy: "write 50MB/s, 1Gbit/s, or 08:00-18:00=10MB/s,else=none")
        }
        return schedule
    }

    /// The minute of the local day, counted from midnight.
    static func minuteOfDay() -> Int {
        var now = time(nil)
        var parts = tm()
        localtime_r(&now, &parts)
        return Int(parts.tm_hour) * 60 + Int(parts.tm_min)
    }
}
