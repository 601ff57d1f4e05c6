/// How much may be used.
public struct Allowance: Hashable, Sendable {
    /// Bytes on the wire; nil for any number.
    public let bytes: UInt64?
    /// Millionths of a dollar; nil for any number.
    public let microdollars: Int64?

    /// An allowance.
    public init(bytes: UInt64? = nil, microdollars: Int64? = nil) {
        self.bytes = bytes
        self.microdollars = microdollars
    }

    /// Whether nothing more may be used after `spent`.
    func isUsedUp(by spent: Spending) -> Bool {
        bytes.map { spent.bytes >= $0 } ?? false || microdollars.map { spent.microdollars >= $0 } ?? false
    }
}

/// What was used.
///
/// Sums stop at the largest number there is.
public struct Spending: Hashable, Sendable, Codable {
    /// Bytes on the wire.
    public var bytes: UInt64
    /// Millionths of a dollar.
    public var microdollars: Int64

    /// What was used; nothing, if nothing is said.
    public init(bytes: UInt64 = 0, microdollars: Int64 = 0) {
        self.bytes = bytes
        self.microdollars = microdollars
    }

    /// Adds `more`.
    mutating func add(_ more: Spending) {
        let (sum, overflow) = bytes.addingReportingOverflow(more.bytes)
        bytes = overflow ? .max : sum
        let (money, tooMuch) = microdollars.addingReportingOverflow(more.microdollars)
        microdollars = tooMuch ? .max : money
    }

    /// What is more than in `earlier`; nothing where it is less.
    func since(_ earlier: Spending) -> Spending {
        let money = microdollars.subtractingReportingOverflow(earlier.microdollars)
        return Spending(
            bytes: bytes > earlier.bytes ? bytes - earlier.bytes : 0,
            microdollars: money.overflow ? 0 : max(0, money.partialValue))
    }
}
