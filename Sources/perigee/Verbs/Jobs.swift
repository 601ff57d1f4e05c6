internal import ArgumentParser

/// Work that was sent to where it was decided.
struct Jobs: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "jobs",
        abstract: "Show, follow and end the jobs that place --execute began.",
        discussion: """
            A job goes on when perigee ends. What is known of it is kept in the state folder; jobs wait goes on with \
            staging, running and bringing back where the last run of perigee stopped, and begins nothing a second time.

            EXAMPLES
              perigee jobs
              perigee jobs k3f9x2ab7q-1
              perigee jobs wait k3f9x2ab7q
              perigee jobs cancel k3f9x2ab7q-1
              perigee jobs log k3f9x2ab7q-1
            """,
        subcommands: [JobsList.self, JobsWait.self, JobsCancel.self, JobsLog.self], defaultSubcommand: JobsList.self)
}
