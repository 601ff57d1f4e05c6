internal import FoundationEssentials
internal import Model
internal import Scheduling

/// What a verb asks of the daemon of this host: one JSON object on a line.
public struct ControlRequest: Codable, Sendable, Hashable {
    /// What is asked.
    public enum Command: String, Codable, Sendable, CaseIterable {
        /// What it does: the answer is perigee.status/1.
        case status
        /// A run of a schedule.
        case run
        /// No runs of a schedule.
        case pause
        /// Runs of a schedule again.
        case resume
        /// The end of a run.
        case cancel
        /// The configuration read again.
        case reload
    }

    /// What is asked.
    public var command: Command
    /// The schedule, or the run, that it is about.
    public var subject: String?

    /// A request.
    public init(_ command: Command, _ subject: String? = nil) {
        self.command = command
        self.subject = subject
    }

    /// The longest request, in bytes.
    static let lengthMax = 4096

    /// What the daemon is to do; nil where it is only to say how it is.
    ///
    /// - Throws: `usage` where something is missing.
    func order() throws(PerigeeError) -> ServiceCommand? {
        switch command {
        case .status: return nil
        case .reload: return .reload
        case .run: return .runNow(schedule: try needed("a schedule"))
        case .pause: return .pause(schedule: try needed("a schedule"))
        case .resume: return .resume(schedule: try needed("a schedule"))
        case .cancel:
            let text = try needed("a run")
            guard let id = RunID(parsing: text) else {
                throw PerigeeError(
                    .usage, "it is no name of a run", at: text, remedy: "write it as SCHEDULE@2026-11-23T22:00:00Z")
            }
            return .cancel(id)
        }
    }

    private func needed(_ what: String) throws(PerigeeError) -> String {
        guard let subject, !subject.isEmpty else {
            throw PerigeeError(.usage, "\(what) must be named", remedy: "name it")
        }
        return subject
    }
}

/// What the daemon answers.
public struct ControlAnswer: Codable, Sendable {
    /// An error as it travels.
    struct Fault: Codable, Sendable {
        let code: PerigeeError.Code
        let message: String
        let place: String?
        let remedy: String?
        let canRetry: Bool
    }

    /// The run that was issued.
    public var run: String?
    /// The document that was asked for.
    public var document: JSONValue?
    var fault: Fault?

    init(run: String? = nil, document: JSONValue? = nil) {
        self.run = run
        self.document = document
    }

    init(_ error: PerigeeError) {
        fault = Fault(
            code: error.code, message: error.message, place: error.place, remedy: error.remedy,
            canRetry: error.canRetry)
    }

    /// The error that was answered; nil where it went well.
    var error: PerigeeError? {
        fault.map {
            PerigeeError($0.code, $0.message, at: $0.place, remedy: $0.remedy, canRetry: $0.canRetry)
        }
    }
}
