internal import Model
internal import Scheduling
internal import Workers

/// What the loop is told.
enum ServiceMessage: Sendable {
    /// Somebody asks for something, and waits.
    case command(ServiceCommand, actor: String, ServiceReply)
    /// An attempt has used so much.
    case progress(WorkOrder, Spending)
    /// An attempt says something to people.
    case said(WorkOrder, String)
    /// An attempt has ended.
    case ended(AttemptEnd)
}

/// An attempt that has ended.
struct AttemptEnd: Sendable {
    /// The attempt.
    let order: WorkOrder
    /// When it began.
    let began: Instant
    /// How long it took, in seconds.
    let seconds: Double
    /// How it ended.
    let result: WorkResult
    /// What it costs.
    var price = WorkPrice.unknown(because: "nobody says it")
}

/// An answer that somebody waits for.
final class ServiceReply: Sendable {
    private let state = Monitor<Result<RunID?, PerigeeError>?>(nil)

    func give(_ result: Result<RunID?, PerigeeError>) { state.change { if $0 == nil { $0 = result } } }

    /// The answer; nil where none came within `limit`.
    func wait(for limit: Duration) -> Result<RunID?, PerigeeError>? { state.wait(for: limit) { $0 } }
}
