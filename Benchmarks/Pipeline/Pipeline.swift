import Benchmark
import Harness
import Yardsticks

let benchmarks: @Sendable () -> Void = {
    let folder = Settings.folder
    Harness.register(
        [
            PipelineYardsticks.intoVault(bytes: 512 << 20, workers: 2, in: folder, threshold: 0.75),
            PipelineYardsticks.intoVault(bytes: 512 << 20, workers: 1, in: folder, threshold: 0.75),
            PipelineYardsticks.betweenTrees(files: 32, of: 16 << 20, workers: 2, in: folder, threshold: 0.8),
            PipelineYardsticks.betweenTrees(
                files: 32, of: 16 << 20, workers: 2, verifies: true, in: folder, threshold: 0.8),
            PipelineYardsticks.betweenTrees(
                files: 32, of: 16 << 20, workers: 1, in: folder, threshold: 0.8),
            PipelineYardsticks.betweenTrees(
                files: 78_000, of: 4096, workers: 2, in: folder, threshold: 0.67, target: 0.8),
            PipelineYardsticks.betweenTrees(files: 78_000, of: 4096, workers: 1, in: folder),
        ], seconds: 6)
}
