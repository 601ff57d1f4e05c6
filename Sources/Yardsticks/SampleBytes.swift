internal import Files
internal import Model

/// Bytes to measure on, the same in every run.
public final class SampleBytes: Sendable {
    private let buffer: IOBuffer

    /// Random bytes, of which no codec makes fewer.
    public static func random(_ count: Int, seed: UInt64 = 1) -> SampleBytes {
        SampleBytes(count) { words in
            var state = seed
            for index in words.indices { words[index] = next(&state) }
        }
    }

    /// Words of 16 bits with the statistics of trained weights: normally distributed, rounded to bfloat16.
    public static func bfloat16(_ count: Int) -> SampleBytes {
        SampleBytes(count) { words in
            var state: UInt64 = 2
            words.withMemoryRebound(to: UInt16.self) { words in
                for index in words.indices {
                    words[index] = UInt16(truncatingIfNeeded: weight(&state).bitPattern >> 16)
                }
            }
        }
    }

    /// Words of 32 bits with the statistics of trained weights: normally distributed.
    public static func float32(_ count: Int) -> SampleBytes {
        SampleBytes(count) { words in
            var state: UInt64 = 3
            words.withMemoryRebound(to: UInt32.self) { words in
                for index in words.indices { words[index] = weight(&state).bitPattern }
            }
        }
    }

    /// Lines of a log, with numbers and words that vary.
    public static func text(_ count: Int) -> SampleBytes {
        let words = [
            "accepted", "refused", "timeout", "read", "written", "closed", "vault", "snapshot", "session", "user",
        ]
        return SampleBytes(count) { out in
            var state: UInt64 = 4
            var line: [UInt8] = []
            let bytes = UnsafeMutableRawBufferPointer(out)
            var place = 0
            while place < bytes.count {
                let number = next(&state)
                let word = words[Int(number % 10)], other = words[Int((number >> 8) % 10)]
                line = Array(
                    "2026-11-23T13:\((number >> 16) % 60) host-\((number >> 24) % 32) \(word) \(other) \(number >> 44)\n"
                        .utf8)
                for byte in line.prefix(bytes.count - place) {
                    bytes[place] = byte
                    place += 1
                }
            }
        }
    }

    /// The bytes from the start of a file, at most `countMax`.
    ///
    /// - Throws: where the file cannot be read, or has fewer than 1 MiB.
    public static func file(_ path: String, countMax: Int) throws -> SampleBytes {
        let file = try OpenFile(reading: path)
        let size = Int(clamping: try file.status().size)
        let count = min(size, countMax) & ~7
        guard count >= 1 << 20 else {
            throw PerigeeError(
                .usage, "it is too short to measure on", at: path, remedy: "name a file of 1 MiB or more")
        }
        let made = SampleBytes(uninitialized: count)
        guard try file.read(into: made.buffer.bytes, at: 0) == count else {
            throw PerigeeError(.io, "it cannot be read whole", at: path)
        }
        return made
    }

    private init(uninitialized count: Int) { buffer = IOBuffer(count: count) }

    private convenience init(_ count: Int, fill: (UnsafeMutableBufferPointer<UInt64>) -> Void) {
        self.init(uninitialized: (count + 7) & ~7)
        fill(buffer.bytes.bindMemory(to: UInt64.self))
    }

    /// A copy of the first `count` bytes.
    public func prefix(_ count: Int) -> [UInt8] { withExtendedLifetime(self) { Array(bytes.prefix(count)) } }

    /// The bytes; valid as long as this lives.
    public var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(buffer.bytes) }

    /// The bytes, in pieces of `size`; what is left over at the end is no piece.
    public func pieces(of size: Int) -> [UnsafeRawBufferPointer] {
        stride(from: 0, through: bytes.count - size, by: size).map {
            UnsafeRawBufferPointer(rebasing: bytes[$0..<$0 + size])
        }
    }

    /// SplitMix64 (Steele, Lea, Flood, 2014).
    private static func next(_ state: inout UInt64) -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ z >> 30) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ z >> 27) &* 0x94d0_49bb_1331_11eb
        return z ^ z >> 31
    }

    /// A normally distributed number, near enough: the sum of four uniform ones, with a deviation of 0.02 or so.
    private static func weight(_ state: inout UInt64) -> Float {
        let word = next(&state)
        let fine = Double(next(&state) >> 11) * 0x1p-53
        let sum = (word & 0xffff) + (word >> 16 & 0xffff) + (word >> 32 & 0xffff) + (word >> 48)
        return Float((Double(sum) + fine - 0x1p17) * 0x1p-21)
    }
}
