internal import Synchronization

/// What runs do, as JSON: there are few such texts, and each run of a schedule has the same.
final class JobTexts: Sendable {
    private let known = Mutex<[JobSpecification: String]>([:])

    /// So many are remembered.
    private static let countMax = 20_000

    /// A job as JSON.
    func text(_ job: JobSpecification) throws -> String {
        if let text = known.withLock({ $0[job] }) { return text }
        let text = try ChangeWriter.json(job)
        known.withLock { known in
            if known.count >= Self.countMax { known = [:] }
            known[job] = text
        }
        return text
    }
}
