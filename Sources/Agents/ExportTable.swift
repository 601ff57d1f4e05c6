internal import Model

/// All that an agent exports, by name.
public struct ExportTable: Sendable {
    /// The exports, in the order in which they were named.
    public let exports: [Export]
    private let byName: [String: Export]

    /// Exports of an agent at most.
    public static let countMax = 1024

    /// A table of `exports`.
    ///
    /// - Throws: `usage` where two have the same name.
    public init(_ exports: [Export]) throws {
        guard exports.count <= Self.countMax else {
            throw PerigeeError(.usage, "more than \(Self.countMax) exports", at: "--export", remedy: "name fewer")
        }
        self.exports = exports
        byName = try Dictionary(exports.map { ($0.name, $0) }) { first, _ in
            throw PerigeeError(
                .usage, "two exports have the name \(first.name)", at: "--export", remedy: "give each a name of its own"
            )
        }
    }

    /// The export called `name`.
    ///
    /// Names are looked up, never put together to paths: what is not in the table cannot be reached.
    public subscript(name: String) -> Export? { byName[name] }
}
