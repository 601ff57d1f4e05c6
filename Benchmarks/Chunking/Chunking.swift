import Benchmark
import Harness
import Hashing
import Yardsticks

let benchmarks: @Sendable () -> Void = {
    Harness.register(
        [
            ChunkYardsticks.besideMemory(threshold: 0.6),
            ChunkYardsticks.fused(threshold: 0.7, target: 0.9),
            BesideCutters.speed(.fastCDC2, threshold: 3.8, target: 5.0),
            BesideCutters.speed(.fastCDC2, inCache: true, threshold: 4.5, target: 5.0),
            BesideCutters.speed(.fastCDC1, threshold: 5.0),
            BesideCutters.speed(.gear, threshold: 5.0),
            BesideCutters.speed(.ram, threshold: nil),
        ], seconds: 1.5)
    Harness.register(
        Kernel.available.dropFirst().map { ChunkYardsticks.besideMemory(kernel: $0) }, seconds: 1)
    let series: [VersionSeries] = [.made] + Settings.versions.map { .folder($0) }
    Harness.register(
        series.flatMap { series in
            [
                BesideCutters.deduplication(series, .fastCDC2, threshold: 0.99),
                BesideCutters.deduplication(series, .gear, threshold: nil),
                BesideCutters.deduplication(series, .ram, threshold: nil),
            ]
        }, seconds: 0.05)
}
