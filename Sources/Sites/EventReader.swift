internal import Model
internal import Replication
internal import Wire
internal import Workers

/// Reads what another site tells of a run.
final class EventReader: Sendable {
    private struct State {
        var report: RunReport?
        var foreseen: ForeseenRun?
        var failure: (any Error)?
        var isOver = false
    }

    private let state = Monitor(State())
    private let companion: Companion

    /// Reads from `channel` until its end, and shows progress in `progress`.
    init(_ channel: Channel, _ progress: Progress) {
        let state = state
        companion = Companion {
            var last: ProgressNote?
            do {
                while let message = try channel.receive() {
                    switch RunEvent(rawValue: message.kind) {
                    case .progress:
                        let note = try Document.decode(ProgressNote.self, message.bytes, from: channel.peer)
                        note.show(in: progress, after: last)
                        last = note
                    case .report:
                        let report = try Document.decode(RunReport.self, message.bytes, from: channel.peer)
                        state.change { $0.report = report }
                    case .foreseen:
                        let foreseen = try Document.decode(ForeseenRun.self, message.bytes, from: channel.peer)
                        state.change { $0.foreseen = foreseen }
                    case .ready, nil:
                        throw PerigeeError(.format, "it sent what is not understood", at: channel.peer)
                    }
                }
            } catch {
                state.change { $0.failure = error }
            }
            state.change { $0.isOver = true }
        }
    }

    deinit { companion.join() }

    /// The report, after waiting for it.
    func report() throws -> RunReport { try last(\.report) }

    /// What an estimate found, after waiting for it.
    func foreseen() throws -> ForeseenRun { try last(\.foreseen) }

    private func last<Value>(_ value: KeyPath<State, Value?>) throws -> Value {
        let state = state.wait { $0.isOver ? $0 : nil }
        if let failure = state.failure { throw failure }
        guard let value = state[keyPath: value] else {
            throw PerigeeError(
                .io, "the other site ended without a report", remedy: "run the same command again", canRetry: true)
        }
        return value
    }

    /// What the other site failed with, if that is known soon; else `error`.
    func failure(instead error: any Error) -> any Error {
        state.wait(for: .seconds(2)) { $0.isOver ? $0 : nil }?.failure ?? error
    }
}
