internal import ArgumentParser
internal import Model
internal import Replication
internal import Storage
internal import Vault
internal import Workers

/// Gives back the room of what no snapshot needs.
struct Gc: Verb {
    static let configuration = CommandConfiguration(
        commandName: "gc",
        abstract: "Delete from a vault what no snapshot needs.",
        discussion: """
            Safe while others read and write, on any number of machines: nothing is locked. What no snapshot needs is \
            condemned first; a later gc deletes it, when the grace has passed and it is still not needed. So a nightly \
            gc gives back what was forgotten the night before. Walks all pages of all snapshots.

            EXAMPLES
              perigee gc vault:/backup
              perigee gc vault:/backup --dry-run
              perigee gc vault:/backup --compact-above 30% --grace 12h
            """)

    @Argument(help: ArgumentHelp("The vault, as vault:/path.", valueName: "vault"))
    var place: String

    @Flag(name: [.customShort("n"), .customLong("dry-run")], help: "Say what would be done, and change nothing.")
    var dryRun = false

    @Option(
        help: ArgumentHelp(
            "Leave alone what is younger, and what was condemned, for so long: 30m, 12h, 2d. A run that writes for "
                + "longer may have to be repeated.", valueName: "duration"))
    var grace = "24h"

    @Option(
        help: ArgumentHelp(
            "Rewrite packs of which a larger share is needed by nobody; without it none is rewritten.",
            valueName: "percent"))
    var compactAbove: String?

    @Flag(help: "Rewrite packs with records that older key epochs sealed, and seal these anew.")
    var reseal = false

    @OptionGroup(title: "Speed") var speed: LimitOptions
    @OptionGroup(title: "Secret") var secrets: SecretOptions
    @OptionGroup(title: "Everywhere") var global: GlobalOptions

    func perform(_ context: Context) throws -> ExitStatus {
        var options = GcOptions(renewsEpochs: reseal, isDryRun: dryRun, stop: context.stop)
        guard let period = Period(parsing: grace) else {
            throw PerigeeError(
                .usage, "\(grace) is no duration", at: "--grace", remedy: "write 24h, 90m, 2d, or 0 for none")
        }
        options.grace = Double(period.seconds)
        options.compactsAbove = try compactAbove.map { try Share.parse($0, at: "--compact-above") }
        let (location, name) = try LocalEnd(parsing: place).vault(place)
        if let name {
            throw PerigeeError(
                .usage, "a gc is of a whole vault", at: place,
                remedy: "leave #\(name.dataset) away; perigee forget drops snapshots of a dataset")
        }
        let vault = try VaultAccess.open(location, secrets, context)
        let limit = try speed.bucket(context)
        let start = SystemClock.monotonic()
        let report = try context.withProgress("gc") { progress in
            progress.enter(.scanning)
            let seen = Monitor(GcProgress())
            options.gauge = { bytes in
                limit?.take(bytes)
                progress.add(wire: bytes)
            }
            options.onProgress = { now in
                seen.change { seen in
                    progress.add(files: Int(now.records - min(now.records, seen.records)))
                    progress.add(logical: Int(now.bytes - min(now.bytes, seen.bytes)))
                    seen = now
                }
            }
            return try vault.collectGarbage(options)
        }
        let document = GcDocument(place, report, isDryRun: dryRun, seconds: SystemClock.monotonic() - start)
        try context.finish(document) { document.text($0) }
        return .done
    }
}

/// A share of a whole, as `5%`.
enum Share {
    /// The share, from 0 to 1.
    ///
    /// - Throws: `usage` where `text` is none above zero.
    static func parse(_ text: String, at option: String) throws -> Double {
        let digits = text.hasSuffix("%") ? text.dropLast() : text[...]
        guard let percent = Double(digits), percent > 0, percent <= 100 else {
            throw PerigeeError(.usage, "\(text) is no share", at: option, remedy: "write it as 5%")
        }
        return percent / 100
    }
}
