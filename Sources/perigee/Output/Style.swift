#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

/// Emphasis on a terminal; elsewhere none.
struct Style: Sendable {
    private let isOn: Bool

    /// No emphasis.
    static let plain = Style(isOn: false)

    /// What suits standard output.
    static var standardOutput: Style { Style(isOn: allowed && isatty(STDOUT_FILENO) == 1) }

    /// What suits standard error.
    static var standardError: Style { Style(isOn: allowed && isatty(STDERR_FILENO) == 1) }

    /// `NO_COLOR` (no-color.org) and dumb terminals forbid it.
    private static var allowed: Bool { Environment["NO_COLOR"] == nil && Environment["TERM"] != "dumb" }

    /// A heading.
    func strong(_ text: String) -> String { wrap(text, "1") }
    /// Of less weight.
    func faint(_ text: String) -> String { wrap(text, "2") }
    /// All is well.
    func good(_ text: String) -> String { wrap(text, "32") }
    /// Deserves a look.
    func warning(_ text: String) -> String { wrap(text, "33") }
    /// Something is wrong.
    func bad(_ text: String) -> String { wrap(text, "31") }

    private func wrap(_ text: String, _ code: String) -> String { isOn ? "\u{1b}[\(code)m\(text)\u{1b}[0m" : text }
}
