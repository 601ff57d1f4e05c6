internal import ArgumentParser
internal import Model
internal import Replication
internal import Scheduling
internal import Service

/// Lists the schedules.
struct ScheduleList: Verb {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the schedules: those of the configuration, and those that replication rules make.",
        discussion: """
            Asks the daemon where one works, else reads the configuration.

            EXAMPLE
              perigee schedule list
            """)

    @OptionGroup(title: "Everywhere") var global: GlobalOptions

    func perform(_ context: Context) throws -> ExitStatus {
        let (items, isServed) = try Self.items(global)
        try context.finish(SchedulesDocument(items, isServed: isServed)) { style in
            var table = Table(
                ("SCHEDULE", .left), ("WORK", .left), ("WHEN", .left), ("NEXT", .left), ("STATE", .left))
            for item in items {
                table.row(item.name, item.job, Self.when(item), item.next ?? "", Self.state(item, isServed))
            }
            return items.isEmpty ? "no schedules\n" : table.rendered(style)
        }
        return .done
    }

    /// The schedules, and whether a daemon works by them.
    static func items(_ options: GlobalOptions) throws -> (items: [ScheduleItem], isServed: Bool) {
        do {
            return (try DaemonStatus.ask(options).schedules, true)
        } catch let error as PerigeeError where error.code == .notFound {
            let loaded = try NamedSites.current.loaded()
            let settings = try ServiceSettings(loaded.configuration, file: loaded.path, zones: SystemZones.table)
            let now = Instant(SystemClock.now())
            return (
                settings.schedules.map { ScheduleItem(ScheduleView($0, now: now)) }.sorted { $0.name < $1.name }, false
            )
        }
    }

    private static func when(_ item: ScheduleItem) -> String {
        if let at = item.at { return at }
        if let rule = item.rule { return "when the rule \(rule) wants it" }
        return item.needs.isEmpty ? "by hand" : "after \(item.needs.joined(separator: ", "))"
    }

    private static func state(_ item: ScheduleItem, _ isServed: Bool) -> String {
        if item.isPaused { return "paused" }
        if !item.openRuns.isEmpty { return Format.count(item.openRuns.count, "open run") }
        return isServed ? "ready" : "no daemon works"
    }
}
