internal import ArgumentParser

/// What is due when.
struct Schedule: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Say when schedules are due.",
        discussion: """
            EXAMPLES
              perigee schedule next '30 2 * * mon-fri' --zone Europe/Berlin
              perigee schedule next 'nightly between 22:00 and 05:00'
            """,
        subcommands: [ScheduleNext.self])
}
