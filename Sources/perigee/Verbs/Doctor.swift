internal import ArgumentParser
internal import Model

/// What this machine has, and what is missing.
struct Doctor: Verb {
    static let configuration = CommandConfiguration(
        abstract: "Show what this machine has, and what is missing.",
        discussion: """
            Looks at the processor, libraries, limits, memory, clock, the state folder, and the folders and object stores \
            that are named: of these it tries what they honour, below probe/ beside what is there. \
            Ends with status 1 where something essential is missing.

            EXAMPLES
              perigee doctor
              perigee doctor /data /backup --json
              perigee doctor s3://bucket/backup
            """)

    @Argument(
        help: ArgumentHelp(
            "Folders and object stores to look at; SITE: for where the vault of a site is.", valueName: "place"),
        completion: .directory)
    var folders: [String] = []

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
            MachineFindings.all + PlaceFindings.state(global.stateFolder)
            + places
        let isHealthy = !findings.contains { $0.verdict == .bad }
        try context.finish(Document(healthy: isHealthy, findings: findings)) { Self.text(findings, $0) }
        return isHealthy ? .done : .failed
    }

    /// The findings of a folder, of an object store, or of where the vault of a site is.
    private static func findings(_ place: String, _ context: Context) throws -> [Finding] {
        guard let end = try? Endpoint(parsing: place) else {
            return PlaceFindings.place("folder", place, mustBeWritable: false)
        }
        switch try NamedSites.current.resolved(end, as: place) {
        case .vault(.bucket(let name, let prefix), _):
            return try StoreFindings.place(ObjectPlace(name, prefix, context))
        case .vault(.folder(let path), _): return PlaceFindings.place("vault", path, mustBeWritable: true)
        case .tree(let path): return PlaceFindings.place("folder", path, mustBeWritable: false)
        default:
            throw PerigeeError(
                .unsupported, "it is on another host", at: place, remedy: "run perigee doctor there")
        }
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
