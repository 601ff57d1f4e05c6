import Foundation
import Model
import Scheduling
import TestSupport
import Testing

/// What `zdump` of the C library says of zones: the independent witness.
enum ZoneDump {
    /// What the clocks of a zone show at an instant.
    struct Line {
        let zone: String
        let instant: Instant
        let offset: Int64
        let isSummer: Bool
        let abbreviation: String
    }

    private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

    /// The lines for the seconds before and after each change.
    static func lines(_ zones: [String], years: Range<Int>) throws -> [Line] {
        let folder = try TemporaryFolder()
        try ChildProcess(
            "/usr/bin/zdump", ["-v", "-c", "\(years.lowerBound),\(years.upperBound)"] + zones,
            output: folder.path("lines")
        ).wait()
        let data = try Data(contentsOf: URL(fileURLWithPath: folder.path("lines")))
        return data.split(separator: UInt8(ascii: "\n")).compactMap { line($0) }
    }

    /// Reads `Europe/Berlin  Sun Mar 29 00:59:59 2026 UT = Sun Mar 29 01:59:59 2026 CET isdst=0 gmtoff=3600`.
    private static func line(_ text: Data) -> Line? {
        let words = text.split(separator: UInt8(ascii: " ")).map { String(decoding: $0, as: UTF8.self) }
        // The ends of time have other forms, or none.
        guard words.count == 16, words[6] == "UT", words[7] == "=", let month = months.firstIndex(of: words[2]),
            let day = Int64(words[3]), let year = Int64(words[5]), (1...9999).contains(year),
            let date = CivilDate(year: year, month: Int64(month + 1), day: day),
            let offset = Int64(words[15].dropFirst("gmtoff=".count))
        else { return nil }
        let clock = words[4].utf8.split(separator: UInt8(ascii: ":")).compactMap { Int64(Substring($0)) }
        guard clock.count == 3 else { return nil }
        let seconds = date.daysSince1970 * 86_400 + clock[0] * 3600 + clock[1] * 60 + clock[2]
        return Line(
            zone: words[0], instant: Instant(seconds), offset: offset, isSummer: words[14] == "isdst=1",
            abbreviation: words[13])
    }
}
