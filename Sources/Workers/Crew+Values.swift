internal import Synchronization

extension Crew {
    /// What `body` gives for each number below `count`, in order: by as many threads as there are processors where there are
    /// `least` numbers, else by the caller's own.
    public static func values<Value: Sendable>(
        _ count: Int, atOnceFrom least: Int, _ body: @Sendable (Int) -> Value
    ) -> [Value] {
        let workers = count < least ? 1 : min(processors, count)
        guard workers > 1 else { return (0..<count).map(body) }
        let parts = Mutex([[Value]](repeating: [], count: workers))
        do {
            try run(workers) { member in
                let values = (count * member / workers..<count * (member + 1) / workers).map(body)
                parts.withLock { $0[member] = values }
            }
        } catch {
            // No body throws: the system had too few threads.
            return (0..<count).map(body)
        }
        return parts.withLock { $0 }.flatMap(\.self)
    }
}
