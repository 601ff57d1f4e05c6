internal import CSyscalls

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

/// What this process may use of the host, as whoever started it says in its environment: the daemon, of the work that it has
/// done, or a person.
public enum ProcessBounds {
    /// The variable with the most threads that work.
    public static let threadsVariable = "PERIGEE_THREADS"
    /// The variable with the most memory, in bytes.
    public static let memoryVariable = "PERIGEE_MEMORY"

    /// The most threads that work; nil for as many as there are processors.
    public static let threads: Int? = number(threadsVariable).map { Int(clamping: min($0, 1024)) }
    /// The most memory of its own, in bytes; nil for the usual bounds.
    public static let memory: UInt64? = number(memoryVariable)

    /// What a run uses with one thread, in bytes.
    static let memoryOfRun: UInt64 = 64 << 20
    /// What it uses more with each further one.
    static let memoryOfThread: UInt64 = 12 << 20

    /// The most threads that have room, at least one.
    public static let threadsMax: Int = {
        let room = memory.map { memory in
            1 + Int(clamping: (memory - min(memory, memoryOfRun)) / memoryOfThread)
        }
        return max(1, min(threads ?? .max, room ?? .max))
    }()

    /// Has large buffers be given back to the system when they are done with; to be called before there are any.
    ///
    /// By itself glibc keeps what is as large as anything that was freed before, up to 32 MiB, and of buffers that come and go
    /// on several threads that came to more than the buffers: a run to three object stores took 340 MiB, and takes 150.
    public static func returnLargeBuffers() { csystem_return_blocks(256 << 10) }

    private static func number(_ name: String) -> UInt64? {
        getenv(name).flatMap { UInt64(String(cString: $0)) }.flatMap { $0 > 0 ? $0 : nil }
    }
}
