internal import Hashing

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

/// Who writes: this process, as others can tell whether it is still there.
///
/// Machines are told apart by a digest, so that a store learns no names of hosts.
public struct WriterIdentity: Hashable, Sendable {
    /// The machine since it was started, and the space of process numbers in it: 32 hexadecimal digits.
    public var machine: String
    /// The number of the process.
    public var process: Int32

    /// An identity.
    public init(machine: String, process: Int32) {
        self.machine = machine
        self.process = process
    }

    /// This process.
    public static func current() -> WriterIdentity {
        let boot = file("/proc/sys/kernel/random/boot_id")
        var link = [CChar](repeating: 0, count: 256)
        let count = readlink("/proc/self/ns/pid", &link, link.count - 1)
        let space = link.prefix(max(0, count)).map { UInt8(bitPattern: $0) }
        var name = [CChar](repeating: 0, count: 256)
        gethostname(&name, name.count - 1)
        let text = boot + [0] + space + [0] + name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
        let digest = text.withUnsafeBytes { Blake3.hash($0) }
        return WriterIdentity(machine: String(digest.hex.prefix(32)), process: getpid())
    }

    /// Whether it is known that this writer is no more: it was on this machine, and has no process there.
    func isGone(seenFrom other: WriterIdentity) -> Bool {
        guard machine == other.machine, process > 0 else { return false }
        return kill(process, 0) != 0 && errno == ESRCH
    }

    private static func file(_ path: String) -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return [] }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: 64)
        let count = read(descriptor, &bytes, bytes.count)
        return Array(bytes.prefix(max(0, count)))
    }
}
