import Benchmark
import CRivals
import Harness
import Hashing
import Yardsticks

private let sizes = [1, 64, 1 << 10, 4 << 10, 16 << 10, 64 << 10, 1 << 20, 64 << 20]

let benchmarks: @Sendable () -> Void = {
    if let path = Settings.officialBlake3 { Harness.register(BesideOfficial.all(path)) }
    Harness.register(
        [
            HashYardsticks.parallel(64 << 20, threads: 2, threshold: 1.7, target: 1.9),
            HashYardsticks.parallel(512 << 20, threads: 2, threshold: 1.7, target: 1.9),
            BesideProgram.b3sum(bytes: 512 << 20, threshold: 1.0),
        ], seconds: 3)
    Harness.register([1 << 10, 2 << 10, 4 << 10, 16 << 10].map { HashYardsticks.many($0, threshold: 0.95) })
    Harness.register(
        Kernel.available.flatMap { kernel in sizes.map { HashYardsticks.alone($0, kernel: kernel) } }, seconds: 0.3)
}
