public import Model

/// What was seen once of how fast a link is.
public struct LinkObservation: Hashable, Sendable {
    /// By what.
    public enum Kind: String, Hashable, Sendable, CaseIterable {
        /// Bytes that were sent to measure it.
        case probe
        /// A run that moved something.
        case transfer
    }

    /// When.
    public var at: Timestamp
    /// By what.
    public var kind: Kind
    /// Bytes in a second.
    public var rate: Double
    /// The deviation of the logarithm of the rate within it; nothing where that was not seen.
    public var sigma: Double

    /// An observation; `rate` is positive and finite.
    public init(at: Timestamp, kind: Kind, rate: Double, sigma: Double = 0) {
        precondition(rate > 0 && rate.isFinite, "a rate is positive and finite")
        self.at = at
        self.kind = kind
        self.rate = rate
        self.sigma = sigma.isFinite ? max(0, sigma) : 0
    }
}

extension LinkObservation {
    /// A transfer tells the rate of its link where it moved so many bytes at least.
    public static let bytesLeast: UInt64 = 1 << 20
    /// It must have taken so many seconds at least, beside what its connections took to be as fast as the link.
    public static let secondsLeast = 0.2

    /// What a transfer says of its link: nothing where it was too short to tell.
    ///
    /// - Parameters:
    ///   - bytes: what crossed.
    ///   - seconds: how long that took.
    ///   - start: seconds until a connection is as fast as the link, which are left out.
    public init?(at: Timestamp, bytes: UInt64, seconds: Double, start: Double) {
        let moving = seconds - min(max(0, start), seconds / 2)
        guard bytes >= Self.bytesLeast, moving >= Self.secondsLeast, moving.isFinite else { return nil }
        self.init(at: at, kind: .transfer, rate: Double(bytes) / moving)
    }
}
