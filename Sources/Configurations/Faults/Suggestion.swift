/// What somebody may have meant.
enum Suggestion {
    /// The word of `known` that is nearest to `word`, where it is near enough: one letter in three may differ.
    static func nearest(to word: String, among known: some Sequence<String>) -> String? {
        let letters = Array(word.lowercased().unicodeScalars)
        guard letters.count <= 64 else { return nil }
        let ranked = known.map { (distance(letters, Array($0.lowercased().unicodeScalars)), $0) }.sorted { $0 < $1 }
        guard let (distance, best) = ranked.first, distance <= max(1, letters.count / 3) else { return nil }
        return best
    }

    /// How many letters are to be put in, taken out, replaced or swapped with their neighbour.
    ///
    /// The optimal string alignment distance, by its usual table of three rows.
    static func distance(_ a: [Unicode.Scalar], _ b: [Unicode.Scalar]) -> Int {
        guard !a.isEmpty, !b.isEmpty else { return max(a.count, b.count) }
        var before: [Int] = []
        var last = Array(0...b.count)
        for i in 1...a.count {
            var row = [i] + Array(repeating: 0, count: b.count)
            for j in 1...b.count {
                row[j] = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1))
                if i > 1, j > 1, a[i - 1] == b[j - 2], a[i - 2] == b[j - 1] { row[j] = min(row[j], before[j - 2] + 1) }
            }
            (before, last) = (last, row)
        }
        return last[b.count]
    }
}
