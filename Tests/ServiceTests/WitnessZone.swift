import Foundation
import TestSupport
import Testing

/// A time zone as Python's `zoneinfo` knows it: a witness that shares no code with the daemon.
struct WitnessZone {
    let name: String
    /// From when on clocks are ahead of UTC by so many seconds, ascending; the first is before all that a test asks for.
    let changes: [(at: Int64, offset: Int64)]

    private static let script = """
        import sys, zoneinfo
        from datetime import datetime, timezone
        low, high = int(sys.argv[1]), int(sys.argv[2])
        def offset(zone, at):
            return int(datetime.fromtimestamp(at, timezone.utc).astimezone(zone).utcoffset().total_seconds())
        for name in sorted(zoneinfo.available_timezones()):
            if "/" not in name or name.startswith(("Etc/", "System")): continue
            zone = zoneinfo.ZoneInfo(name)
            last = offset(zone, low)
            words = [name, low, last]
            for day in range(low, high, 86400):
                now = offset(zone, day + 86400)
                if now == last: continue
                before, after = day, day + 86400
                while after - before > 1:
                    middle = (before + after) // 2
                    if offset(zone, middle) == last: before = middle
                    else: after = middle
                words += [after, now]
                last = now
            print(*words)
        """

    /// All zones with a region in their name, as they are between two instants.
    static func all(from start: Int64, to end: Int64) throws -> [WitnessZone] {
        let folder = try TemporaryFolder()
        try ChildProcess("python3", ["-c", script, "\(start)", "\(end)"], output: folder.path("zones")).wait()
        let text = try String(contentsOfFile: folder.path("zones"), encoding: .utf8)
        return text.split(separator: "\n").map { line in
            let words = line.split(separator: " ")
            let numbers = words.dropFirst().compactMap { Int64($0) }
            return WitnessZone(
                name: String(words[0]),
                changes: stride(from: 0, to: numbers.count, by: 2).map { (numbers[$0], numbers[$0 + 1]) })
        }
    }

    /// The first instant at which clocks show `local` seconds since 1970; where they skip it, the end of the gap.
    func first(ofLocal local: Int64) -> Int64 {
        for (index, change) in changes.enumerated() {
            let instant = local - change.offset
            if instant < change.at { return change.at }
            if index + 1 == changes.count || instant < changes[index + 1].at { return instant }
        }
        return local
    }

    /// All instants from `start` to `end` at which clocks show the beginning of a minute of each hour.
    func instants(atMinute minute: Int64, from start: Int64, to end: Int64) -> [Int64] {
        var found: [Int64] = []
        for (index, change) in changes.enumerated() {
            let last = index + 1 == changes.count ? end : min(end, changes[index + 1].at - 1)
            var instant = max(start, change.at)
            instant += (((minute * 60 - instant - change.offset) % 3600) + 3600) % 3600
            while instant <= last {
                found.append(instant)
                instant += 3600
            }
        }
        return found
    }
}
