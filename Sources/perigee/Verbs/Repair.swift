internal import ArgumentParser
internal import Content
internal import Hashing
internal import Model
internal import Replication
internal import Sites
internal import Vault
internal import Workers

/// Heals what a vault can heal by itself: its index.
struct Repair: Verb {
    static let configuration = CommandConfiguration(
        commandName: "repair",
        abstract: "Heal a vault: its index from its packs, its chunks from other places.",
        discussion: """
            Looks at the vault as verify does. Where a segment of the index is damaged or something is not listed, the \
            index is made anew from the packs. Without --from no data is read: what is damaged in it is found by verify \
            --data, and mended with --from. With --from every byte is read; chunks and pages that are damaged or \
            lost are then taken from wherever they still are: another vault, or a folder that has the files, under \
            whatever names. Each is proven by its content ID. What is sound in a damaged pack is moved to another, and \
            the damaged pack deleted. Then the vault is looked at again. Ends with status 1 where damage remains, and \
            names the files that are hit.

            EXAMPLES
              perigee repair vault:/backup
              perigee repair vault:/backup --from vault:/second --from /home
              perigee repair vault:/backup --from me@host:/home
              perigee repair vault:/backup --json
            """)

    @Argument(help: ArgumentHelp("The vault, as vault:/path.", valueName: "endpoint"))
    var place: String

    @Option(
        help: ArgumentHelp(
            "Heal damaged chunks from this vault or folder, here or on another host; may be given several times.",
            valueName: "endpoint"))
    var from: [String] = []

    @OptionGroup(title: "Secret") var secrets: SecretOptions
    @OptionGroup(title: "Secret of vaults that --from names") var fromSecrets: FromSecretOptions
    @OptionGroup(title: "Everywhere") var global: GlobalOptions

    func perform(_ context: Context) throws -> ExitStatus {
        let (location, _) = try LocalEnd(parsing: place).vault(place)
        let start = SystemClock.monotonic()
        var document = RepairDocument(place, level, from: from)
        let report = try context.withProgress("repair") { progress in
            progress.enter(.verifying)
            return try repair(location, &document, context, progress)
        }
        document.remains(report, seconds: SystemClock.monotonic() - start)
        try context.finish(document) { document.text($0) }
        return report.isSound && document.unreadable.isEmpty ? .done : .failed
    }

    /// How much is looked at: data only where there is something to heal it from.
    private var level: VerifyLevel { from.isEmpty ? .structure : .data }

    /// Looks, makes the index anew where that may help, heals chunks, and looks again.
    private func repair(
        _ location: Endpoint.VaultPlace, _ document: inout RepairDocument, _ context: Context, _ progress: Progress
    ) throws -> VerifyReport {
        let sources = try from.map { try source($0, context) }
        let vault = try VaultAccess.open(location, secrets, context)
        let verify = {
            progress.begin(.verifying)
            let bridge = VerifyBridge(progress)
            return try vault.verify(
                VerifyOptions(level: level, stop: context.stop, onProgress: { bridge.update($0) }))
        }
        var found = try verify()
        document.damagesFound = found.damageCount
        if found.mayBeIndex {
            var unreadable: [RepairDocument.Unreadable] = []
            let rebuild = try vault.rebuildIndex(stop: context.stop) {
                unreadable.append(RepairDocument.Unreadable(place: $0.place ?? "", problem: $0.message))
            }
            document.did(rebuild, leavingOut: unreadable)
            found = try verify()
        }
        guard !found.isSound, !sources.isEmpty else { return found }
        let run = Moves.runContext(context, progress)
        progress.begin(.transferring)
        document.healed(try VaultHealer(vault, from: sources, context: run).run(found))
        return try verify()
    }

    private func source(_ text: String, _ context: Context) throws -> VaultHealer.Source {
        switch try LocalEnd(parsing: text) {
        case .tree(let path):
            try Moves.checkIsFolder(path)
            return .tree(path: path)
        case .remoteTree(let end):
            let tree = try end.tree(context)
            return .distant { try tree.reading($0) }
        case .vault(let place, _):
            return .vault(try VaultAccess.open(place, fromSecrets.options(orElse: secrets), context))
        }
    }
}
