internal import Catalog
internal import Configurations
internal import Model
internal import Scheduling

extension PlannedSchedule {
    private static let jobKeys = [
        "name", "replicate", "snapshot", "verify", "to", "in", "from", "via", "delete", "data",
    ]

    /// Reads `schedules:`, a list in which each has a name, or a mapping of names.
    ///
    /// ```yaml
    /// schedules:
    ///   - name: nightly
    ///     replicate: weights       # to: SITE, from: SITE, via: SITE, delete: true
    ///     to: virginia
    ///     at: nightly between 22:00 and 05:00
    ///   - name: check
    ///     verify: weights          # in: SITE, data: true
    ///     in: virginia
    ///     needs: [nightly]
    /// ```
    static func read(
        _ node: PlacedNode?, _ configuration: PerigeeConfiguration, _ zones: ZoneTable
    ) throws -> [PlannedSchedule] {
        guard let node else { return [] }
        if let members = node.plainMembers {
            return try members.map { try PlannedSchedule($0.name, $0.value, configuration, zones) }
        }
        guard let items = node.plainItems else {
            throw PerigeeError(
                .usage, "schedules are no list", at: node.plainPlace, remedy: "begin each with a hyphen: - name: NAME")
        }
        return try items.map { item in
            guard let name = item["name"]?.plainText, Self.isName(name) else {
                throw PerigeeError(
                    .usage, "the schedule has no name", at: (item["name"] ?? item).plainPlace,
                    remedy: "write name: NAME, with letters, digits, . _ and -, 63 at most, a letter or digit in front")
            }
            return try PlannedSchedule(name, item, configuration, zones)
        }
    }

    private static func isName(_ text: String) -> Bool {
        guard (1...63).contains(text.utf8.count), let first = text.first, first.isLetter || first.isNumber else {
            return false
        }
        return text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "._-".contains($0)) }
    }

    private init(
        _ name: String, _ node: PlacedNode, _ configuration: PerigeeConfiguration, _ zones: ZoneTable
    ) throws {
        let specification = try ScheduleSpecification(name: name, node, zones: zones, extra: Self.jobKeys)
        self.specification = specification
        at = node["at"]?.plainText
        origin = .configuration
        job = try JobReader(node, configuration).job()
    }
}

/// Reads what the runs of a schedule do.
private struct JobReader {
    private let node: PlacedNode
    private let configuration: PerigeeConfiguration

    init(_ node: PlacedNode, _ configuration: PerigeeConfiguration) {
        self.node = node
        self.configuration = configuration
    }

    func job() throws(PerigeeError) -> JobSpecification {
        let verbs = JobSpecification.Verb.scheduled.filter { node[$0.rawValue] != nil }
        guard let verb = verbs.first, verbs.count == 1, let named = node[verb.rawValue] else {
            throw PerigeeError(
                .usage, verbs.isEmpty ? "the schedule does nothing" : "the schedule does several things",
                at: node.plainPlace,
                remedy: "write one of replicate, snapshot and verify, each with a dataset behind it")
        }
        let place = verb == .verify ? "in" : "to"
        guard let site = node[place] else {
            throw PerigeeError(
                .usage, "the schedule does not say where", at: node.plainPlace, remedy: "write \(place): SITE")
        }
        let dataset = try dataset(named)
        var job = JobSpecification(verb, dataset: dataset.name, site: try self.site(site).name)
        job.from = try node["from"].map { value throws(PerigeeError) in try self.site(value).name }
        job.via = try node["via"].map { value throws(PerigeeError) in try self.site(value).name }
        job.delete = try flag("delete", for: .replicate, verb)
        job.data = try flag("data", for: .verify, verb)
        try check(job, dataset, site)
        return job
    }

    private func check(
        _ job: JobSpecification, _ dataset: DatasetSettings, _ node: PlacedNode
    ) throws(PerigeeError) {
        guard let site = configuration.site(job.site), let replica = configuration.replica(of: dataset, at: site) else {
            throw PerigeeError(
                .usage, "nothing says where \(job.dataset) is at \(job.site)", at: node.plainPlace,
                remedy: "write its place below datasets.\(job.dataset).replicas, or a vault: for the site")
        }
        if job.verb != .replicate, case .tree = replica.place {
            throw PerigeeError(
                .usage, "\(job.dataset) is a tree at \(job.site), and no vault", at: node.plainPlace,
                remedy: job.verb == .verify ? "name a site that keeps it in a vault" : "write replicate instead")
        }
    }

    private func flag(
        _ name: String, for owner: JobSpecification.Verb, _ verb: JobSpecification.Verb
    ) throws(PerigeeError) -> Bool {
        guard let found = node[name] else { return false }
        guard verb == owner, let value = ["true": true, "false": false][found.plainText ?? ""] else {
            throw PerigeeError(
                .usage, "\(name) is not understood here", at: found.plainPlace,
                remedy: "write true or false, with \(owner.rawValue)")
        }
        return value
    }

    private func site(_ node: PlacedNode) throws(PerigeeError) -> SiteSettings {
        if let text = node.plainText, let site = configuration.site(text) { return site }
        throw unknown("site", node, configuration.sites.map(\.name))
    }

    private func dataset(_ node: PlacedNode) throws(PerigeeError) -> DatasetSettings {
        if let text = node.plainText, let dataset = configuration.dataset(text) { return dataset }
        throw unknown("dataset", node, configuration.datasets.map(\.name))
    }

    private func unknown(_ kind: String, _ node: PlacedNode, _ names: [String]) -> PerigeeError {
        let text = node.plainText ?? ""
        let guess = PerigeeConfiguration.suggestion(for: text, among: names)
        return PerigeeError(
            .usage, "no \(kind) called \"\(text)\" is described", at: node.plainPlace,
            remedy: guess.map { "did you mean \($0)?" } ?? "describe it below \(kind)s:, or name another")
    }
}
