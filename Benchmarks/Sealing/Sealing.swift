import Benchmark
import Harness
import Yardsticks

let benchmarks: @Sendable () -> Void = {
    Harness.register(
        [
            SealYardsticks.record(4 << 10, threshold: 0.45, target: 0.65),
            SealYardsticks.record(16 << 10, threshold: 0.70, target: 0.80),
            SealYardsticks.record(64 << 10, threshold: 0.88, target: 0.95),
            SealYardsticks.record(1 << 20, threshold: 0.95),
        ], seconds: 1.5)
    Harness.register([16 << 10, 64 << 10, 1 << 20].map { BesideOpenSSL.speed($0) }, seconds: 0.01)
}
