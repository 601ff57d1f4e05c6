/// Names a job: the batch that it was planned in, and its number there: `k3f9x2ab7q-1`.
///
/// Fit for names of Slurm and Kubernetes, and for paths.
public struct JobID: Hashable, Comparable, Sendable, Codable {
    /// What was planned at once.
    public let batch: String
    /// The number in the batch, from 1.
    public let number: Int

    private static let letters = Array("abcdefghjkmnpqrstvwxyz")
    private static let signs = letters + Array("23456789")
    private static let batchLength = 10
    private static let numberMax = 99_999

    /// Job `number` of `batch`.
    public init(batch: String, number: Int) {
        self.batch = batch
        self.number = number
    }

    /// Reads what ``description`` writes; nil where the text is no such name.
    public init?(parsing text: String) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 2, Self.isBatch(String(parts[0])), let number = Int(parts[1]),
            (1...Self.numberMax).contains(number), String(number) == parts[1]
        else { return nil }
        self.init(batch: String(parts[0]), number: number)
    }

    /// A name of a batch that nobody has used, as far as chance goes.
    public static func newBatch(using random: inout some RandomNumberGenerator) -> String {
        let first = letters[Int.random(in: letters.indices, using: &random)]
        return (1..<batchLength).reduce(into: String(first)) { out, _ in
            out.append(signs[Int.random(in: signs.indices, using: &random)])
        }
    }

    /// Whether a text has the form of a batch's name.
    public static func isBatch(_ text: String) -> Bool {
        text.count == batchLength && text.first.map(letters.contains) == true && text.allSatisfy(signs.contains)
    }

    /// Orders by batch, then by number.
    public static func < (a: JobID, b: JobID) -> Bool { (a.batch, a.number) < (b.batch, b.number) }
}

extension JobID: CustomStringConvertible {
    /// `k3f9x2ab7q-1`.
    public var description: String { "\(batch)-\(number)" }
}
