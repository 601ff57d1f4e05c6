internal import ArgumentParser

/// How progress is shown on standard error.
enum ProgressStyle: String, ExpressibleByArgument, CaseIterable {
    /// A live line on a terminal.
    case bar
    /// A line every ten seconds.
    case plain
    /// One JSON object a line, every second.
    case json
    /// Not at all.
    case none

    /// The seconds between two looks.
    var period: Double {
        switch self {
        case .bar: 0.2
        case .plain: 10
        case .json: 1
        case .none: .infinity
        }
    }
}
