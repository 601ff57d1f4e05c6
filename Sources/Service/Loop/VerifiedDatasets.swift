internal import Foundation

/// The datasets that damage hits, as a verification names them.
enum VerifiedDatasets {
    private struct Document: Decodable {
        struct Damaged: Decodable { let hits: [Hit] }
        struct Hit: Decodable { let dataset: String }

        let damages: [Damaged]
    }

    /// Those of a document of `perigee verify`; none where it names none, as where nothing can be told of a vault at all.
    static func hit(_ document: String) -> Set<String> {
        let read = try? JSONDecoder().decode(Document.self, from: Data(document.utf8))
        return Set((read?.damages ?? []).flatMap { $0.hits.map(\.dataset) })
    }
}
