internal import ArgumentParser

/// What this machine has, and what is missing.
struct Doctor: Verb {
    static let configuration = CommandConfiguration(
        abstract: "Show what this machine has, and what is missing.",
        discussion: """
            Looks at the processor, libraries, limits, memory, clock, the state folder, and the folders that are named. \
            Ends with status 1 where something essential is missing.

            EXAMPLES
              perigee doctor
              perigee doctor /data /backup --json
            """)

    @Argument(help: ArgumentHelp("Folders to look at.", valueName: "folder"), completion: .directory)
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
        let findings =
            MachineFindings.all + PlaceFindings.state(global.stateFolder)
            + folders.flatMap { PlaceFindings.place("folder", $0, mustBeWritable: false) }
        let isHealthy = !findings.contains { $0.verdict == .bad }
        try context.finish(Document(healthy: isHealthy, findings: findings)) { Self.text(findings, $0) }
        return isHealthy ? .done : .failed
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
