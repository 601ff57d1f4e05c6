import Benchmark
import Harness
import Yardsticks

let benchmarks: @Sendable () -> Void = {
    Harness.register(
        [
            PageWork.build(threshold: 0.022),
            PageWork.diff(.scattered, threshold: 0.6),
            PageWork.diff(.together, threshold: 40),
        ], seconds: 3)
}
