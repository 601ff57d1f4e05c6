/// Sees that each name which a file uses is described in it.
///
/// Works on what is written, so that a site with a fault of its own is not told to be missing too.
struct References {
    /// What is described, by its name.
    private typealias Names = [String: ConfigurationNode]

    private let log: FaultLog
    private let root: ConfigurationNode
    private let sites: Names
    private let datasets: Names

    /// A check of the file whose root is `root`, which tells `log`.
    init(_ root: ConfigurationNode, _ log: FaultLog) {
        self.log = log
        self.root = root
        sites = Dictionary(Self.members(root["sites"])) { first, _ in first }
        datasets = Dictionary(Self.members(root["datasets"])) { first, _ in first }
    }

    /// Tells of each name that leads nowhere, and of what is described twice.
    func check() {
        known(root["here"], "site", sites, "here")
        checkLinks()
        for (name, dataset) in Self.members(root["datasets"]) { check(dataset, KeyTrail.joined("datasets", name)) }
        for (index, rule) in Self.items(root["replication"]) { checkRule(rule, "replication[\(index)]") }
        twice("replication", orElse: "dataset")
        twice("notifications", orElse: "name")
    }

    private func checkLinks() {
        var seen: Set<[String]> = []
        for (index, link) in Self.items(root["links"]) {
            let ends = ["from", "to"].map { Self.text(link[$0]) }
            for end in ["from", "to"] { known(link[end], "site", sites, "links[\(index)].\(end)") }
            guard let from = ends[0], let to = ends[1], !seen.insert([from, to]).inserted else { continue }
            log.add(
                "the link from \(from) to \(to) is described twice", at: link.position, key: "links[\(index)]",
                remedy: "keep one of the two; the way back is another link")
        }
    }

    private func check(_ dataset: ConfigurationNode, _ key: String) {
        let replicas = KeyTrail.joined(key, "replicas")
        if case .mapping(let members)? = dataset["replicas"]?.value {
            for member in members {
                name(member.key, "site", sites, at: member.position, KeyTrail.joined(replicas, member.key))
            }
        }
        guard let node = dataset["source"], let source = Self.text(node) else { return }
        let place = KeyTrail.joined(key, "source")
        known(node, "site", sites, place)
        let hasVault = sites[source]?["vault"] != nil
        if sites[source] != nil, dataset["replicas"]?[source] == nil, !hasVault {
            log.add(
                "the dataset has no replica at its source \(source)", at: node.position, key: place,
                remedy: "write its place below replicas, or name another site")
        }
    }

    private func checkRule(_ rule: ConfigurationNode, _ key: String) {
        known(rule["dataset"], "dataset", datasets, "\(key).dataset")
        guard let node = rule["copies"], case .integer(let copies) = node.scalar, copies > sites.count else { return }
        log.add(
            "\(copies) copies are asked for, and there are \(sites.count) sites", at: node.position,
            key: "\(key).copies", remedy: "ask for fewer copies, or describe more sites")
    }

    private func known(_ node: ConfigurationNode?, _ kind: String, _ names: Names, _ key: String) {
        guard let node, let text = Self.text(node) else { return }
        name(text, kind, names, at: node.position, key)
    }

    private func name(_ text: String, _ kind: String, _ names: Names, at position: Position, _ key: String) {
        if names[text] != nil || !Name.isName(text) { return }
        let guess = log.isFull ? nil : Suggestion.nearest(to: text, among: names.keys)
        log.add(
            "no \(kind) called \(text) is described", at: position, key: key,
            remedy: guess.map { "did you mean \($0)?" } ?? "describe it below \(kind)s:, or name another")
    }

    /// Items of a list that have the same name.
    private func twice(_ section: String, orElse other: String) {
        var seen: Set<String> = []
        for (index, item) in Self.items(root[section]) {
            guard let node = item["name"] ?? item[other], let name = Self.text(node) else { continue }
            if seen.insert(name).inserted { continue }
            log.add(
                "two are called \(name)", at: node.position, key: "\(section)[\(index)]",
                remedy: "give each a name of its own")
        }
    }

    private static func text(_ node: ConfigurationNode?) -> String? {
        if case .text(let text)? = node?.scalar { return text }
        return nil
    }

    private static func members(_ node: ConfigurationNode?) -> [(String, ConfigurationNode)] {
        guard case .mapping(let members)? = node?.value else { return [] }
        return members.map { ($0.key, $0.value) }
    }

    private static func items(_ node: ConfigurationNode?) -> [(Int, ConfigurationNode)] {
        guard case .sequence(let items)? = node?.value else { return [] }
        return items.enumerated().map { ($0, $1) }
    }
}
