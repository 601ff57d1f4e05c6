internal import ObjectStorage

/// What was found out about an object store, for programs and for people.
struct StoreRow: Encodable {
    struct Trait: Encodable {
        let name: String
        let honoured: Bool
        let detail: String
    }

    /// `many` or `one`.
    let writers: String
    let traits: [Trait]

    init(_ report: S3Probe.Report) {
        writers = report.capabilities.writers.rawValue
        traits = report.traits.map { Trait(name: $0.name.rawValue, honoured: $0.isHonoured, detail: $0.detail) }
    }

    /// A line: how many may write, and what is not honoured.
    var text: String {
        let lacking = traits.filter { !$0.honoured }.map(\.name)
        let writing = writers == "many" ? "any number of writers at once" : "one writer at a time"
        return writing + (lacking.isEmpty ? ", all is honoured" : "; not honoured: \(lacking.joined(separator: ", "))")
    }
}
