internal import ArgumentParser
internal import Model
internal import Vault

/// Which snapshots are kept.
struct RetentionOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The newest so many.", valueName: "n")) var keepLast = 0
    @Option(help: ArgumentHelp("One of each of so many hours.", valueName: "n")) var keepHourly = 0
    @Option(help: ArgumentHelp("One of each of so many days.", valueName: "n")) var keepDaily = 0
    @Option(help: ArgumentHelp("One of each of so many weeks.", valueName: "n")) var keepWeekly = 0
    @Option(help: ArgumentHelp("One of each of so many months.", valueName: "n")) var keepMonthly = 0
    @Option(help: ArgumentHelp("One of each of so many years.", valueName: "n")) var keepYearly = 0
    @Option(help: ArgumentHelp("What is no older than this before the newest: 36h, 30d, 1y.", valueName: "duration"))
    var keepWithin: String?
    @Option(help: ArgumentHelp("Snapshots whose ID begins so, 4 digits or more.", valueName: "id"))
    var keepId: [String] = []

    func validate() throws {
        let counts = [keepLast, keepHourly, keepDaily, keepWeekly, keepMonthly, keepYearly]
        if counts.contains(where: { $0 < 0 }) { throw ValidationError("numbers of snapshots are not negative") }
        if keepId.contains(where: { $0.count < 4 || $0.contains { !$0.isHexDigit || $0.isUppercase } }) {
            throw ValidationError("--keep-id takes 4 or more hexadecimal digits")
        }
    }

    /// The rules.
    func retention() throws -> Retention {
        var rules = Retention()
        (rules.last, rules.hourly, rules.daily) = (keepLast, keepHourly, keepDaily)
        (rules.weekly, rules.monthly, rules.yearly) = (keepWeekly, keepMonthly, keepYearly)
        rules.ids = keepId
        guard let keepWithin else { return rules }
        guard let period = Period(parsing: keepWithin) else {
            throw PerigeeError(
                .usage, "\(keepWithin) is no duration", at: "--keep-within", remedy: "write 36h, 30d, 8w or 1y")
        }
        rules.within = period
        return rules
    }
}
