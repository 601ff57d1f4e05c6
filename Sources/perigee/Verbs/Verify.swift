internal import ArgumentParser
internal import Content
internal import Hashing
internal import Model
internal import Replication
internal import Storage
internal import Vault
internal import Workers

/// Checks that a vault is as it was written.
struct Verify: Verb {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Check that a vault is as it was written; name what is not.",
        discussion: """
            Always looks at all pages, at the index, and that each chunk that a snapshot names is there. With --data \
            every byte is read and hashed again, with --sample a share of the chunks. Ends with status 1 where anything \
            is damaged, and names the files that are hit.

            EXAMPLES
              perigee verify vault:/backup
              perigee verify vault:/backup --data
              perigee verify vault:/backup --sample 5% --limit 50MB/s
            """)

    @Argument(help: ArgumentHelp("The vault, as vault:/path.", valueName: "endpoint"))
    var place: String

    @Flag(help: "Read and hash every byte.")
    var data = false

    @Option(help: ArgumentHelp("Read and hash this share of the chunks, others each time.", valueName: "percent"))
    var sample: String?

    @OptionGroup(title: "Speed") var speed: LimitOptions
    @OptionGroup(title: "Secret") var secrets: SecretOptions
    @OptionGroup(title: "Everywhere") var global: GlobalOptions

    func validate() throws {
        if data, sample != nil { throw ValidationError("name one of --data and --sample") }
    }

    func perform(_ context: Context) throws -> ExitStatus {
        let level = try level()
        let (location, _) = try LocalEnd(parsing: place).vault(place)
        let vault = try VaultAccess.open(location, secrets, context)
        let limit = try speed.bucket(context)
        let start = SystemClock.monotonic()
        let report = try context.withProgress("verify") { progress in
            progress.enter(.verifying)
            let bridge = VerifyBridge(progress)
            return try vault.verify(
                VerifyOptions(
                    level: level, stop: context.stop, gauge: { limit?.take($0) },
                    onProgress: { bridge.update($0) }))
        }
        let document = VerifyDocument(place, level, report, seconds: SystemClock.monotonic() - start)
        try context.finish(document) { document.text($0) }
        return report.isSound ? .done : .failed
    }

    private func level() throws -> VerifyLevel {
        if data { return .data }
        guard let sample else { return .structure }
        return .sample(share: try Share.parse(sample, at: "--sample"))
    }
}
