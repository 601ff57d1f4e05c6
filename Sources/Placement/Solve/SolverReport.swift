/// How an answer was found, and how good it is.
public struct SolverReport: Hashable, Sendable, Encodable {
    /// The method, in words.
    public var method: String
    /// Nothing costs less than this; in the unit of what is made small: dollars, or seconds where the aim is time.
    public var bound: String
    /// How far the answer is above the bound at most, as a share of the bound.
    public var gap: Double
    /// Whether nothing is better.
    public var isExact: Bool
    /// How many partial answers were looked at.
    public var nodes: Int
    /// The most variables that had to be looked at together; nil where that has no meaning.
    public var width: Int?

    private enum CodingKeys: String, CodingKey {
        case method, bound, gap
        case isExact = "exact"
        case nodes, width
    }
}
