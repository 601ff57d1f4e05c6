internal import ArgumentParser
internal import Model
internal import Replication
internal import Scheduling
internal import Service

/// Says when an expression is next due.
struct ScheduleNext: Verb {
    static let configuration = CommandConfiguration(
        commandName: "next",
        abstract: "Say when an expression, or what the configuration has, is next due.",
        discussion: """
            The expression has the five fields of cron (minute, hour, day of the month, month, day of the week), with names, \
            lists, ranges, steps, L, W and #; or it is @hourly, @daily, @weekly, @monthly, @yearly; or every 6h, or every 90m \
            from an instant; or nightly between 22:00 and 05:00, with on mon-fri and when cheapest where you like.

            A time that clocks are put forward over is due right after the gap, one that they show twice is due at the \
            first; an expression for all hours follows the clock.

            EXAMPLES
              perigee schedule next -n 20
              perigee schedule next '30 2 * * mon-fri' --zone Europe/Berlin
              perigee schedule next '0 12 * * fri#2' -n 12
              perigee schedule next 'every 6h' --after 2026-11-01T00:00:00Z --json
            """)

    @Argument(
        help: ArgumentHelp(
            "When, as one argument: '0 3 * * *'; without one, what is due of the schedules of the configuration.",
            valueName: "expression"))
    var expression: String?

    @Option(
        name: [.customShort("n"), .customLong("number")], help: ArgumentHelp("How many, 1 to 1000.", valueName: "n"))
    var number = 5

    @Option(
        help: ArgumentHelp(
            "By whose clocks: UTC (usual), local, +02:00, or a name such as Europe/Berlin.", valueName: "zone"))
    var zone = "UTC"

    @Option(help: ArgumentHelp("After this instant instead of now, as 2026-11-01T00:00:00Z.", valueName: "instant"))
    var after: String?

    @OptionGroup(title: "Everywhere") var global: GlobalOptions

    /// What is printed.
    private struct Document: Encodable {
        let schema = "perigee.schedule-next/1"
        let expression: String
        let zone: String
        let after: String
        let occurrences: [OccurrenceRow]
    }

    private static let numberMax = 1000

    func perform(_ context: Context) throws -> ExitStatus {
        guard (1...Self.numberMax).contains(number) else {
            throw PerigeeError(
                .usage, "\(number) is no number of occurrences", at: "-n", remedy: "write 1 to \(Self.numberMax)")
        }
        let start = try instant()
        guard let expression else { return try ComingRuns(after: start, count: number).perform(context) }
        let timetable = Timetable(try recurrence(expression), in: try ownZone())
        let dues = timetable.occurrences(in: start + 1..<start + Self.horizon).prefix(number)
        let document = Document(
            expression: expression, zone: timetable.zone.name, after: start.rfc3339,
            occurrences: dues.map { OccurrenceRow($0, of: timetable) })
        try context.finish(document) { Self.text(document, $0) }
        return .done
    }

    /// How far is looked ahead: long enough for a thousand leap days.
    private static let horizon: Int64 = 8000 * 366 * 86_400

    private func recurrence(_ expression: String) throws -> Recurrence {
        do {
            return try Recurrence(parsing: expression)
        } catch {
            throw error.error()
        }
    }

    private func ownZone() throws -> Zone {
        do {
            return try SystemZones.table.zone(zone)
        } catch let error as PerigeeError {
            throw error.at("--zone")
        }
    }

    private func instant() throws -> Instant {
        guard let after else { return Instant(SystemClock.now()) }
        guard let instant = Timestamp(rfc3339: after) else {
            throw PerigeeError(
                .usage, "\"\(after)\" is no instant", at: "--after", remedy: "write it as 2026-11-01T00:00:00Z")
        }
        return Instant(instant)
    }

    private static func text(_ document: Document, _ style: Style) -> String {
        guard !document.occurrences.isEmpty else { return "\(document.expression) is not due any more\n" }
        // Only nights close, and only times of cron have notes.
        let isNightly = document.occurrences.contains { $0.closes != nil }
        let hasNotes = document.occurrences.contains { $0.note != nil }
        var table = Table(
            ("DAY", .left), ("LOCAL", .left), ("CLOCK", .left), ("UTC", .left),
            (isNightly ? "CLOSES" : hasNotes ? "NOTE" : "", .left))
        for row in document.occurrences {
            table.row(row.weekday, row.local, row.clock, row.due, row.closes ?? row.note ?? "")
        }
        return "\(style.strong(document.expression))  in \(document.zone)\n" + table.rendered(style)
    }
}
