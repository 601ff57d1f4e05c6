internal import Model

/// What a yardstick showed: a figure beside its limit.
public struct Reading: Sendable, Codable {
    /// A step of the limit by itself.
    public struct Part: Sendable, Codable {
        /// What the step does.
        public let name: String
        /// How fast it is alone, in the reading's unit.
        public let figure: Double
    }

    /// The suite.
    public let suite: String
    /// What was measured.
    public let name: String
    /// What the figures are counted in.
    public let unit: Unit
    /// What Perigee came to.
    public let figure: Double
    /// What it is held against.
    public let limitName: String
    /// What that came to.
    public let limit: Double
    /// How good the figure is beside the limit; more is better.
    public let ratio: Double
    /// The least ratio that is accepted.
    public let threshold: Double?
    /// The ratio that is aimed at, where that is more than the threshold.
    public let target: Double?
    /// The steps of the limit, where there are several.
    public let parts: [Part]
    /// How many rounds were timed.
    public let rounds: Int

    init(
        _ yardstick: Yardstick, unit: Unit, figure: Double, limit: Double, ratio: Double, parts: [Part], rounds: Int
    ) {
        suite = yardstick.suite
        name = yardstick.name
        limitName = yardstick.limitName
        threshold = yardstick.threshold
        target = yardstick.target
        self.unit = unit
        self.figure = figure
        self.limit = limit
        self.ratio = ratio
        self.parts = parts
        self.rounds = rounds
    }

    /// The reading of figures that were counted.
    public init(_ yardstick: Yardstick, _ count: Trial.Count) {
        self.init(
            yardstick, unit: count.unit, figure: count.figure, limit: count.limit, ratio: count.ratio, parts: [],
            rounds: 1)
    }

    /// How the ratio stands to what is accepted and aimed at.
    public enum Verdict: String, Sendable, Codable {
        /// Nothing is asked.
        case shown
        /// As good as is asked.
        case holds
        /// Accepted, and less than is aimed at.
        case short
        /// Less than is accepted.
        case fails
    }

    /// How the ratio stands.
    public var verdict: Verdict {
        if let threshold, ratio < threshold { return .fails }
        if let target, ratio < target { return .short }
        return threshold == nil && target == nil ? .shown : .holds
    }
}

extension Reading {
    /// `value` as people read it, in this reading's unit.
    public func text(_ value: Double) -> String {
        switch unit {
        case .bytesPerSecond: Self.scaled(value) + "B/s"
        case .itemsPerSecond: Self.scaled(value) + "/s"
        case .bytes: Self.scaled(value) + "B"
        case .quotient: Self.rounded(value)
        }
    }

    /// The ratio with three digits.
    public var ratioText: String { Self.rounded(ratio) }

    private static func scaled(_ value: Double) -> String {
        var value = value
        for unit in [" ", " k", " M", " G"] {
            if value < 999.5 { return rounded(value) + unit }
            value /= 1000
        }
        return rounded(value) + " T"
    }

    private static func rounded(_ value: Double) -> String {
        Quantity.decimal(value, places: value < 9.995 ? 2 : value < 99.95 ? 1 : 0)
    }
}
