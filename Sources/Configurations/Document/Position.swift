/// A place in a file: both numbers count from 1, columns in characters.
public struct Position: Hashable, Sendable {
    /// The line.
    public var line: Int
    /// The character in it.
    public var column: Int

    /// A place.
    public init(line: Int, column: Int) {
        self.line = line
        self.column = column
    }

    /// Where a file begins.
    public static let start = Position(line: 1, column: 1)
}

extension Position: CustomStringConvertible {
    /// `line:column`.
    public var description: String { "\(line):\(column)" }
}
