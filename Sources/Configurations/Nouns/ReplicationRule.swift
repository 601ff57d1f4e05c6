public import Model

/// How many copies of a dataset there are to be, and where.
public struct ReplicationRule: Sendable, Equatable {
    /// What it is called; the dataset's name where it has none of its own.
    public var name: String
    /// Where it is described.
    public var position: Position
    /// The dataset.
    public var dataset: String
    /// How many copies.
    public var copies: Int
    /// The sites that count, as `country=DE & owner=us`; nil for all.
    public var siteExpression: String?
    /// Rules of higher priority have their turn first.
    public var priority: Int
    /// How old the newest copy may be: what is lost at worst; nil where nobody said.
    public var rpo: Period?
}
