import Foundation
import Hashing
import Yardsticks

/// Perigee's chunker beside others, each built by the same compiler.
enum BesideCutters {
    /// Cutting bytes that are in memory and not in cache, or, as a worker does, bytes that are in cache.
    static func speed(
        _ other: Cutter, inCache: Bool = false, threshold: Double?, target: Double? = nil
    ) -> Yardstick {
        let size = inCache ? 1 << 20 : 128 << 20
        return Yardstick(
            "chunk", inCache ? "cutting 1 MiB in cache, one core" : "cutting 128 MiB, one core",
            against: other.rawValue, threshold: threshold, target: target
        ) {
            let sample = SampleBytes.random(size)
            let ours = Cutter.perigee.first(0), others = other.first(other.usualDial)
            var chunks = 0
            func cut(_ first: (UnsafeRawBufferPointer) -> Int) {
                var rest = sample.bytes
                while !rest.isEmpty {
                    rest = UnsafeRawBufferPointer(rebasing: rest[first(rest)...])
                    chunks += 1
                }
            }
            return .race(Race(bytes: sample.bytes.count, pass: { cut(ours) }, limit: { cut(others) }))
        }
    }

    /// How many times over a series is told by its chunks, at equal mean length.
    static func deduplication(
        _ series: VersionSeries, _ other: Cutter, threshold: Double?, target: Double? = nil
    ) -> Yardstick {
        Yardstick(
            "chunk", "deduplication of \(series.name), mean 64 KiB", against: "\(other.rawValue), equal mean",
            threshold: threshold, target: target
        ) {
            let files = try series.files()
            let ours = Census(files, Cutter.perigee.first(0))
            let dial = dial(of: other, files, mean: ours.mean)
            let others = Census(files, other.first(dial))
            return .count(.init(ours.ratio, limit: others.ratio, unit: .quotient))
        }
    }

    /// The dial at which `cutter` gives chunks of this mean length.
    private static func dial(of cutter: Cutter, _ files: [Data], mean: Double) -> Int {
        // Some of the files, in every version: as many as make 512 MiB.
        var part: [Data] = []
        let every = max(1, files.reduce(0) { $0 + $1.count } >> 29)
        for index in stride(from: 0, to: files.count, by: every) { part.append(files[index]) }
        let wanted = every == 1 ? mean : Census(part, Cutter.perigee.first(0), names: false).mean
        var low = 64, high = 250 << 10
        while high - low > 64 {
            let middle = (low + high) / 2
            if Census(part, cutter.first(middle), names: false).mean < wanted { low = middle } else { high = middle }
        }
        return high
    }

    /// The chunks of files.
    private struct Census {
        private(set) var bytes = 0
        private(set) var chunks = 0
        private(set) var uniqueBytes = 0
        private var seen: Set<Digest> = []

        init(_ files: [Data], _ first: (UnsafeRawBufferPointer) -> Int, names: Bool = true) {
            for file in files {
                file.withUnsafeBytes { bytes in
                    var rest = bytes
                    while !rest.isEmpty {
                        let length = first(rest)
                        add(UnsafeRawBufferPointer(rebasing: rest[..<length]), names)
                        rest = UnsafeRawBufferPointer(rebasing: rest[length...])
                    }
                }
            }
        }

        private mutating func add(_ chunk: UnsafeRawBufferPointer, _ names: Bool) {
            bytes += chunk.count
            chunks += 1
            if names, seen.insert(Blake3.hash(chunk)).inserted { uniqueBytes += chunk.count }
        }

        var mean: Double { Double(bytes) / Double(chunks) }
        var ratio: Double { Double(bytes) / Double(uniqueBytes) }
    }
}
