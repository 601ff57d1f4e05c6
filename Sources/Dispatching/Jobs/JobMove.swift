public import Model

/// A tree of files that is brought from one place to another for a job.
public struct JobMove: Hashable, Sendable, Codable {
    /// How it went.
    public struct Outcome: Hashable, Sendable, Codable {
        /// Bytes on the wire.
        public var bytes: UInt64
        /// Seconds.
        public var seconds: Double

        /// An outcome.
        public init(bytes: UInt64, seconds: Double) {
            self.bytes = bytes
            self.seconds = seconds
        }
    }

    /// What was expected of it.
    public struct Expected: Hashable, Sendable, Codable {
        /// Bytes on the wire.
        public var bytes: UInt64
        /// Seconds in the middle.
        public var seconds: Double
        /// What they cost.
        public var money: Money

        /// An expectation.
        public init(bytes: UInt64, seconds: Double, money: Money) {
            self.bytes = bytes
            self.seconds = seconds
            self.money = money
        }
    }

    /// What it is: a dataset, or an output.
    public var name: String
    /// Whether it is a dataset.
    public var isDataset: Bool
    /// The site that it comes from.
    public var fromSite: String
    /// The site that it goes to.
    public var toSite: String
    /// Where it is, as an endpoint.
    public var from: String
    /// Where it goes, as an endpoint.
    public var to: String
    /// What was expected; nil where nothing was.
    public var expected: Expected?
    /// How it went; nil where it is still to be done.
    public var outcome: Outcome?

    /// A move.
    public init(
        name: String, isDataset: Bool, fromSite: String, toSite: String, from: String, to: String,
        expected: Expected? = nil
    ) {
        self.name = name
        self.isDataset = isDataset
        (self.fromSite, self.toSite) = (fromSite, toSite)
        (self.from, self.to) = (from, to)
        self.expected = expected
    }

    /// What it really cost, at what a byte was expected to cost; nil where that is not known.
    public var money: Money? {
        guard let outcome else { return nil }
        if outcome.bytes == 0 { return .zero }
        guard let expected else { return nil }
        if expected.money == .zero { return .zero }
        guard expected.bytes > 0 else { return nil }
        return Money(
            nearestDollars: expected.money.dollars * Double(outcome.bytes) / Double(expected.bytes))
    }
}
