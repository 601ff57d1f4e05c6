/// What a site learns of an export: what it is, and what it may do with it.
public struct ExportInfo: Sendable, Hashable {
    /// The name.
    public let name: String
    /// What it is.
    public let kind: Export.Kind
    /// Whether it may be read.
    public let reads: Bool
    /// Whether it may be written.
    public let writes: Bool

    /// What is known of an export.
    public init(name: String, kind: Export.Kind, reads: Bool, writes: Bool) {
        (self.name, self.kind, self.reads, self.writes) = (name, kind, reads, writes)
    }
}
