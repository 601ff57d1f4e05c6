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

    /// What is left of it after `spent`.
    func left(after spent: Spending) -> Allowance {
        Allowance(
            bytes: bytes.map { $0 > spent.bytes ? $0 - spent.bytes : 0 },
            microdollars: microdollars.map { most in
                let (rest, overflow) = most.subtractingReportingOverflow(spent.microdollars)
                return overflow ? 0 : max(0, rest)
            })
    }

    /// What both allow.
    func meet(_ other: Allowance) -> Allowance {
        Allowance(
            bytes: [bytes, other.bytes].compactMap { $0 }.min(),
            microdollars: [microdollars, other.microdollars].compactMap { $0 }.min())
    }

    /// Whether nothing more may be used after `spent`.
    func isUsedUp(by spent: Spending) -> Bool {
        bytes.map { spent.bytes >= $0 } ?? false || microdollars.map { spent.microdollars >= $0 } ?? false
    }
}

/// What was used.
///
/// Sums stop at the largest number there is.
public struct Spending: Hashable, Sendable {
    /// Bytes on the wire.
    public var bytes: UInt64
    /// Millionths of a dollar, as far as prices are known.
    public var microdollars: Int64
    /// Those of the bytes that nobody has priced: what they cost is unknown, not nothing.
    public var unpricedBytes: UInt64

    /// What was used; nothing, if nothing is said.
    public init(bytes: UInt64 = 0, microdollars: Int64 = 0, unpricedBytes: UInt64 = 0) {
        self.bytes = bytes
        self.microdollars = microdollars
        self.unpricedBytes = unpricedBytes
    }

    /// What all of it cost, in millionths of a dollar; nil where that is unknown of some of it.
    public var price: Int64? { unpricedBytes == 0 ? microdollars : nil }

    /// Adds `more`.
    mutating func add(_ more: Spending) {
        bytes = bytes.addingClamped(more.bytes)
        unpricedBytes = unpricedBytes.addingClamped(more.unpricedBytes)
        let (money, tooMuch) = microdollars.addingReportingOverflow(more.microdollars)
        microdollars = tooMuch ? .max : money
    }

    /// What is more than in `earlier`; nothing where it is less.
    func since(_ earlier: Spending) -> Spending {
        let money = microdollars.subtractingReportingOverflow(earlier.microdollars)
        return Spending(
            bytes: bytes > earlier.bytes ? bytes - earlier.bytes : 0,
            microdollars: money.overflow ? 0 : max(0, money.partialValue),
            unpricedBytes: unpricedBytes > earlier.unpricedBytes ? unpricedBytes - earlier.unpricedBytes : 0)
    }
}

extension Spending: Codable {
    private enum CodingKeys: String, CodingKey { case bytes, microdollars, unpricedBytes }

    /// Decodes it; what was written before prices could be unknown has no bytes without one.
    public init(from decoder: any Decoder) throws {
        let box = try decoder.container(keyedBy: CodingKeys.self)
        bytes = try box.decode(UInt64.self, forKey: .bytes)
        microdollars = try box.decode(Int64.self, forKey: .microdollars)
        unpricedBytes = try box.decodeIfPresent(UInt64.self, forKey: .unpricedBytes) ?? 0
    }
}
