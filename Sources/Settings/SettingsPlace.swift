/// Where something stands in a file of settings: `perigee.yaml:12:5 sites.berlin.offers[0]`.
public struct SettingsPlace: Hashable, Sendable, CustomStringConvertible {
    /// The name of the file.
    public var file: String
    /// The line, counted from 1.
    public var line: Int
    /// The column, counted from 1 in Unicode scalars.
    public var column: Int
    /// The keys that lead there, joined by dots; list entries by their index in brackets; empty for the whole file.
    public var path: String

    /// A place.
    public init(file: String, line: Int, column: Int, path: String = "") {
        self.file = file
        self.line = line
        self.column = column
        self.path = path
    }

    /// `file:line:column`, then the path after a space if there is one.
    public var description: String {
        "\(file):\(line):\(column)" + (path.isEmpty ? "" : " \(path)")
    }
}
