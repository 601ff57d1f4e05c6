import Benchmark
import Harness
import Yardsticks

let benchmarks: @Sendable () -> Void = {
    Harness.register(
        [
            PageWork.build(threshold: 0.03),
            PageWork.diff(.scattered, threshold: 0.5),
            PageWork.diff(.together, threshold: 10),
        ], seconds: 3)
}
