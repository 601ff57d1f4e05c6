import Benchmark
import Harness
import Yardsticks

let benchmarks: @Sendable () -> Void = {
    Harness.register([WireYardsticks.stream(threshold: 0.7), WireYardsticks.messages(threshold: 0.6)], seconds: 4)
}
