internal import ArgumentParser

/// What measuring the daemon needs besides the daemon: a catalog of many runs, a bare server, idle clients, large
/// scenarios.
@main
struct ServiceLoad: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "service-load",
        abstract: "Make what the daemon is measured with; `make bench-service` does all of it.",
        subcommands: [Fill.self, Bare.self, Idle.self, Question.self])
}
