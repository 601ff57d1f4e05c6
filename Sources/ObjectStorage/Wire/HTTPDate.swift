package import Model

/// Dates as HTTP writes them: `Sun, 06 Nov 1994 08:49:37 GMT` (RFC 9110, 5.6.7; the older forms are not read).
package enum HTTPDate {
    private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

    /// The instant; nil where the text is no such date.
    package static func parse(_ text: String) -> Timestamp? {
        let words = text.split(separator: " ")
        guard words.count == 6, words[5] == "GMT" || words[5] == "UTC", let day = Int64(words[1]),
            let month = months.firstIndex(of: String(words[2])), let year = Int64(words[3]), (0...9999).contains(year),
            let date = CivilDate(year: year, month: Int64(month) + 1, day: day)
        else { return nil }
        let time = words[4].split(separator: ":").map { Int64($0) }
        guard time.count == 3, let hour = time[0], let minute = time[1], let second = time[2], (0..<24).contains(hour),
            (0..<60).contains(minute), (0...60).contains(second)
        else { return nil }
        return Timestamp(seconds: date.daysSince1970 * 86_400 + hour * 3600 + minute * 60 + second)
    }
}
