internal import Benchmark
internal import Foundation
public import Yardsticks

/// Runs yardsticks as benchmarks, each in a process of its own, and leaves what they showed for the report.
public enum Harness {
    private static let ratio = BenchmarkMetric.custom("Ratio to the limit (1/1000)", polarity: .prefersLarger)
    private static let figure = BenchmarkMetric.custom("Figure (million a second)", polarity: .prefersLarger)
    private static let limit = BenchmarkMetric.custom("Limit (million a second)", polarity: .prefersLarger)

    /// Makes a benchmark of each yardstick, which takes about so many seconds.
    public static func register(_ yardsticks: [Yardstick], seconds: Double = 0.6) {
        for yardstick in yardsticks { register(yardstick, seconds) }
    }

    private static func register(_ yardstick: Yardstick, _ seconds: Double) {
        let run = Run(yardstick)
        let configuration = Benchmark.Configuration(
            metrics: [.wallClock, .cpuTotal, .peakMemoryResident, ratio, figure, limit], warmupIterations: 0,
            maxDuration: .milliseconds(Int(seconds * 1000)), maxIterations: 2000)
        Benchmark("\(yardstick.name) : \(yardstick.limitName)", configuration: configuration) { benchmark in
            guard let reading = try run.round(benchmark) else { return }
            benchmark.measurement(ratio, Int(reading.ratio * 1000))
            benchmark.measurement(figure, Int(reading.figure / 1e6))
            benchmark.measurement(limit, Int(reading.limit / 1e6))
        } setup: {
            try run.begin()
        } teardown: {
            try run.end()
        }
    }

    /// One yardstick at work.
    private final class Run {
        private let yardstick: Yardstick
        private var stopwatch: Stopwatch?
        private var counted: Reading?

        init(_ yardstick: Yardstick) { self.yardstick = yardstick }

        func begin() throws {
            switch try yardstick.trial() {
            case .count(let count): counted = Reading(yardstick, count)
            case .race(let race):
                let stopwatch = Stopwatch(race)
                try stopwatch.warmUp()
                self.stopwatch = stopwatch
            }
        }

        /// A pass, then the limit; nil where the figures were counted.
        func round(_ benchmark: Benchmark) throws -> Reading? {
            guard let stopwatch else { return counted }
            try stopwatch.timePass(begin: { benchmark.startMeasurement() }, end: { benchmark.stopMeasurement() })
            try stopwatch.timeLimit()
            return stopwatch.lastReading(of: yardstick)
        }

        func end() throws {
            if let stopwatch {
                while stopwatch.rounds < 3 {
                    try stopwatch.timePass()
                    try stopwatch.timeLimit()
                }
                counted = stopwatch.reading(of: yardstick)
            }
            if let counted { try ReadingLog.append(counted) }
            // What the yardstick made is let go of here: the process may end without.
            (stopwatch, counted) = (nil, nil)
        }
    }
}
