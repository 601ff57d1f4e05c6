/// What a record says of a workload.
package struct WorkloadFacts: Codable, Sendable, Equatable {
    /// What kind of data.
    package let kind: Kind
    /// The bytes of its files.
    package let bytes: Int
    /// Its files and links.
    package let files: Int
    /// How it changes, in words.
    package let change: String

    /// Facts.
    package init(kind: Kind, bytes: Int, files: Int, change: String) {
        self.kind = kind
        self.bytes = bytes
        self.files = files
        self.change = change
    }

    /// `many small files: 200,000 files, 215 MiB`.
    package var summary: String { "\(kind.title): \(Words.count(files, "file")), \(Words.bytes(bytes))" }
}
