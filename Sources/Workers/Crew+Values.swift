internal import Synchronization

extension Crew {
    /// What `body` gives for each number below `count`, in order: by as many threads as there are processors where there are
    /// `least` numbers, else by the caller's own.
    public static func values<Value: Sendable>(
        _ count: Int, atOnceFrom least: Int, _ body: @Sendable (Int) -> Value
    ) -> [Value] {
        shares(of: count, atOnce: count >= least) { $0.map(body) }.flatMap(\.self)
    }

    /// What `body` gives for ranges of the numbers below `count`, in order: where `isShared` as many as there are processors, each
    /// by a thread of its own, else all in one, by the caller's.
    public static func shares<Value: Sendable>(
        of count: Int, atOnce isShared: Bool, _ body: @Sendable (Range<Int>) -> Value
    ) -> [Value] {
        let workers = isShared ? min(processors, count) : 1
        guard workers > 1 else { return [body(0..<count)] }
        let parts = Mutex([Value?](repeating: nil, count: workers))
        do {
            try run(workers) { member in
                let value = body(count * member / workers..<count * (member + 1) / workers)
                parts.withLock { $0[member] = value }
            }
        } catch {
            // No body throws: the system had too few threads.
            return [body(0..<count)]
        }
        return parts.withLock { $0 }.compactMap(\.self)
    }
}
