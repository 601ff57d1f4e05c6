/// A snapshot that a run made or brought.
public struct KnownSnapshot: Codable, Hashable, Sendable {
    /// The dataset.
    public var dataset: String
    /// The site whose vault holds it.
    public var site: String
    /// Its ID: 64 hexadecimal digits.
    public var id: String
    /// When it was noted.
    public var noted: Int64
    /// How many files it has.
    public var files: UInt64
    /// The bytes of its files.
    public var bytes: UInt64
    /// By how much the vault grew.
    public var stored: UInt64
    /// The number of the run.
    public var run: Int64
    /// When it was forgotten; nil where it is there.
    public var forgotten: Int64?

    /// A snapshot.
    public init(
        dataset: String, site: String, id: String, noted: Int64, files: UInt64, bytes: UInt64, stored: UInt64,
        run: Int64
    ) {
        self.dataset = dataset
        self.site = site
        self.id = id
        self.noted = noted
        self.files = files
        self.bytes = bytes
        self.stored = stored
        self.run = run
    }
}
