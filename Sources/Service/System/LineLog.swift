internal import Foundation
public import Logging
package import Model

/// A log of lines on standard error: for people, or as JSON objects.
public struct LineLog: LogHandler {
    /// What each line carries besides.
    public var metadata: Logger.Metadata = [:]
    private let settings: OwnSettingsInUse
    private let clock: ServiceClock
    /// What somebody has chosen for this log alone.
    private var chosen: Logger.Level?

    /// A log in the form and from the level that `settings` say at each line.
    public init(_ settings: OwnSettingsInUse, clock: ServiceClock = .system) {
        self.settings = settings
        self.clock = clock
    }

    /// A logger of that kind.
    public static func logger(_ settings: OwnSettingsInUse) -> Logger {
        Logger(label: "perigee") { _ in LineLog(settings) }
    }

    /// From what on lines are written.
    public var logLevel: Logger.Level {
        get { chosen ?? Self.level(settings.current.logLevel) }
        set { chosen = newValue }
    }

    private static func level(_ level: OwnSettings.LogLevel) -> Logger.Level {
        switch level {
        case .debug: .debug
        case .info: .info
        case .warning: .warning
        case .error: .error
        }
    }

    /// What each line carries under a name.
    public subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    /// Writes a line.
    public func log(event: LogEvent) {
        let all = metadata.merging(event.metadata ?? [:]) { $1 }
        let text: String
        switch settings.current.log {
        case .text:
            text = Self.text(clock.now(), event.level, "\(event.message)", all.mapValues { "\($0)" }) + "\n"
        case .json:
            let line = Line(
                at: clock.now().rfc3339, level: event.level.rawValue, message: "\(event.message)",
                fields: all.mapValues { "\($0)" })
            text = ((try? ServiceJSON.text(line)) ?? "{}") + "\n"
        }
        FileHandle.standardError.write(Data(text.utf8))
    }

    /// A line for people: when, how bad, what, and what it is about as `name=value`, by name.
    package static func text(
        _ now: Timestamp, _ level: Logger.Level, _ message: String, _ fields: [String: String]
    ) -> String {
        let words = fields.sorted { $0.key < $1.key }.map { " \(word($0.key))=\(word($0.value))" }
        return "\(now.rfc3339) \(level.rawValue) \(line(message))\(words.joined())"
    }

    /// A name or a value after a message: in quotes where it would not stand for itself, so that programs can tell them apart.
    private static func word(_ text: String) -> String {
        let isPlain =
            !text.isEmpty
            && text.unicodeScalars.allSatisfy { $0.value > 0x20 && !"\"\\=\u{7f}".unicodeScalars.contains($0) }
        return isPlain ? text : line(((try? ServiceJSON.text(text)) ?? "\"\""))
    }

    private struct Line: Encodable {
        let at: String
        let level: String
        let message: String
        let fields: [String: String]
    }

    /// Without characters that could forge lines or steer terminals.
    private static func line(_ text: String) -> String {
        String(text.unicodeScalars.map { $0.value < 0x20 || $0.value == 0x7f ? " " : Character($0) })
    }
}
