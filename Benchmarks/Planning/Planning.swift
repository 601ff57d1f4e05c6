import Benchmark
import CRivals
import Harness
import Yardsticks

let benchmarks: @Sendable () -> Void = {
    Harness.register(
        [
            BesideWalk.snapshot(files: Settings.files, threshold: 0.6, target: 1 / 1.5),
            BesideWalk.sync(files: Settings.files, threshold: 0.6, target: 1 / 1.5),
            BesideWalk.estimate(files: Settings.files, threshold: 0.6, target: 1 / 1.5),
        ], seconds: 6)
}
