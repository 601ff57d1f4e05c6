/// The time that one run on a spot machine takes, of which interruptions take some.
///
/// Interruptions come by chance, so many on average for each hour (Poisson); each costs what was done since the last
/// checkpoint, anything between nothing and all between two of them, and the restart. On average that is what
/// ``Scenario/Spot/expected(_:)`` says.
struct Interruptions {
    /// Above so many on average their number is taken for normal.
    private static let countedMax = 500.0

    /// Seconds that it would run without any, checkpoints included.
    let uptime: Double
    /// How many there are on average.
    let mean: Double
    private let between: Double
    private let restart: Double

    /// Those of a run that takes `expected` seconds on average.
    init(_ spot: Scenario.Spot, expected: Double) {
        mean = spot.rate / 3600 * expected
        between = spot.checkpointEvery
        restart = spot.restart
        uptime = expected - mean * (between / 2 + restart)
    }

    /// Seconds of the run where `number` and `lost` are so many standard deviations off their middles.
    func seconds(number: Double, lost: Double) -> Double {
        let count = count(Normal.below(number))
        return uptime + count * restart + between * Self.sum(count, lost)
    }

    /// Seconds within which a share `q` of runs ends.
    func seconds(within q: Double) -> Double {
        guard mean > 0, q > 0 else { return uptime }
        var (low, high) = (uptime, uptime + (count(q + (1 - q) * 0.999) + 1) * (restart + between))
        for _ in 0..<50 {
            let middle = (low + high) / 2
            if share(endingWithin: middle) < q { low = middle } else { high = middle }
        }
        return high
    }

    /// The share of runs that end within so many seconds.
    private func share(endingWithin seconds: Double) -> Double {
        guard mean <= Self.countedMax else {
            let each = between * between / 3 + between * restart + restart * restart
            return Normal.below((seconds - uptime - mean * (between / 2 + restart)) / (mean * each).squareRoot())
        }
        var chance = Normal.exp(-mean)
        var all = 0.0
        var sum = 0.0
        var count = 0.0
        while all < 1 - 1e-9, count < 4 * mean + 40 {
            all += chance
            let left = seconds - uptime - count * restart
            if left < 0 { break }
            sum += chance * Self.share(count, below: between > 0 ? left / between : .infinity)
            count += 1
            chance *= mean / count
        }
        return sum
    }

    /// So many there are where a share `u` of runs has no more.
    private func count(_ u: Double) -> Double {
        guard mean <= Self.countedMax else {
            return max(0, (mean + mean.squareRoot() * Normal.quantile(min(u, 1 - 1e-12))).rounded())
        }
        var chance = Normal.exp(-mean)
        var all = chance
        var count = 0.0
        while all < u, count < 4 * mean + 40 {
            count += 1
            chance *= mean / count
            all += chance
        }
        return count
    }

    /// The sum of so many numbers between nothing and one, `z` standard deviations off its middle.
    private static func sum(_ count: Double, _ z: Double) -> Double {
        if count <= 1 { return count * Normal.below(z) }
        return min(count, max(0, count / 2 + z * (count / 12).squareRoot()))
    }

    /// The share of such sums that are no more than `value`.
    private static func share(_ count: Double, below value: Double) -> Double {
        if count == 0 || value >= count { return 1 }
        if count == 1 { return max(0, value) }
        return Normal.below((value - count / 2) / (count / 12).squareRoot())
    }
}
