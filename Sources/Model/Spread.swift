/// A figure that is not known exactly: the values that it stays below in 10, 50 and 90 of 100 cases.
public struct Spread<Value: Comparable & Sendable>: Sendable {
    /// Nine in ten outcomes are above this.
    public var p10: Value
    /// Half of the outcomes are above this.
    public var p50: Value
    /// One in ten outcomes is above this.
    public var p90: Value

    /// A spread; `p10 <= p50 <= p90`.
    public init(p10: Value, p50: Value, p90: Value) {
        precondition(p10 <= p50 && p50 <= p90, "percentiles are ordered")
        self.p10 = p10
        self.p50 = p50
        self.p90 = p90
    }

    /// A figure that is known exactly.
    public init(exactly value: Value) { self.init(p10: value, p50: value, p90: value) }

    /// The spread of a figure that grows with this one.
    public func map<Other>(_ transform: (Value) -> Other) -> Spread<Other> {
        Spread<Other>(p10: transform(p10), p50: transform(p50), p90: transform(p90))
    }
}

extension Spread: Equatable where Value: Equatable {}
extension Spread: Encodable where Value: Encodable {}
extension Spread: Decodable where Value: Decodable {}
