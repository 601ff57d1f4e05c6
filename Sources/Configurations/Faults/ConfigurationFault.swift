public import Model

/// One thing that is wrong with a configuration: where, what, and what to write instead.
public struct ConfigurationFault: Error, Sendable, Equatable {
    /// Where in the file.
    public var position: Position
    /// The keys that lead there, as `sites.berlin.limit` or `links[0].to`; empty for the whole file.
    public var key: String
    /// What is wrong, in a sentence without a full stop.
    public var message: String
    /// What to do about it.
    public var remedy: String

    /// A fault.
    public init(_ message: String, at position: Position, key: String, remedy: String) {
        self.position = position
        self.key = key
        self.message = message
        self.remedy = remedy
    }

    /// The same as an error of the program, for a file at `path`: status 2, with file, line, column and key as its place.
    public func error(in path: String) -> PerigeeError {
        PerigeeError(.usage, message, at: place(in: path), remedy: remedy)
    }

    /// `path:line:column: key`.
    public func place(in path: String) -> String { "\(path):\(position)" + (key.isEmpty ? "" : ": \(key)") }
}
