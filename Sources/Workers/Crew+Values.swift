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
        // Only what a body throws is thrown, and this one throws nothing.
        try? run(workers) { member in
            let values = (count * member / workers..<count * (member + 1) / workers).map(body)
            parts.withLock { $0[member] = values }
        }
        return parts.withLock { $0 }.flatMap(\.self)
    }
}
