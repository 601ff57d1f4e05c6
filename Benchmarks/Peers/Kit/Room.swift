internal import Glibc

/// The room that tools write to, where it is memory of a virtual machine.
///
/// Such a machine may give free memory back to its host. A page that was given back costs several times another one, and
/// whoever happens to use it pays.
package struct Room {
    private let folder: String

    /// Left free, and left for all else with what caches would give up.
    private static let leastFree = 128 << 20
    private static let leastAvailable = 1 << 30

    init(_ folder: String) { self.folder = folder }

    private var held: String { "\(folder)/held" }

    /// Takes all free memory but so many bytes and a little, until `release`.
    func hold(allBut bytes: Int) { take(freeMemory - bytes, as: held) }

    /// Gives back what is held.
    func release() { unlink(held) }

    /// Takes room for what a tool is about to write, and gives it back at once: so many bytes, or all that is free where
    /// the rest is held.
    func touch(bytes: Int) {
        let spare = "\(folder)/spare"
        take(access(held, F_OK) == 0 ? freeMemory : bytes, as: spare)
        unlink(spare)
    }

    private func take(_ bytes: Int, as path: String) {
        guard bytes > 0 else { return }
        let descriptor = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { return }
        posix_fallocate(descriptor, 0, bytes)
        close(descriptor)
    }

    /// Bytes of memory that nothing uses, not even as a cache, without what is left.
    private var freeMemory: Int {
        let lines = Meter.text(of: "/proc/meminfo").split(separator: "\n")
        func bytes(_ name: String) -> Int {
            let words = lines.first { $0.hasPrefix(name + ":") }?.split(separator: " ") ?? []
            return (words.count > 1 ? Int(words[1]) ?? 0 : 0) * 1024
        }
        return min(bytes("MemFree") - Self.leastFree, bytes("MemAvailable") - Self.leastAvailable)
    }
}
