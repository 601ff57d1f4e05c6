import Benchmark
import Harness
import Yardsticks

let benchmarks: @Sendable () -> Void = {
    let count = Settings.identifiers
    Harness.register(
        [
            BesideMemory.misses(count, threshold: 0.02), BesideMemory.hits(count, threshold: 0.6),
            BesideMemory.claims(count, threshold: 0.02),
        ], seconds: 2)
    Harness.register(
        [
            BesideAim.unfaulted(count), BesideAim.resident(count),
        ], seconds: 0.01)
}
