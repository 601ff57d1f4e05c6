internal import Catalog
internal import Foundation
internal import Model
internal import Scheduling

/// Does the work of runs in child processes: the program itself, with the verbs that people use.
///
/// A child holds the lock of its schedule while it works, so that no two attempts work beside each other even where the
/// daemon was killed in between, and ends when the daemon does. Its result is a file, so that work whose end the daemon did
/// not live to see is not done again.
public struct ChildWorkshop: Workshop {
    private let program: String
    private let state: String
    let options: [String]
    private let own: OwnSettingsInUse

    /// Work by `program`, for the state in the folder `state`.
    ///
    /// - Parameters:
    ///   - options: what each verb gets besides: where the configuration is, and so on.
    ///   - own: how long work has to stop.
    public init(program: String, state: String, options: [String], own: OwnSettingsInUse) {
        self.program = program
        self.state = state
        self.options = options
        self.own = own
    }

    /// Does the work of an attempt in a child process.
    public func perform(
        _ order: WorkOrder, stop: StopRequest, onProgress: @Sendable (RunProgress) -> Void,
        onLine: @Sendable (String) -> Void
    ) -> WorkResult {
        let files = AttemptFiles(state: state, order.id)
        do {
            try files.prepare()
            var command = ChildCommand(
                [program, "attempt", "--lock", files.lock, "--result", files.result, "--"] + words(order, files))
            command.grace = own.current.stopWithin
            command.environment = order.share.variables
            let outcome = try withoutActuallyEscaping(onProgress) { onProgress in
                try withoutActuallyEscaping(onLine) { onLine in
                    try command.run(stop: stop) { line in
                        if let progress = RunProgress(line: line) { onProgress(progress) } else { onLine(line) }
                    }
                }
            }
            return result(outcome, files)
        } catch let error as PerigeeError {
            return WorkResult(error)
        } catch {
            return WorkResult(PerigeeError(.io, "the work cannot be begun", cause: error, canRetry: true))
        }
    }

    private func result(_ outcome: ChildCommand.Outcome, _ files: AttemptFiles) -> WorkResult {
        let stored = files.stored()
        let document =
            stored?.document ?? (outcome.output.isEmpty ? nil : String(decoding: outcome.output, as: UTF8.self))
        let fault = document.flatMap { WorkFault(document: $0) }
        switch stored?.status ?? outcome.status {
        case 0: return WorkResult(.done, document: document)
        case 4: return WorkResult(.partial, document: document)
        case 130: return WorkResult(.stopped, message: "it was stopped", document: document)
        case let status where outcome.isStopped && status > 128: return WorkResult(.stopped, message: "it was ended")
        case let status where status > 128:
            return WorkResult(.failed(canRetry: true), message: "signal \(status - 128) ended it", document: document)
        case let status:
            guard let fault else {
                // Verbs that look for damage say by their status that there is some.
                let isDamaged = ["verify", "repair"].contains { document?.contains("\"perigee.\($0)/1\"") ?? false }
                return WorkResult(
                    .failed(canRetry: status == 1 && !isDamaged),
                    message: isDamaged ? "damage was found" : "it ended with status \(status)",
                    code: isDamaged ? .damaged : nil, document: document)
            }
            return fault.result(document)
        }
    }

    /// Writes the rate where the child looks for it.
    public func limit(_ order: WorkOrder, to bytesPerSecond: Double?) {
        AttemptFiles(state: state, order.id).write(limit: bytesPerSecond)
    }

    /// Removes the files of the run.
    public func forget(_ order: WorkOrder) { AttemptFiles(state: state, order.id).remove() }
}

/// An error that a verb has printed as JSON.
struct WorkFault: Decodable {
    let code: PerigeeError.Code
    let message: String
    let place: String?
    let canRetry: Bool

    init?(document: String) {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        guard document.contains("\"perigee.error/1\""),
            let fault = try? decoder.decode(WorkFault.self, from: Data(document.utf8))
        else { return nil }
        self = fault
    }

    func result(_ document: String?) -> WorkResult {
        var result = WorkResult(PerigeeError(code, message, at: place, canRetry: canRetry))
        result.document = document
        return result
    }
}
