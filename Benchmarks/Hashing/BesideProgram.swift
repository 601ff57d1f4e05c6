import Foundation
import Hashing
import Yardsticks

/// Perigee's way to hash a file, beside a program that does it.
enum BesideProgram {
    /// A file that is in memory, by two threads, beside b3sum with two threads.
    static func b3sum(bytes: Int, threshold: Double) -> Yardstick {
        Yardstick(
            "hash", "BLAKE3 of a file of \(bytes.byteText), 2 cores", against: "b3sum",
            threshold: threshold
        ) {
            let tree = try SampleTree(in: ScratchFolder(), files: 1, of: bytes)
            let path = tree.files[0]
            let file = open(path, O_RDONLY)
            return .race(
                Race(
                    bytes: bytes,
                    pass: {
                        _ = try Blake3.hash(byteCount: bytes, threads: 2) { buffer, offset in
                            guard pread(file, buffer.baseAddress, buffer.count, offset) == buffer.count else {
                                throw CocoaError(.fileReadUnknown)
                            }
                        }
                    },
                    limit: { try withExtendedLifetime(tree) { try Command.run("b3sum", "--num-threads", "2", path) } }))
        }
    }
}
