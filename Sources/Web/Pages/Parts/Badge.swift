internal import Catalog

/// A word in a box, whose colour says whether all is well; the word says it too.
enum Badge {
    /// The state of a run.
    static func state(_ state: RunState) -> Markup {
        let style =
            switch state {
            case .running, .stopping: "live"
            case .succeeded: "good"
            case .failed: "bad"
            case .stopped, .skipped: "warn"
            case .waiting: ""
            }
        return .tag("span", ["class": "badge \(style)", "data-field": "state"], .text(state.rawValue))
    }

    /// Whether a replica is as it should be.
    static func verdict(_ verdict: DeskReplica.Verdict) -> Markup {
        let style =
            switch verdict {
            case .held: "good"
            case .stale: "warn"
            case .lacking, .forbidden: "bad"
            case .unknown: ""
            }
        return .tag("span", ["class": "badge \(style)"], .text(verdict.rawValue))
    }

    /// Any word, in a style.
    static func word(_ text: String, _ style: String) -> Markup {
        .tag("span", ["class": "badge \(style)"], .text(text))
    }
}
