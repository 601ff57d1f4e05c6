internal import Model

extension ReplicaSettings {
    private static let form =
        "an absolute path, vault:/path, vault:/path#dataset or s3://bucket/prefix#dataset, as it is called at the site"

    init?(_ member: ConfigurationNode.Member, _ key: String, _ dataset: String, _ log: FaultLog) {
        guard Name.isName(member.key) else {
            log.add("this is no name of a site", at: member.position, key: key, remedy: "write \(Name.form)")
            return nil
        }
        var written = member.value
        var publish: String?
        if case .mapping = written.value {
            guard var reader = MappingReader(written, key: key, log: log) else { return nil }
            let node = reader.needed("at", Self.form)
            publish = reader.value("publish", "in-place or generations") {
                ["in-place", "generations"].contains($0) ? $0 : nil
            }
            reader.finish()
            guard let node else { return nil }
            written = node
        }
        guard case .text(let text) = written.scalar, let place = Place(text, dataset) else {
            log.add("this is no place of a replica", at: written.position, key: key, remedy: "write \(Self.form)")
            return nil
        }
        self.init(site: member.key, position: member.position, place: place, isGenerations: publish == "generations")
        if case .vault = place, isGenerations {
            log.add(
                "generations are of trees, and this is a vault", at: member.value.position, key: "\(key).publish",
                remedy: "remove publish")
        }
    }
}

extension ReplicaSettings.Place {
    /// Reads a place; where a vault is named alone, the dataset in it is called `dataset`.
    init?(_ text: String, _ dataset: String) {
        if text.hasPrefix("/") {
            self = .tree(text)
            return
        }
        let parts = text.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false)
        guard let first = parts.first, let vault = VaultPath(parsing: String(first)) else { return nil }
        let name = parts.count == 2 ? String(parts[1]) : dataset
        guard !name.isEmpty, name.utf8.count <= 255, !name.contains("@"), !name.contains("#") else { return nil }
        self = .vault(vault, dataset: name)
    }
}
