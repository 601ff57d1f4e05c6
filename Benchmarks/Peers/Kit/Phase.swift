/// What is timed of a tool, in this order.
package enum Phase: String, CaseIterable, Codable, Sendable {
    /// Into an empty destination.
    case first
    /// The same again.
    case again
    /// After a small change.
    case change
    /// The tool's own check of all bytes at the destination.
    case verify
    /// The newest version into an empty folder.
    case restore

    /// The head of its column.
    package var title: String {
        switch self {
        case .first: "first run"
        case .again: "nothing changed"
        case .change: "small change"
        case .verify: "full check"
        case .restore: "restore"
        }
    }

    /// Whether a tool may write as much as there is.
    var writesMuch: Bool { self == .first || self == .change || self == .restore }
}
