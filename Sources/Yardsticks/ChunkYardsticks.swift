public import Hashing

/// How fast data is cut into chunks.
public enum ChunkYardsticks {
    /// What `perigee bench` shows.
    public static var all: [Yardstick] { [besideMemory(), fused()] }

    /// Cutting what is in memory and not in cache, beside reading it.
    public static func besideMemory(
        kernel: Kernel? = nil, threshold: Double? = nil, target: Double? = nil
    ) -> Yardstick {
        Yardstick(
            "chunk", "cutting 128 MiB, one core\(kernel.map { ", \($0)" } ?? "")", against: "reading memory",
            threshold: threshold, target: target
        ) {
            let sink = Sink()
            let sample = SampleBytes.random(128 << 20)
            let chunker = Chunker(.standard, kernel: kernel)
            return .race(
                Race(
                    bytes: sample.bytes.count, pass: { sink.take(count(sample.bytes, chunker)) },
                    limit: { sink.take(MemoryRead.fold(sample.bytes)) }))
        }
    }

    /// Cutting and hashing a stretch while it is in cache, beside hashing alone; the bytes come from memory.
    public static func fused(threshold: Double? = nil, target: Double? = nil) -> Yardstick {
        Yardstick(
            "chunk", "cutting and hashing 128 MiB, one core", against: "hashing alone", threshold: threshold,
            target: target
        ) {
            let sample = SampleBytes.random(128 << 20)
            let chunker = Chunker(.standard)
            var lengths: [Int] = []
            _ = chunker.cut(sample.bytes, isLast: true, into: &lengths)
            let alone = ChunkHashes(), fused = ChunkHashes()
            let known = lengths
            return .race(
                Race(
                    bytes: sample.bytes.count, pass: { fused.cutAndHash(sample.bytes, chunker) },
                    limit: { alone.hash(sample.bytes, known) }))
        }
    }

    /// How many chunks there are.
    static func count(_ bytes: UnsafeRawBufferPointer, _ chunker: Chunker) -> UInt64 {
        var rest = bytes
        var count: UInt64 = 0
        while let length = chunker.first(rest, isLast: true) {
            count += 1
            rest = UnsafeRawBufferPointer(rebasing: rest[length...])
        }
        return count
    }
}

/// Hashes chunks as a worker does: a stretch of 1 MiB at a time, its chunks at once.
private final class ChunkHashes {
    private static let stretch = 1 << 20
    private var inputs: [UnsafeRawBufferPointer] = []
    private var digests = [Digest](repeating: .zero, count: 1024)

    /// Cuts a stretch, hashes what is certain, and so on.
    func cutAndHash(_ bytes: UnsafeRawBufferPointer, _ chunker: Chunker) {
        var rest = bytes
        while !rest.isEmpty {
            let isLast = rest.count <= Self.stretch
            var stretch = isLast ? rest : UnsafeRawBufferPointer(rebasing: rest[..<Self.stretch])
            var consumed = 0
            while let length = chunker.first(stretch, isLast: isLast) {
                inputs.append(UnsafeRawBufferPointer(rebasing: stretch[..<length]))
                stretch = UnsafeRawBufferPointer(rebasing: stretch[length...])
                consumed += length
            }
            flush()
            rest = UnsafeRawBufferPointer(rebasing: rest[consumed...])
        }
    }

    /// Hashes chunks of known lengths, about a stretch at a time.
    func hash(_ bytes: UnsafeRawBufferPointer, _ lengths: [Int]) {
        var offset = 0
        var gathered = 0
        for length in lengths {
            inputs.append(UnsafeRawBufferPointer(rebasing: bytes[offset..<offset + length]))
            offset += length
            gathered += length
            if gathered >= Self.stretch { (gathered, _) = (0, flush()) }
        }
        flush()
    }

    private func flush() {
        inputs.withUnsafeBufferPointer { inputs in
            digests.withUnsafeMutableBufferPointer { Blake3.hashMany(inputs, into: $0) }
        }
        inputs.removeAll(keepingCapacity: true)
    }
}
