internal import ArgumentParser
internal import Content
internal import Hashing
internal import Model
internal import Replication
internal import Vault
internal import Workers

/// Heals what a vault can heal by itself: its index.
struct Repair: Verb {
    static let configuration = CommandConfiguration(
        abstract: "Make a vault's index anew where it is damaged or missing.",
        discussion: """
            Looks at the vault as verify does. Where a segment of the index is damaged or something is not listed, the \
            index is made anew from the packs, and the vault is looked at again. A sound vault is left as it is. Ends \
            with status 1 where damage remains: chunks that are lost from packs are healed from another copy, which \
            this version does not do (--from).

            EXAMPLES
              perigee repair vault:/backup
              perigee repair vault:/backup --json
            """)

    @Argument(help: ArgumentHelp("The vault, as vault:/path.", valueName: "endpoint"))
    var place: String

    @Option(
        help: ArgumentHelp(
            "Heal damaged chunks from this endpoint; not served by this version.", valueName: "endpoint"))
    var from: String?

    @OptionGroup(title: "Secret") var secrets: SecretOptions
    @OptionGroup(title: "Everywhere") var global: GlobalOptions

    func perform(_ context: Context) throws -> ExitStatus {
        if from != nil {
            throw PerigeeError(
                .unsupported, "healing chunks from another place is not served by this version", at: "--from",
                remedy: "leave --from away to have the index made anew; put back damaged packs from a copy by hand")
        }
        let (location, _) = try LocalEnd(parsing: place).vault(place)
        let start = SystemClock.monotonic()
        var document = RepairDocument(place)
        let report = try context.withProgress("repair") { progress in
            progress.enter(.verifying)
            return try repair(location, &document, context, VerifyBridge(progress))
        }
        document.remains(report, seconds: SystemClock.monotonic() - start)
        try context.finish(document) { document.text($0) }
        return report.isSound && document.unreadable.isEmpty ? .done : .failed
    }

    /// Looks, makes the index anew where that may help, and looks again.
    private func repair(
        _ location: Endpoint.VaultPlace, _ document: inout RepairDocument, _ context: Context, _ bridge: VerifyBridge
    ) throws -> VerifyReport {
        let options = VerifyOptions(level: .structure, stop: context.stop, onProgress: { bridge.update($0) })
        let vault = try VaultAccess.open(location, secrets, context)
        let found = try vault.verify(options)
        document.damagesFound = found.damageCount
        guard found.mayBeIndex else { return found }
        var unreadable: [RepairDocument.Unreadable] = []
        let rebuild = try vault.rebuildIndex(stop: context.stop) {
            unreadable.append(RepairDocument.Unreadable(place: $0.place ?? "", problem: $0.message))
        }
        document.did(rebuild, leavingOut: unreadable)
        return try vault.verify(options)
    }
}
