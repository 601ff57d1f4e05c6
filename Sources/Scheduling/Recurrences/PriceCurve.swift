/// What a unit of work costs over time: steps, each with one price until the next.
public struct PriceCurve: Hashable, Sendable {
    /// A price from an instant on.
    public struct Step: Hashable, Sendable {
        /// From when.
        public let from: Instant
        /// Micro-dollars for an hour of work, or for whatever else the same unit is in all steps.
        public let price: Int64

        /// A step; prices beyond ``PriceCurve/priceMax`` are cut to it.
        public init(from: Instant, price: Int64) {
            self.from = from
            self.price = min(max(price, -PriceCurve.priceMax), PriceCurve.priceMax)
        }
    }

    /// The highest price, and negated the lowest: a million dollars.
    public static let priceMax: Int64 = 1_000_000_000_000
    /// The longest work that is priced: a month, over which sums of prices stay below 2^63.
    public static let secondsMax: Int64 = 31 * 86_400

    /// The steps in the order of time; the first price holds before it too.
    public let steps: [Step]

    /// A curve; of two steps at one instant the last counts.
    public init(_ steps: [Step]) {
        var sorted: [Step] = []
        for step in steps.enumerated().sorted(by: { ($0.element.from, $0.offset) < ($1.element.from, $1.offset) }) {
            if sorted.last?.from == step.element.from { sorted.removeLast() }
            sorted.append(step.element)
        }
        self.steps = sorted
    }

    /// The sum of the prices of all seconds from `start` on.
    public func cost(from start: Instant, seconds: Int64) -> Int64 {
        let end = start + min(max(seconds, 0), Self.secondsMax)
        var sum: Int64 = 0
        for (index, step) in steps.enumerated() {
            let from = index == 0 ? start : max(start, step.from)
            let to = index + 1 < steps.count ? min(end, steps[index + 1].from) : end
            if from < to { sum += step.price * (to - from) }
        }
        return sum
    }

    /// The start within `window` from which `seconds` of work cost least; of equal ones the earliest.
    ///
    /// Exact: the cost is linear between those starts at which the work begins or ends with a step. Work that is longer
    /// than the window starts as it opens.
    public func cheapestStart(in window: Range<Instant>, seconds: Int64) -> Instant {
        let latest = window.upperBound - min(max(seconds, 1), Self.secondsMax)
        guard latest > window.lowerBound else { return window.lowerBound }
        let candidates = [window.lowerBound, latest] + steps.flatMap { [$0.from, $0.from - seconds] }
        return candidates.filter { window.lowerBound <= $0 && $0 <= latest }
            .min { (cost(from: $0, seconds: seconds), $0) < (cost(from: $1, seconds: seconds), $1) }
            ?? window.lowerBound
    }
}
