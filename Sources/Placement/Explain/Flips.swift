internal import Model

/// Finds how far inputs are from where the decision would change.
struct Flips {
    /// Scenarios with more workloads are not searched: each value tried is a decision of its own.
    static let workloadsMax = 8
    /// So many inputs are tried.
    static let leversMax = 64
    /// So many are told.
    static let toldMax = 8
    /// Of so many of the nearest, pairs are turned together.
    static let pairedMax = 4
    /// Values are tried up to so many times, and down to as small a part of, what they are.
    private static let steps = [1.25, 2, 5, 20, 100]

    /// An input that can be turned.
    struct Lever {
        var name: String
        var turn: (inout Scenario, Double) -> Void
    }

    /// What is decided: each workload with its option, or that nothing can be.
    private enum Outcome: Equatable {
        case placed([String])
        case refused
    }

    /// An input, and where turning it changes the decision.
    private struct Found {
        var lever: Lever
        var factor: Double
        var becomes: String
        var distance: Double { abs(factor - 1) }
    }

    /// The inputs that are tried; none where there are too many workloads.
    private let levers: [Lever]
    private let scenario: Scenario
    private let decided: Outcome

    init(_ planner: Planner) {
        scenario = planner.compiled.scenario
        decided = Self.outcome(planner, scenario)
        levers =
            scenario.workloads.count > Self.workloadsMax
            ? [] : Array(Self.levers(scenario).prefix(Self.leversMax))
    }

    /// How many inputs are tried.
    var tried: Int { levers.count }

    /// The inputs that change the decision, the nearest first, and the pair that does so soonest when both are turned.
    func found() -> (flips: [Explanation.Flip], pair: Explanation.FlipPair?) {
        let all = levers.compactMap(flip).sorted {
            ($0.distance, $0.lever.name) < ($1.distance, $1.lever.name)
        }
        let flips = all.prefix(Self.toldMax).map { one in
            Explanation.Flip(
                input: one.lever.name, factor: Self.rounded(one.factor), distance: Self.percent(one.distance),
                becomes: one.becomes)
        }
        return (flips, pair(Array(all.prefix(Self.pairedMax))))
    }

    private static func outcome(_ planner: Planner, _ scenario: Scenario) -> Outcome {
        .placed(
            planner.placements.map { placement in
                "\(placement.workload) at \(placement.option.name(in: scenario))"
            })
    }

    /// What would be decided with inputs turned; nil where they are too large to be added.
    private func decide(_ turns: [(lever: Lever, factor: Double)]) -> Outcome? {
        var turned = scenario
        for turn in turns { turn.lever.turn(&turned, turn.factor) }
        do {
            return Self.outcome(try Planner(turned), scenario)
        } catch let error as PerigeeError where error.code == .refused {
            return .refused
        } catch { return nil }
    }

    private func told(_ outcome: Outcome) -> String {
        guard case .placed(let now) = outcome, case .placed(let before) = decided else { return "no way is left" }
        return zip(now, before).filter { $0 != $1 }.map(\.0).joined(separator: ", ")
    }

    private func flip(_ lever: Lever) -> Found? {
        let both = [edge(lever) { $0 }, edge(lever) { 1 / $0 }].compactMap { $0 }
        guard let nearest = both.min(by: { $0.distance < $1.distance }) else { return nil }
        // A hair's breadth away stands something that is as good: that is a tie, and nothing that an input changes.
        return nearest.distance > 1e-3 ? nearest : nil
    }

    /// Of the nearest inputs, the two that need the least when both are turned by the same share.
    private func pair(_ near: [Found]) -> Explanation.FlipPair? {
        var best: (pair: Explanation.FlipPair, share: Double)?
        for (index, a) in near.enumerated() {
            for b in near.dropFirst(index + 1) {
                guard let found = together(a, b), found.share < best?.share ?? .infinity else { continue }
                best = found
            }
        }
        return best?.pair
    }

    private func together(_ a: Found, _ b: Found) -> (pair: Explanation.FlipPair, share: Double)? {
        func factor(_ one: Found, _ share: Double) -> Double { one.factor > 1 ? 1 + share : 1 - share }
        func outcome(_ share: Double) -> Outcome? {
            decide([(a.lever, factor(a, share)), (b.lever, factor(b, share))])
        }
        var (low, high) = (0.0, min(a.distance, b.distance))
        guard var other = outcome(high), other != decided else { return nil }
        for _ in 0..<14 {
            let middle = (low + high) / 2
            if let found = outcome(middle), found != decided { (high, other) = (middle, found) } else { low = middle }
        }
        // What one of them does alone needs no second.
        guard high > 1e-3, high < min(a.distance, b.distance) * 0.9 else { return nil }
        let pair = Explanation.FlipPair(
            inputs: [a.lever.name, b.lever.name],
            factors: [Self.rounded(factor(a, high)), Self.rounded(factor(b, high))], distance: Self.percent(high),
            becomes: told(other))
        return (pair, high)
    }

    /// Four digits say enough, and are the same on every machine.
    private static func rounded(_ factor: Double) -> Double { (factor * 10_000).rounded() / 10_000 }

    private static func percent(_ share: Double) -> Double { (rounded(share) * 1000).rounded() / 10 }

    /// Where turning one way changes the decision, by halving what is left between two values.
    private func edge(_ lever: Lever, _ direction: (Double) -> Double) -> Found? {
        var same = 1.0
        for step in Self.steps {
            let factor = direction(step)
            guard let other = decide([(lever, factor)]), other != decided else {
                same = factor
                continue
            }
            var (low, high, last) = (same, factor, other)
            for _ in 0..<18 {
                let middle = (low + high) / 2
                if let found = decide([(lever, middle)]), found != decided {
                    (high, last) = (middle, found)
                } else {
                    low = middle
                }
            }
            return Found(lever: lever, factor: high, becomes: told(last))
        }
        return nil
    }
}
