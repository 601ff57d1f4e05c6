/// Parts of each day, in UTC: `22:00-06:00, 12:00-13:00`.
public struct DayWindows: Hashable, Sendable {
    /// Whether each minute of the day is open.
    private let isOpen: [Bool]
    /// As it was written.
    public let text: String

    /// Reads windows; nil where the text is none, or no minute is open.
    public init?(parsing text: String) {
        var isOpen = [Bool](repeating: false, count: 1440)
        for part in text.split(separator: ",") {
            let sides = part.filter { $0 != " " }.split(separator: "-", omittingEmptySubsequences: false)
            guard sides.count == 2, let start = Self.minute(sides[0]), let end = Self.minute(sides[1]), start != end
            else {
                return nil
            }
            var minute = start % 1440
            repeat {
                isOpen[minute] = true
                minute = (minute + 1) % 1440
            } while minute != end % 1440
        }
        guard isOpen.contains(true) else { return nil }
        self.isOpen = isOpen
        self.text = text
    }

    /// How long it takes from `second` of the day until `work` seconds have been open.
    public func elapsed(_ work: Double, fromSecond second: Int) -> Double {
        guard work > 0 else { return 0 }
        let openADay = Double(isOpen.count { $0 }) * 60
        let days = (work / openADay).rounded(.down)
        // What remains is less than a day's windows; it ends within a day and a bit.
        var rest = work - days * openADay
        if rest <= 0 { return (days - 1) * 86_400 + elapsed(openADay, within: second) }
        var out = days * 86_400
        var at = second
        while rest > 0 {
            let left = 60 - at % 60
            if isOpen[at / 60 % 1440] {
                let step = min(rest, Double(left))
                (rest, out) = (rest - step, out + step)
            } else {
                out += Double(left)
            }
            at += left
        }
        return out
    }

    /// How long it takes until `work` seconds have been open, begun at the worst time of the day.
    func longest(_ work: Double) -> Double {
        // The worst is to begin just when a window has closed.
        isOpen.indices.filter { !isOpen[$0] && isOpen[($0 + 1439) % 1440] }.map { elapsed(work, fromSecond: $0 * 60) }
            .max() ?? work
    }

    /// The minutes that are in both; nil for none.
    func meeting(_ other: DayWindows) -> DayWindows? {
        let both = zip(isOpen, other.isOpen).map { $0 && $1 }
        return both.contains(true) ? DayWindows(isOpen: both, text: "\(text) and \(other.text)") : nil
    }

    private init(isOpen: [Bool], text: String) { (self.isOpen, self.text) = (isOpen, text) }

    /// The end of the last open minute within the day that begins at `second`.
    private func elapsed(_ work: Double, within second: Int) -> Double {
        var out = 0.0
        var rest = work
        var at = second
        for _ in 0...1440 where rest > 1e-9 {
            let left = 60 - at % 60
            if isOpen[at / 60 % 1440] { rest -= min(rest, Double(left)) }
            out += Double(left)
            at += left
        }
        return min(out, 86_400)
    }

    private static func minute(_ text: some StringProtocol) -> Int? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, let hour = Int(parts[0]), let minute = Int(parts[1]), (0...24).contains(hour),
            (0..<60).contains(minute), hour * 60 + minute <= 1440
        else { return nil }
        return hour * 60 + minute
    }
}
