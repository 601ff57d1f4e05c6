import Yardsticks

/// The float codec beside the speed that it is to have: 1 GB/s a core, both ways.
enum BesideAim {
    private static let rate = 1e9

    static func compressing(_ words: CompressYardsticks.Words, threshold: Double) -> Yardstick {
        against(CompressYardsticks.compressing(words), threshold)
    }

    static func restoring(_ words: CompressYardsticks.Words, threshold: Double) -> Yardstick {
        against(CompressYardsticks.restoring(words), threshold)
    }

    /// The figure of `yardstick`, held against the aim instead of its limit.
    private static func against(_ yardstick: Yardstick, _ threshold: Double) -> Yardstick {
        Yardstick(yardstick.suite, yardstick.name, against: "aimed at", threshold: threshold, target: 1.0) {
            let reading = try yardstick.read(seconds: 1)
            return .count(.init(reading.figure, limit: rate, unit: .bytesPerSecond))
        }
    }
}
