internal import ArgumentParser

/// What is due when, and what is done about it.
struct Schedule: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "schedule",
        abstract: "Show, run, pause and resume schedules, and say when they are due.",
        discussion: """
            EXAMPLES
              perigee schedule list
              perigee schedule run nightly
              perigee schedule next '30 2 * * mon-fri' --zone Europe/Berlin
              perigee schedule next 'nightly between 22:00 and 05:00'
            """,
        subcommands: [
            ScheduleList.self, ScheduleNext.self, SchedulePlan.self, ScheduleRun.self, SchedulePause.self,
            ScheduleResume.self,
        ])
}
