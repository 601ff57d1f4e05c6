internal import ArgumentParser
internal import Model
internal import Service

/// Has a schedule run now.
struct ScheduleRun: Verb {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Have the daemon run a schedule now, whatever its window, and even if it is paused.",
        discussion: """
            EXAMPLE
              perigee schedule run nightly
            """)

    @Argument(help: ArgumentHelp("The schedule.", valueName: "name")) var name: String
    @OptionGroup(title: "Everywhere") var global: GlobalOptions

    func perform(_ context: Context) throws -> ExitStatus {
        try ScheduleOrder(.run, name).perform(global, context) {
            "the run \($0 ?? "") is issued: perigee runs \($0 ?? "")"
        }
    }
}

/// Pauses a schedule.
struct SchedulePause: Verb {
    static let configuration = CommandConfiguration(
        commandName: "pause",
        abstract: "Let no run of a schedule be due until it is resumed; what works goes on.",
        discussion: """
            EXAMPLE
              perigee schedule pause nightly
            """)

    @Argument(help: ArgumentHelp("The schedule.", valueName: "name")) var name: String
    @OptionGroup(title: "Everywhere") var global: GlobalOptions

    func perform(_ context: Context) throws -> ExitStatus {
        try ScheduleOrder(.pause, name).perform(global, context) { _ in "\(name) is paused" }
    }
}

/// Resumes a schedule.
struct ScheduleResume: Verb {
    static let configuration = CommandConfiguration(
        commandName: "resume",
        abstract: "Let runs of a schedule be due again.",
        discussion: """
            EXAMPLE
              perigee schedule resume nightly
            """)

    @Argument(help: ArgumentHelp("The schedule.", valueName: "name")) var name: String
    @OptionGroup(title: "Everywhere") var global: GlobalOptions

    func perform(_ context: Context) throws -> ExitStatus {
        try ScheduleOrder(.resume, name).perform(global, context) { _ in "\(name) is resumed" }
    }
}

/// Something that the daemon is asked to do with a schedule.
private struct ScheduleOrder {
    private let command: ControlRequest.Command
    private let name: String

    private struct Document: Encodable {
        let schema = "perigee.schedule-order/1"
        let order: String
        let schedule: String
        let run: String?
    }

    init(_ command: ControlRequest.Command, _ name: String) {
        self.command = command
        self.name = name
    }

    func perform(
        _ options: GlobalOptions, _ context: Context, _ text: (String?) -> String
    ) throws -> ExitStatus {
        let answer = try ControlClient.ask(ControlRequest(command, name), state: options.stateFolder)
        let document = Document(order: command.rawValue, schedule: name, run: answer.run)
        try context.finish(document) { _ in text(answer.run) + "\n" }
        return .done
    }
}
