/// Which trees of this host another site may name, and where they are.
public struct TreePlaces: Sendable {
    /// What is to be done with a tree.
    public enum Use: Sendable {
        /// It is read, or looked at.
        case reading
        /// It is written.
        case writing
    }

    /// The path of the tree that the other site calls so; throws where it may not be used like that.
    public let resolve: @Sendable (_ path: String, _ use: Use) throws -> String

    /// Trees as `resolve` finds them.
    public init(resolve: @escaping @Sendable (_ path: String, _ use: Use) throws -> String) { self.resolve = resolve }

    /// All trees, by their paths: whoever came in by `ssh` has the rights of the user who logged in, and no others.
    public static let host = TreePlaces { path, _ in path }
}
