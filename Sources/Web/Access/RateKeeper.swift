internal import Synchronization

/// Buckets of requests, one for each who asks: each fills at a rate up to a burst, and a request takes one out.
final class RateKeeper: Sendable {
    private struct Bucket {
        var level: Double
        var at: Double
    }

    private let burst: Double
    private let perSecond: Double
    private let buckets = Mutex<[String: Bucket]>([:])

    /// Buckets that hold `burst` and fill by `perSecond`.
    init(burst: Double, perSecond: Double) { (self.burst, self.perSecond) = (burst, perSecond) }

    /// Takes one out of the bucket of `name` at `now`, in seconds of a clock that only goes forward.
    ///
    /// - Returns: nil, or where it is empty the seconds until there is one.
    func take(_ name: String, at now: Double) -> Double? {
        buckets.withLock { buckets in
            if buckets.count >= WebLimits.callersMax, buckets[name] == nil { makeRoom(&buckets, now) }
            var bucket = buckets[name] ?? Bucket(level: burst, at: now)
            bucket.level = level(bucket, now)
            bucket.at = now
            defer { buckets[name] = bucket }
            guard bucket.level >= 1 else { return (1 - bucket.level) / perSecond }
            bucket.level -= 1
            return nil
        }
    }

    /// Whether the bucket of `name` is empty, without taking anything.
    func isEmpty(_ name: String, at now: Double) -> Bool {
        buckets.withLock { $0[name].map { level($0, now) < 1 } ?? false }
    }

    private func level(_ bucket: Bucket, _ now: Double) -> Double {
        min(burst, bucket.level + max(0, now - bucket.at) * perSecond)
    }

    /// Forgets the full ones; where none is, the one that is fullest.
    private func makeRoom(_ buckets: inout [String: Bucket], _ now: Double) {
        buckets = buckets.filter { level($0.value, now) < burst }
        guard buckets.count >= WebLimits.callersMax else { return }
        if let fullest = buckets.max(by: { level($0.value, now) < level($1.value, now) }) { buckets[fullest.key] = nil }
    }
}
