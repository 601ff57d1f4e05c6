internal import Model

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

/// Where days begin: how far local clocks are ahead of UTC at an instant.
struct TimeZoneRule {
    private enum Rule {
        case fixed(Int64)
        /// The zone that `TZ` names by now.
        case system
    }

    private let rule: Rule

    /// Reads `UTC`, `local`, `+02:00` or a name of the system's table of zones.
    ///
    /// - Throws: `usage` where `text` is none of these.
    init(parsing text: String) throws {
        if text == "UTC" || text == "Z" {
            rule = .fixed(0)
        } else if text == "local" {
            tzset()
            rule = .system
        } else if let offset = Self.offset(text) {
            rule = .fixed(offset)
        } else if Self.isName(text), access("/usr/share/zoneinfo/\(text)", R_OK) == 0 {
            setenv("TZ", text, 1)
            tzset()
            rule = .system
        } else {
            throw PerigeeError(
                .usage, "\(text) is no time zone", at: "--time-zone",
                remedy: "write UTC, local, +02:00, or a name such as Europe/Berlin")
        }
    }

    /// The seconds by which local clocks are ahead of UTC at `instant`.
    func offset(at instant: Timestamp) -> Int64 {
        switch rule {
        case .fixed(let seconds): return seconds
        case .system:
            var time = time_t(instant.seconds)
            var local = tm()
            return localtime_r(&time, &local) == nil ? 0 : Int64(local.tm_gmtoff)
        }
    }

    private static func offset(_ text: String) -> Int64? {
        let parts = text.dropFirst().split(separator: ":", omittingEmptySubsequences: false)
        guard let sign = text.first, sign == "+" || sign == "-", parts.count == 2, parts.allSatisfy({ $0.count == 2 }),
            let hours = Int64(parts[0]), let minutes = Int64(parts[1]), hours <= 14, minutes < 60
        else { return nil }
        return (hours * 3600 + minutes * 60) * (sign == "-" ? -1 : 1)
    }

    private static func isName(_ text: String) -> Bool {
        !text.isEmpty && !text.hasPrefix("/") && !text.contains("..")
            && text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7f }
    }
}
