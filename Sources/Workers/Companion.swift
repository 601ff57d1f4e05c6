internal import Synchronization

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

/// A thread that runs beside its owner, who ends it: tells it to stop by their own means, then joins.
///
/// Where work can begin and end inside one call, ``Crew`` is the better choice.
public final class Companion: Sendable {
    private let thread: Mutex<pthread_t?>

    /// Starts `body` on a thread of its own, of which there must be one.
    public init(_ body: @escaping @Sendable () -> Void) {
        do {
            thread = Mutex(try Crew.start(body))
        } catch {
            preconditionFailure("\(error)")
        }
    }

    private init(_ thread: pthread_t) { self.thread = Mutex(thread) }

    /// Starts `body` on a thread of its own, if there is one.
    ///
    /// - Throws: `limit` where the system has none.
    public static func start(_ body: @escaping @Sendable () -> Void) throws -> Companion {
        Companion(try Crew.start(body))
    }

    /// Waits until the thread has ended; at once if that was waited for already.
    public func join() {
        let taken = thread.withLock { thread in
            defer { thread = nil }
            return thread
        }
        if let taken { pthread_join(taken, nil) }
    }

    /// Lets the thread end by itself; nobody can wait for it any more.
    public func leave() {
        let taken = thread.withLock { thread in
            defer { thread = nil }
            return thread
        }
        if let taken { pthread_detach(taken) }
    }
}
