internal import Catalog
internal import HTTPTypes
internal import Model

// Who asks names sites and datasets of the configuration, and nothing else: no path of a host comes from outside.
extension Api {
    /// `SITE` and then `:DATASET`, which may be left away with a question mark behind it.
    static let endForm = "[A-Za-z0-9][A-Za-z0-9._-]*(:[A-Za-z0-9][A-Za-z0-9._-]*)"
    /// `SITE:DATASET@SNAPSHOT`, where the snapshot may be left away.
    static let snapshotForm = "^\(endForm)(@[^@\\x00]+)?$"

    static let siteParameter = Operation.Parameter(
        name: "site", place: .path, help: "A site of the configuration.", schema: .text("`virginia`"))
    static let datasetParameter = Operation.Parameter(
        name: "dataset", place: .path, help: "A dataset of the configuration.", schema: .text("`weights`"))

    /// Whether `text` has the form of a name.
    static func isName(_ text: some StringProtocol) -> Bool {
        guard let first = text.utf8.first, isLetterOrDigit(first) else { return false }
        return text.utf8.allSatisfy { isLetterOrDigit($0) || [0x2d, 0x2e, 0x5f].contains($0) }
    }

    /// Whether `text` has the form `SITE:DATASET`.
    static func isEnd(_ text: some StringProtocol) -> Bool {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        return parts.count == 2 && parts.allSatisfy { isName($0) }
    }

    static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x41...0x5a).contains(byte) || (0x61...0x7a).contains(byte)
    }

    /// The end that is written so, whose names the configuration describes.
    ///
    /// - Parameter place: the member that has it.
    func end(_ text: String, _ place: String, withSnapshot: Bool = false) throws -> String {
        let parts = text.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false)
        guard Self.isEnd(parts[0]), parts.count == 1 || withSnapshot && !parts[1].isEmpty && !parts[1].contains("@")
        else {
            throw PerigeeError(
                .usage, "it is no end that the configuration names", at: place,
                remedy: withSnapshot ? "write SITE:DATASET, or SITE:DATASET@SNAPSHOT" : "write SITE:DATASET")
        }
        let names = parts[0].split(separator: ":").map(String.init)
        try checkSite(names[0], place)
        try checkDataset(names[1], place)
        return text
    }

    /// Refuses a site that the configuration does not describe.
    func checkSite(_ name: String, _ place: String? = nil) throws {
        guard !desk.geography.sites.contains(where: { $0.name == name }) else { return }
        throw PerigeeError(
            .notFound, "the configuration describes no such site", at: place ?? String(name.prefix(200)),
            remedy: "see GET /v1/sites")
    }

    /// Refuses a dataset that the configuration does not describe.
    func checkDataset(_ name: String, _ place: String? = nil) throws {
        guard !desk.geography.datasets.contains(name) else { return }
        throw PerigeeError(
            .notFound, "the configuration describes no such dataset", at: place ?? String(name.prefix(200)),
            remedy: "see GET /v1/datasets")
    }

    /// The document of a verb, as an answer.
    ///
    /// - Throws: 422 for what the verb calls wrongly used, though the request is well formed.
    func answer(_ document: DeskDocument) throws -> WebAnswer {
        try Self.possible { WebAnswer(document: try desk.document(document)) }
    }

    /// Says of a request that is well formed, and of something that cannot be done, that it cannot.
    static func possible<Value>(_ body: () throws -> Value) throws -> Value {
        do {
            return try body()
        } catch let fault as PerigeeError where [.usage, .key].contains(fault.code) {
            throw Problem(422, fault)
        }
    }
}
