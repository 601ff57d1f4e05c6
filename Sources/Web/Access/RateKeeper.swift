internal import Synchronization

/// Buckets of requests, one for each who asks: each fills at a rate up to a burst, and a request takes one out.
final class RateKeeper: Sendable {
    private struct Bucket {
        var level: Double
        var at: Double
    }

    private struct State {
        var burst: Double
        var perSecond: Double
        var buckets: [String: Bucket] = [:]

        func level(_ bucket: Bucket, _ now: Double) -> Double {
            min(burst, bucket.level + max(0, now - bucket.at) * perSecond)
        }
    }

    private let state: Mutex<State>

    /// Buckets that hold `burst` and fill by `perSecond`.
    init(burst: Double, perSecond: Double) { state = Mutex(State(burst: burst, perSecond: perSecond)) }

    /// From now on buckets hold `burst` and fill by `perSecond`.
    func use(burst: Double, perSecond: Double) {
        state.withLock { ($0.burst, $0.perSecond) = (burst, perSecond) }
    }

    /// Takes one out of the bucket of `name` at `now`, in seconds of a clock that only goes forward.
    ///
    /// - Returns: nil, or where it is empty the seconds until there is one.
    func take(_ name: String, at now: Double) -> Double? {
        state.withLock { state in
            if state.buckets.count >= WebLimits.callersMax, state.buckets[name] == nil { Self.makeRoom(&state, now) }
            var bucket = state.buckets[name] ?? Bucket(level: state.burst, at: now)
            bucket.level = state.level(bucket, now)
            bucket.at = now
            defer { state.buckets[name] = bucket }
            guard bucket.level >= 1 else { return (1 - bucket.level) / state.perSecond }
            bucket.level -= 1
            return nil
        }
    }

    /// Forgets the full ones; where none is, the one that is fullest.
    private static func makeRoom(_ state: inout State, _ now: Double) {
        let before = state
        state.buckets = state.buckets.filter { before.level($0.value, now) < before.burst }
        guard state.buckets.count >= WebLimits.callersMax else { return }
        if let fullest = state.buckets.max(by: { before.level($0.value, now) < before.level($1.value, now) }) {
            state.buckets[fullest.key] = nil
        }
    }
}
