public import CoreMetrics
internal import Synchronization

/// One series of a metric: the values under one set of labels.
///
/// It is all kinds of handler at once; its family decides what is written of it. Safe from any thread; adding takes a lock
/// for some ten nanoseconds.
public final class MetricSeries: CounterHandler, FloatingPointCounterHandler, MeterHandler, RecorderHandler,
    TimerHandler
{
    struct State {
        var value = 0.0
        var counts: [UInt64]
        var sum = 0.0
    }

    private let kind: MetricDescription.Kind
    private let bounds: [Double]
    private let state: Mutex<State>

    init(_ description: MetricDescription) {
        kind = description.kind
        bounds = description.kind == .histogram ? description.bounds : []
        state = Mutex(State(counts: [UInt64](repeating: 0, count: bounds.count + 1)))
    }

    /// What was counted so far.
    var now: State { state.withLock { $0 } }

    /// Adds to a counter; what is below zero or no number is left away.
    public func increment(by amount: Int64) { increment(by: Double(amount)) }

    /// Adds to a counter or a gauge.
    public func increment(by amount: Double) {
        guard amount.isFinite, amount >= 0 || kind == .gauge else { return }
        state.withLock { $0.value += amount }
    }

    /// Takes from a gauge.
    public func decrement(by amount: Double) { if amount.isFinite { state.withLock { $0.value -= amount } } }

    /// Sets a counter back to nothing.
    public func reset() { state.withLock { $0 = State(counts: [UInt64](repeating: 0, count: bounds.count + 1)) } }

    /// Sets a gauge.
    public func set(_ value: Int64) { set(Double(value)) }

    /// Sets a gauge.
    public func set(_ value: Double) { state.withLock { $0.value = value } }

    /// Notes a value of a histogram, or sets a gauge.
    public func record(_ value: Int64) { record(Double(value)) }

    /// Notes a value of a histogram, or sets a gauge.
    public func record(_ value: Double) {
        guard kind == .histogram else { return set(value) }
        guard value.isFinite else { return }
        let place = bounds.firstIndex { value <= $0 } ?? bounds.count
        state.withLock { state in
            state.counts[place] &+= 1
            state.sum += value
        }
    }

    /// Notes a time of a histogram.
    public func recordNanoseconds(_ duration: Int64) { record(Double(duration) / 1e9) }
}
