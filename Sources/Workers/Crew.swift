internal import CSyscalls
internal import Model

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

/// Threads that begin and end inside one call.
///
/// Perigee's byte work and its file I/O block, so they run on threads of their own and not on the tasks' pool.
public enum Crew {
    /// How many threads the machine's processors (those this process may use) ask for, within ``ProcessBounds``; at least
    /// one.
    public static var processors: Int {
        let allowed = Int(csystem_processors())
        let there = max(1, allowed > 0 ? allowed : Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))))
        return min(there, ProcessBounds.threadsMax)
    }

    /// Runs `body(0)` to `body(count - 1)`, each on a thread of its own (the first on the caller's), until all return.
    ///
    /// - Throws: the first error that any of them threw, after all have ended. `body` learns of it by its own means
    ///   (a closed queue, a stop flag); `onError` is called at once for that, on the failing thread. Members for which the
    ///   system has no thread count as if they had thrown `limit` at once; the first runs in any case.
    public static func run(
        _ count: Int, onError: @Sendable (any Error) -> Void = { _ in }, _ body: @Sendable (Int) throws -> Void
    ) throws {
        try run(count, threadsLeft: .max, onError: onError, body)
    }

    /// The same, as if the system had only so many threads left: for tests.
    package static func run(
        _ count: Int, threadsLeft: Int, onError: @Sendable (any Error) -> Void = { _ in },
        _ body: @Sendable (Int) throws -> Void
    ) throws {
        precondition(count > 0, "a crew has members")
        let firstError = Monitor<(any Error)?>(nil)
        withoutActuallyEscaping(body) { body in
            withoutActuallyEscaping(onError) { onError in
                let work: @Sendable (Int) -> Void = { index in
                    do {
                        try body(index)
                    } catch {
                        firstError.change { if $0 == nil { $0 = error } }
                        onError(error)
                    }
                }
                var others: [pthread_t] = []
                do {
                    for index in 1..<max(count, 1) {
                        guard index <= threadsLeft else { throw Self.noThread(EAGAIN) }
                        others.append(try Self.start { work(index) })
                    }
                } catch {
                    firstError.change { if $0 == nil { $0 = error } }
                    onError(error)
                }
                work(0)
                for thread in others { pthread_join(thread, nil) }
            }
        }
        if let error = firstError.read({ $0 }) { throw error }
    }

    /// Starts a thread with a stack of 2 MiB; the caller joins it.
    ///
    /// - Throws: `limit` where the system has none.
    static func start(_ body: @escaping @Sendable () -> Void) throws -> pthread_t {
        final class Box: Sendable {
            let body: @Sendable () -> Void
            init(_ body: @escaping @Sendable () -> Void) { self.body = body }
        }
        var attributes = pthread_attr_t()
        pthread_attr_init(&attributes)
        pthread_attr_setstacksize(&attributes, 2 << 20)
        defer { pthread_attr_destroy(&attributes) }
        var thread = pthread_t()
        let box = Unmanaged.passRetained(Box(body))
        let status = pthread_create(
            &thread, &attributes,
            { argument in
                Unmanaged<Box>.fromOpaque(argument!).takeRetainedValue().body()
                return nil
            }, box.toOpaque())
        guard status == 0 else {
            box.release()
            throw noThread(status)
        }
        return thread
    }

    private static func noThread(_ status: Int32) -> PerigeeError {
        PerigeeError(
            .limit, "no further thread can be made: \(String(cString: strerror(status)))",
            remedy:
                "end other work, raise the limit of processes (ulimit -u), or set \(ProcessBounds.threadsVariable) lower",
            canRetry: true)
    }
}
