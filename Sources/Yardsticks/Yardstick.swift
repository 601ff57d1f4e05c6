/// Something that Perigee does, and what it is held against: the limit of what could be done, or another way to do it.
///
/// Both are measured in one run, in turns, so that what else the machine does meets both alike; what counts is their
/// ratio. Nothing is made before ``trial()``.
public struct Yardstick: Sendable {
    /// The group that it belongs to.
    public let suite: String
    /// What is measured.
    public let name: String
    /// What it is held against.
    public let limitName: String
    /// The least ratio that is accepted; nil where the ratio is only shown.
    public let threshold: Double?
    /// The ratio that is aimed at, where that is more than the threshold.
    public let target: Double?
    private let make: @Sendable () throws -> Trial

    /// A yardstick whose data is made by `make`, when it is asked for.
    public init(
        _ suite: String, _ name: String, against limitName: String, threshold: Double? = nil, target: Double? = nil,
        make: @escaping @Sendable () throws -> Trial
    ) {
        self.suite = suite
        self.name = name
        self.limitName = limitName
        self.threshold = threshold
        self.target = target
        self.make = make
    }

    /// The work itself, with the data that it needs.
    public func trial() throws -> Trial { try make() }
}
