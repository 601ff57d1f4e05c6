/// The due instants of the latest runs of a schedule, ascending.
///
/// It is written in text, since it is written with each run: the first instant, and then the seconds from one to the next,
/// each with how often it comes, as in `1767225600 86400*87 82800 86400*167`.
struct DueList: Hashable, Sendable {
    private(set) var dues: [Instant] = []

    /// How many are remembered.
    ///
    /// Clocks that are put back further than over so many runs leave out what they come to again, rather than double it.
    static let countMax = 256

    /// From here on all are known; before, some may be forgotten.
    var knownSince: Instant { dues.count == Self.countMax ? dues[0] : .distantPast }

    /// Whether `due` is among them.
    func contains(_ due: Instant) -> Bool {
        guard let last = dues.last, due <= last else { return false }
        let place = place(of: due)
        return place < dues.count && dues[place] == due
    }

    /// Remembers `due`; false where it was there before, or may have been.
    mutating func insert(_ due: Instant) -> Bool {
        let place = place(of: due)
        if place < dues.count, dues[place] == due { return false }
        guard dues.count == Self.countMax else {
            dues.insert(due, at: place)
            return true
        }
        // What is older than all that is remembered may have been run already.
        if place == 0 { return false }
        dues.removeFirst()
        dues.insert(due, at: place - 1)
        return true
    }

    /// How many are before `due`.
    private func place(of due: Instant) -> Int {
        var (low, high) = (0, dues.count)
        while low < high {
            let middle = (low + high) / 2
            if dues[middle] < due { low = middle + 1 } else { high = middle }
        }
        return low
    }
}

extension DueList: Codable {
    /// Reads the text, or a list of instants, as it was written at first.
    init(from decoder: any Decoder) throws {
        let box = try decoder.singleValueContainer()
        if let list = try? box.decode([Instant].self) {
            dues = list.suffix(Self.countMax)
        } else if let list = Self.read(try box.decode(String.self)) {
            dues = list
        } else {
            throw DecodingError.dataCorruptedError(in: box, debugDescription: "these are no due instants")
        }
    }

    func encode(to encoder: any Encoder) throws {
        var box = encoder.singleValueContainer()
        try box.encode(text)
    }

    /// The instants in text.
    var text: String {
        guard var last = dues.first else { return "" }
        var text = "\(last.seconds)"
        var (step, count): (Int64, Int) = (0, 0)
        func close(_ text: inout String) {
            if count > 0 { text += count == 1 ? " \(step)" : " \(step)*\(count)" }
        }
        for due in dues.dropFirst() {
            if due - last != step {
                close(&text)
                (step, count) = (due - last, 0)
            }
            count += 1
            last = due
        }
        close(&text)
        return text
    }

    /// Reads ``text``; nil where it is none, goes back, or has more than may be remembered.
    private static func read(_ text: String) -> [Instant]? {
        let words = text.utf8.split(separator: UInt8(ascii: " "))
        guard let word = words.first else { return [] }
        guard let first = Int64(Substring(word)) else { return nil }
        var dues = [Instant(first)]
        for word in words.dropFirst() {
            let parts = word.split(separator: UInt8(ascii: "*"), omittingEmptySubsequences: false)
            guard parts.count <= 2, let step = Int64(Substring(parts[0])), step > 0,
                let count = parts.count == 2 ? Int(Substring(parts[1])) : 1, count > 0,
                count <= countMax - dues.count
            else { return nil }
            for _ in 0..<count { dues.append(dues[dues.count - 1] + step) }
        }
        return dues
    }
}
