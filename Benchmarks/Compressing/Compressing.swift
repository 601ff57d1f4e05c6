import Benchmark
import Content
import Harness
import Yardsticks

let benchmarks: @Sendable () -> Void = {
    let words = CompressYardsticks.Words.bfloat16(file: Settings.bfloat16)
    let wide = CompressYardsticks.Words.float32(file: Settings.float32)
    Harness.register(
        [
            CompressYardsticks.ratio(words, aim: 1.45, threshold: 0.97, target: 1.0),
            CompressYardsticks.ratio(wide, aim: 1.18, threshold: 0.97, target: 1.0),
            CompressYardsticks.ratio(words, threshold: 1.1),
            CompressYardsticks.ratio(wide, threshold: 1.05),
        ], seconds: 0.01)
    Harness.register(
        [
            CompressYardsticks.compressing(words, threshold: 1.3),
            CompressYardsticks.restoring(words, threshold: 1.5),
            CompressYardsticks.compressing(wide, threshold: 0.9),
            CompressYardsticks.restoring(wide, threshold: 1.2),
            CompressYardsticks.compressing(.text, as: .lz4),
            CompressYardsticks.restoring(.text, as: .lz4),
            CompressYardsticks.compressing(.text, as: .auto, threshold: 0.85),
            CompressYardsticks.stored(threshold: 0.2),
        ], seconds: 1)
    Harness.register(
        [
            BesideAim.compressing(words, threshold: 0.9), BesideAim.restoring(words, threshold: 0.9),
            BesideAim.compressing(wide, threshold: 0.8), BesideAim.restoring(wide, threshold: 0.9),
        ], seconds: 0.01)
}
