internal import Model

/// Why policies leave no way, and what would open one.
public struct Relaxation: Sendable, Encodable {
    /// Rules that together leave no way, and none of which can be spared for that; in order.
    public var conflict: [String]
    /// Rules that, dropped alone, leave a way.
    public var relaxes: [String]

    /// Looks for both; nil where not the policies are at fault.
    ///
    /// It decides once for each rule, and once for each that relaxes.
    public init?(_ scenario: Scenario) {
        let rules = scenario.policy.ruleIDs
        func isPossible(without dropped: [String]) -> Bool {
            var other = scenario
            other.policy = scenario.policy.without(dropped)
            return (try? Planner(other)) != nil
        }
        guard !rules.isEmpty, isPossible(without: rules) else { return nil }
        relaxes = rules.filter { isPossible(without: [$0]) }
        var kept = rules
        for rule in rules {
            let without = kept.filter { $0 != rule }
            if !isPossible(without: rules.filter { !without.contains($0) }) { kept = without }
        }
        conflict = kept
    }

    /// In a sentence or two.
    public var sentence: String {
        let together = "no way is left by " + conflict.joined(separator: ", ") + (conflict.count > 1 ? " together" : "")
        return relaxes.isEmpty
            ? together + "; dropping no single rule opens one"
            : together + "; dropping \(relaxes.joined(separator: " or ")) alone opens one"
    }
}
