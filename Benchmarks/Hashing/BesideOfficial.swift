import CRivals
import Harness
import Hashing
import Yardsticks

/// Perigee's BLAKE3 beside the official one, which is loaded while running.
enum BesideOfficial {
    static let name = "official BLAKE3 in C"

    static func all(_ path: String) -> [Yardstick] {
        [1, 64, 1 << 10, 4 << 10, 16 << 10].map { alone($0, path) }
            + [64 << 10, 1 << 20].map { alone($0, path, threshold: 0.9, target: 1.0) } + [alone(64 << 20, path)]
            + [1 << 10, 2 << 10, 4 << 10].map { many($0, path, threshold: 1.3) }
            + [many(16 << 10, path, threshold: 1.0), many(64 << 10, path)]
    }

    /// One input after another, in cache but for the largest.
    private static func alone(
        _ size: Int, _ path: String, threshold: Double? = nil, target: Double? = nil
    ) -> Yardstick {
        Yardstick(
            "hash", "BLAKE3 of \(size.byteText), one core", against: name, threshold: threshold, target: target
        ) {
            let official = try Official(path)
            let sample = SampleBytes.random(size)
            let bytes = UnsafeRawBufferPointer(rebasing: sample.bytes[..<size])
            var digest = Digest.zero
            return .race(
                Race(
                    bytes: size, pass: { digest = Blake3.hash(bytes) },
                    limit: { [sample] in withExtendedLifetime(sample) { official.hash(bytes, into: &digest) } }))
        }
    }

    /// Many inputs at once, beside the official one's hash of one after another.
    private static func many(
        _ size: Int, _ path: String, threshold: Double? = nil, target: Double? = nil
    ) -> Yardstick {
        Yardstick(
            "hash", "BLAKE3 of \((1 << 20) / size) x \(size.byteText) at once",
            against: "\(name), one after another", threshold: threshold, target: target
        ) {
            let official = try Official(path)
            let many = ManyInputs(size)
            var digest = Digest.zero
            return .race(
                Race(
                    bytes: many.byteCount, pass: { many.hash(kernel: nil) },
                    limit: { for input in many.inputs { official.hash(input, into: &digest) } }))
        }
    }
}

/// The official BLAKE3 from a shared library.
final class Official {
    private let library: OpaquePointer

    struct Absent: Error, CustomStringConvertible {
        let description: String
    }

    /// Loads it, and sees that it hashes as Perigee does.
    init(_ path: String) throws {
        guard let library = rival_blake3_open(path) else {
            throw Absent(description: "\(path): \(String(cString: rival_blake3_error()))")
        }
        self.library = library
        let sample = SampleBytes.random(100_000)
        var digest = Digest.zero
        hash(sample.bytes, into: &digest)
        guard digest == Blake3.hash(sample.bytes) else {
            throw Absent(description: "\(path): it gives other hashes than BLAKE3's")
        }
    }

    @inline(__always)
    func hash(_ bytes: UnsafeRawBufferPointer, into digest: inout Digest) {
        digest.withUnsafeMutableBytes { out in
            rival_blake3_hash(
                library, bytes.baseAddress, bytes.count, out.assumingMemoryBound(to: UInt8.self).baseAddress)
        }
    }
}
