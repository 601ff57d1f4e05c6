internal import ArgumentParser
internal import Model

/// What this machine has, and what is missing.
struct Doctor: Verb {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Show what this machine has, and what is missing.",
        discussion: """
            Looks at the processor, libraries, limits, memory, clock, the state folder, and at what is named: of folders \
            what their file systems can do, of object stores what they honour, which is tried below probe/ beside what \
            is there, of other hosts whether Perigee answers. With a configuration (--config, PERIGEE_CONFIG, or the one \
            in the configuration folder) also whether each of its sites is reached. Ends with status 1 where something \
            essential is missing.

            EXAMPLES
              perigee doctor
              perigee doctor /data /backup --json
              perigee doctor s3://bucket/backup
              perigee doctor me@host: perigee://server:7374
              perigee doctor --config /etc/perigee/perigee.yaml
            """)

    @Argument(
        help: ArgumentHelp("Folders, object stores, other hosts and sites to look at.", valueName: "place"),
        completion: .directory)
    var folders: [String] = []

    @Flag(help: "Leave the sites of a configuration alone.") var here = false

    @OptionGroup(title: "Everywhere") var global: GlobalOptions

    private struct Document: Encodable {
        let schema = "perigee.doctor/1"
        let version = Perigee.version
        let healthy: Bool
        let findings: [Finding]
    }

    func perform(_ context: Context) throws -> ExitStatus {
        for folder in folders { try RawText.checkPlain(folder) }
        let places = try folders.flatMap { try Self.findings($0, context) }
        let findings =
            MachineFindings.all + PlaceFindings.state(global.stateFolder) + (here ? [] : SiteFindings.all(context))
            + places
        let isHealthy = !findings.contains { $0.verdict == .bad }
        try context.finish(Document(healthy: isHealthy, findings: findings)) { Self.text(findings, $0) }
        return isHealthy ? .done : .failed
    }

    /// The findings of a folder, an object store, another host or a site's vault.
    private static func findings(_ place: String, _ context: Context) throws -> [Finding] {
        if let host = try hostAlone(place) { return [SiteFindings.host(host, context)] }
        switch try NamedSites.current.resolved(Endpoint(parsing: place), as: place) {
        case .vault(.bucket(let name, let prefix), _):
            return try StoreFindings.place(ObjectPlace(name, prefix, context))
        case .vault(.folder(let path), _): return PlaceFindings.place("vault", path, mustBeWritable: true)
        case .tree(let path): return PlaceFindings.place("folder", path, mustBeWritable: false)
        case let other: return RemoteHost(other).map { [SiteFindings.host($0, context)] } ?? []
        }
    }

    /// The host that is named without anything on it: `user@host:`, `perigee://host:port`; nil for all else.
    private static func hostAlone(_ place: String) throws -> RemoteHost? {
        guard place.hasPrefix("perigee://") || place.contains("@") && place.hasSuffix(":") else { return nil }
        return try RemoteHost(parsing: place)
    }

    private static func text(_ findings: [Finding], _ style: Style) -> String {
        var block = TextBlock("doctor  perigee \(Perigee.version)")
        for finding in findings {
            let mark =
                switch finding.verdict {
                case .good: style.good("ok  ")
                case .fair: style.warning("fair")
                case .bad: style.bad("BAD ")
                }
            block.row(finding.subject, "\(mark)  \(finding.detail)")
            if let remedy = finding.remedy { block.row("", "      \(remedy)") }
        }
        return block.rendered(style)
    }
}
