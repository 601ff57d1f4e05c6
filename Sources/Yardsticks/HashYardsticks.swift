internal import Files
public import Hashing
internal import Model
internal import Workers

/// How fast BLAKE3 is.
public enum HashYardsticks {
    /// What `perigee bench` shows.
    public static var all: [Yardstick] {
        [
            alone(64 << 10, kernel: nil),
            alone(1 << 20, kernel: nil),
            many(2 << 10, threshold: nil),
            parallel(threads: Crew.processors),
        ]
    }

    /// One input after another of `size` bytes, in cache, on one core, beside reading the same bytes.
    public static func alone(_ size: Int, kernel: Kernel?) -> Yardstick {
        Yardstick(
            "hash", "BLAKE3 of \(size.byteText), one core\(suffix(kernel))", against: "reading the same bytes"
        ) {
            let sink = Sink()
            let sample = SampleBytes.random(size)
            return .race(
                Race(
                    bytes: size, pass: { sink.take(Blake3.hash(sample.bytes, kernel: kernel).prefix) },
                    limit: { sink.take(MemoryRead.fold(sample.bytes)) }))
        }
    }

    /// Inputs of `size` bytes, 1 MiB of them at once, beside the same ones one after another.
    public static func many(_ size: Int, kernel: Kernel? = nil, threshold: Double?) -> Yardstick {
        Yardstick(
            "hash", "BLAKE3 of \((1 << 20) / size) x \(size.byteText) at once\(suffix(kernel))",
            against: "one after another", threshold: threshold
        ) {
            let sink = Sink()
            let many = ManyInputs(size)
            return .race(
                Race(
                    bytes: many.byteCount, pass: { many.hash(kernel: kernel) },
                    limit: { for input in many.inputs { sink.take(Blake3.hash(input, kernel: kernel).prefix) } }))
        }
    }

    /// One input of `size` bytes by several threads, beside one thread.
    public static func parallel(
        _ size: Int = 64 << 20, threads: Int, threshold: Double? = nil, target: Double? = nil
    ) -> Yardstick {
        Yardstick(
            "hash", "BLAKE3 of \(size.byteText), \(threads) cores", against: "one core", threshold: threshold,
            target: target
        ) {
            let sink = Sink()
            let sample = SampleBytes.random(size)
            return .race(
                Race(
                    bytes: sample.bytes.count, pass: { sink.take(Blake3.hash(sample.bytes, threads: threads).prefix) },
                    limit: { sink.take(Blake3.hash(sample.bytes).prefix) }))
        }
    }

    private static func suffix(_ kernel: Kernel?) -> String { kernel.map { ", \($0)" } ?? "" }
}

/// Inputs of one size that lie side by side, 1 MiB in all, and room for their digests.
public final class ManyInputs {
    private let sample = SampleBytes.random(1 << 20)
    /// The inputs.
    public let inputs: [UnsafeRawBufferPointer]
    private var digests: [Digest]

    /// Inputs of `size` bytes.
    public init(_ size: Int) {
        inputs = sample.pieces(of: size)
        digests = [Digest](repeating: .zero, count: inputs.count)
    }

    /// The bytes of all inputs.
    public var byteCount: Int { inputs.reduce(0) { $0 + $1.count } }

    /// Hashes all at once.
    public func hash(kernel: Kernel?) {
        inputs.withUnsafeBufferPointer { inputs in
            digests.withUnsafeMutableBufferPointer { Blake3.hashMany(inputs, into: $0, kernel: kernel) }
        }
    }
}
