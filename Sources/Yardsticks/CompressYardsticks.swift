public import Content
internal import Files
internal import Model

/// How much compression saves, and how fast it is.
public enum CompressYardsticks {
    /// What `perigee bench` shows.
    public static var all: [Yardstick] {
        let words = Words.bfloat16(file: nil), wide = Words.float32(file: nil)
        return [
            ratio(words), compressing(words), restoring(words), ratio(wide), compressing(wide), restoring(wide),
            stored(),
        ]
    }

    /// Words of floating point to compress.
    public struct Words: Sendable {
        /// What they are called.
        public let name: String
        let make: @Sendable () throws -> SampleBytes

        /// Words of 16 bits: those of a file, or made ones with the statistics of trained weights.
        public static func bfloat16(file: String?) -> Words {
            Words(name: file == nil ? "bfloat16 (made)" : "bfloat16") {
                try file.map { try .file($0, countMax: sampleBytes) } ?? .bfloat16(sampleBytes)
            }
        }

        /// Lines of a log, as servers write them.
        public static let text = Words(name: "text (made)") { .text(sampleBytes) }

        /// Words of 32 bits: those of a file, or made ones with the statistics of trained weights.
        public static func float32(file: String?) -> Words {
            Words(name: file == nil ? "float32 (made)" : "float32") {
                try file.map { try .file($0, countMax: sampleBytes) } ?? .float32(sampleBytes)
            }
        }
    }

    private static let sampleBytes = 16 << 20
    /// What floating-point words are compared with.
    public static let zstd = Compression.zstd(level: 1)

    /// Plain bytes over compressed ones, beside zstd's.
    public static func ratio(_ words: Words, threshold: Double? = nil) -> Yardstick {
        Yardstick("compress", "\(words.name): plain over compressed", against: "zstd 1", threshold: threshold) {
            let sample = try words.make()
            let planes = try Bodies(sample, .auto), general = try Bodies(sample, zstd)
            try planes.compress()
            try general.compress()
            return .count(.init(planes.ratio, limit: general.ratio, unit: .quotient))
        }
    }

    /// Plain bytes over compressed ones, beside what is aimed at.
    public static func ratio(_ words: Words, aim: Double, threshold: Double, target: Double?) -> Yardstick {
        Yardstick(
            "compress", "\(words.name): plain over compressed", against: "aimed at", threshold: threshold,
            target: target
        ) {
            let planes = try Bodies(words.make(), .auto)
            try planes.compress()
            return .count(.init(planes.ratio, limit: aim, unit: .quotient))
        }
    }

    /// Chunks of 64 KiB compressed, beside another way.
    public static func compressing(
        _ words: Words, as wish: Compression = .auto, against other: Compression = zstd, threshold: Double? = nil,
        target: Double? = nil
    ) -> Yardstick {
        Yardstick(
            "compress", "\(words.name): compressing (\(wish))", against: "compressing (\(other))",
            threshold: threshold, target: target
        ) {
            let sample = try words.make()
            let ours = try Bodies(sample, wish), others = try Bodies(sample, other)
            return .race(
                Race(bytes: sample.bytes.count, pass: { try ours.compress() }, limit: { try others.compress() }))
        }
    }

    /// Chunks of 64 KiB restored, beside another way.
    public static func restoring(
        _ words: Words, as wish: Compression = .auto, against other: Compression = zstd, threshold: Double? = nil,
        target: Double? = nil
    ) -> Yardstick {
        Yardstick(
            "compress", "\(words.name): restoring (\(wish))", against: "restoring (\(other))", threshold: threshold,
            target: target
        ) {
            let sample = try words.make()
            let ours = try Bodies(sample, wish), others = try Bodies(sample, other)
            try ours.compress()
            try others.compress()
            return .race(
                Race(bytes: sample.bytes.count, pass: { try ours.restore() }, limit: { try others.restore() }))
        }
    }

    /// The look at random bytes after which they are stored, beside reading them.
    public static func stored(threshold: Double? = nil) -> Yardstick {
        Yardstick(
            "compress", "random bytes: seen to be random", against: "reading the same bytes", threshold: threshold
        ) {
            let sink = Sink()
            let sample = SampleBytes.random(4 << 20)
            let bodies = try Bodies(sample, .auto)
            return .race(
                Race(
                    bytes: sample.bytes.count, pass: { try bodies.compress() },
                    limit: { sink.take(MemoryRead.fold(sample.bytes)) }))
        }
    }
}

/// A sample's chunks of 64 KiB, and the bodies that a compressor makes of them.
final class Bodies {
    private static let chunk = 64 << 10

    private let sample: SampleBytes
    private let chunks: [UnsafeRawBufferPointer]
    private let compressor: Compressor
    private let decompressor: Decompressor
    private let room: IOBuffer
    private let plain = IOBuffer(count: chunk)
    private var bodies: [(codec: Codec, count: Int)]

    init(_ sample: SampleBytes, _ wish: Compression) throws {
        self.sample = sample
        chunks = sample.pieces(of: Self.chunk)
        compressor = try Compressor(wish)
        decompressor = try Decompressor()
        room = IOBuffer(count: chunks.count * Compressor.bound(Self.chunk))
        bodies = chunks.map { _ in (.stored, 0) }
    }

    private func room(_ index: Int) -> UnsafeMutableRawBufferPointer {
        let size = Compressor.bound(Self.chunk)
        return UnsafeMutableRawBufferPointer(rebasing: room.bytes[index * size..<(index + 1) * size])
    }

    /// Compresses all chunks.
    func compress() throws {
        compressor.beginFile()
        for index in chunks.indices { bodies[index] = try compressor.compress(chunks[index], into: room(index)) }
    }

    /// Restores all chunks that were compressed.
    func restore() throws {
        for index in chunks.indices {
            let body =
                bodies[index].codec == .stored
                ? chunks[index] : UnsafeRawBufferPointer(rebasing: room(index)[..<bodies[index].count])
            try decompressor.decompress(body, codec: bodies[index].codec, into: plain.bytes)
        }
    }

    /// Plain bytes over compressed ones.
    var ratio: Double {
        Double(chunks.count * Self.chunk) / Double(max(1, bodies.reduce(0) { $0 + $1.count }))
    }
}
