internal import ArgumentParser
internal import Catalog
internal import Hashing
internal import Model

/// Shows and checks the audit log.
struct AuditVerb: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit",
        abstract: "Show the audit log of the daemon, and check that nothing in it was changed.",
        discussion: """
            EXAMPLES
              perigee audit list -n 50
              perigee audit verify
            """,
        subcommands: [AuditList.self, AuditVerify.self])
}

/// Lists entries of the audit log.
struct AuditList: Verb {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List entries, newest first.",
        discussion: """
            EXAMPLE
              perigee audit list -n 50
            """)

    @Option(
        name: [.customShort("n"), .customLong("number")], help: ArgumentHelp("How many, 1 to 1000.", valueName: "n"))
    var number = 20
    @Option(help: ArgumentHelp("Go on before this sequence.", valueName: "sequence")) var before: Int64?
    @OptionGroup(title: "Everywhere") var global: GlobalOptions

    private struct Document: Encodable {
        let schema = "perigee.audit/1"
        let entries: [Entry]
    }

    private struct Entry: Encodable {
        let sequence: Int64
        let at: String
        let actor: String
        let action: String
        let subject: String
        let outcome: String
        let detail: String
        let digest: String
    }

    func validate() throws {
        guard (1...CatalogLimits.pageMax).contains(number) else {
            throw ValidationError("-n takes 1 to \(CatalogLimits.pageMax)")
        }
    }

    func perform(_ context: Context) throws -> ExitStatus {
        let catalog = try Catalog.inspect(DaemonState.catalog(global))
        defer { catalog.close() }
        let entries = try catalog.audit(before: before, limit: number).map { entry in
            Entry(
                sequence: entry.sequence, at: entry.at.rfc3339, actor: entry.draft.actor, action: entry.draft.action,
                subject: entry.draft.subject, outcome: entry.draft.outcome.rawValue, detail: entry.draft.detail,
                digest: entry.digest.hex)
        }
        try context.finish(Document(entries: entries)) { style in
            var table = Table(
                ("ENTRY", .right), ("AT", .left), ("WHO", .left), ("WHAT", .left), ("ON", .left), ("OUTCOME", .left),
                ("MORE", .left))
            for entry in entries {
                table.row(
                    "\(entry.sequence)", entry.at, entry.actor, entry.action, entry.subject, entry.outcome, entry.detail
                )
            }
            return entries.isEmpty ? "no entries\n" : table.rendered(style)
        }
        return .done
    }
}

/// Checks the audit log.
struct AuditVerify: Verb {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Check that each entry follows the one before it, and that none is missing.",
        discussion: """
            The digest of the last entry stands for all of them: kept elsewhere, it also shows where somebody has \
            made the whole log anew. Ends with 1 where anything is wrong.

            EXAMPLES
              perigee audit verify
              perigee audit verify --json
            """)

    @OptionGroup(title: "Everywhere") var global: GlobalOptions

    private struct Document: Encodable {
        let schema = "perigee.audit-verify/1"
        let isSound: Bool
        let entries: Int64
        let head: String?
        let fault: String?
    }

    func perform(_ context: Context) throws -> ExitStatus {
        let catalog = try Catalog.inspect(DaemonState.catalog(global))
        defer { catalog.close() }
        let document =
            switch try catalog.verifyAudit() {
            case .sound(let entries, let head): Document(isSound: true, entries: entries, head: head.hex, fault: nil)
            case .broken(let sequence, let message):
                Document(isSound: false, entries: sequence - 1, head: nil, fault: "entry \(sequence): \(message)")
            }
        try context.finish(document) { style in
            var block = TextBlock("audit  \(DaemonState.catalog(global))")
            block.row("entries", "\(document.entries)\(document.isSound ? "" : " sound")")
            block.row("head", document.head)
            block.row("result", document.fault.map { style.bad($0) } ?? "sound")
            return block.rendered(style)
        }
        return document.isSound ? .done : .failed
    }
}
