internal import Synchronization

/// Threads that come and go while their owner lives, such as one for each connection; the owner joins them all at the end.
public final class Companions: Sendable {
    private let running = Mutex<[(thread: Companion, isDone: Flag)]>([])

    private final class Flag: Sendable {
        let isRaised = Atomic(false)
    }

    /// None yet.
    public init() {}

    /// Starts `body` on a thread of its own.
    ///
    /// - Throws: `limit` where the system has none.
    public func start(_ body: @escaping @Sendable () -> Void) throws {
        let flag = Flag()
        let thread = try Companion.start {
            body()
            flag.isRaised.store(true, ordering: .releasing)
        }
        let done = running.withLock { running in
            // Asked once each: one that ends meanwhile stays until the next time.
            let isDone = running.map { $0.isDone.isRaised.load(ordering: .acquiring) }
            let done = zip(running, isDone).filter { $0.1 }.map { $0.0 }
            running = zip(running, isDone).filter { !$0.1 }.map { $0.0 }
            running.append((thread, flag))
            return done
        }
        for (thread, _) in done { thread.join() }
    }

    /// Waits until all have ended that were started before.
    public func join() { for (thread, _) in running.withLock({ $0 }) { thread.join() } }
}
