internal import ArgumentParser

/// The root of the command line.
struct Perigee: ParsableCommand {
    /// The program's version.
    static let version = "0.1.0"

    // Each verb says its name in its configuration: those that did not were looked up by their types at each start, which takes
    // milliseconds for all of them together.
    static let configuration = CommandConfiguration(
        commandName: "perigee",
        abstract: "Brings data and compute to their closest approach.",
        discussion: """
            Keeps trees of files replicated, between folders and with encrypted, deduplicated vaults, and says \
            beforehand what a move would cost.

            EXAMPLES
              perigee sync /data/a /data/b
              perigee init vault:/backup
              perigee snapshot /data/a vault:/backup#a
              perigee restore vault:/backup#a@latest /tmp/a

            EXIT STATUS
              0 done; 1 failed or damaged; 2 wrong usage; 3 refused; 4 done, but not all files; 130 interrupted.
            """,
        version: version,
        groupedSubcommands: [
            CommandGroup(
                name: "Moving",
                subcommands: [Sync.self, ReplicateVerb.self, SnapshotVerb.self, Restore.self, Estimate.self]),
            CommandGroup(name: "Deciding", subcommands: [Place.self, Jobs.self]),
            CommandGroup(name: "Vault", subcommands: [Init.self, Keys.self, Forget.self, Gc.self, Repair.self]),
            CommandGroup(name: "Looking", subcommands: [Log.self, List.self, Diff.self, Cat.self, Verify.self]),
            CommandGroup(
                name: "Between hosts", subcommands: [ProbeVerb.self, AgentVerb.self, Identity.self, TrustVerb.self]),
            CommandGroup(
                name: "Daemon",
                subcommands: [
                    Serve.self, StatusVerb.self, RunsVerb.self, Schedule.self, AuditVerb.self, TokenVerb.self,
                ]),
            CommandGroup(
                name: "Configuration",
                subcommands: [ConfigVerb.self, SitesVerb.self, LinksVerb.self, DatasetsVerb.self]),
            CommandGroup(
                name: "Tool", subcommands: [Hash.self, Chunk.self, Bench.self, Doctor.self, Completions.self]),
        ])
}
